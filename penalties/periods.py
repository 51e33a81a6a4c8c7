"""Calendar months in China's time."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils.timezone import get_default_timezone, localdate


@dataclass(frozen=True, slots=True)
class Span:
    """A month as a half-open period [since, until) of moments; `first` is its first day."""

    first: date

    @classmethod
    def of(cls, moment: datetime) -> "Span":
        return cls(localdate(moment).replace(day=1))

    @classmethod
    def named(cls, text: str) -> "Span":
        """Read `2026-03`; raises ValueError."""
        return cls(datetime.strptime(text, "%Y-%m").date())  # noqa: DTZ007

    @property
    def next(self) -> "Span":
        year, month = divmod(self.first.year * 12 + self.first.month, 12)
        return Span(date(year, month + 1, 1))

    @property
    def previous(self) -> "Span":
        year, month = divmod(self.first.year * 12 + self.first.month - 2, 12)
        return Span(date(year, month + 1, 1))

    @property
    def since(self) -> datetime:
        return datetime.combine(self.first, time(), get_default_timezone())

    @property
    def until(self) -> datetime:
        return self.next.since

    def __str__(self):
        return f"{self.first:%Y-%m}"
