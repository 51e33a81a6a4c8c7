"""Quarters of the year in China's time."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.timezone import get_default_timezone, localdate

NAME = re.compile(r"(\d{4})Q([1-4])")


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A quarter as a half-open period [since, until) of moments; `first` is its first day."""

    first: date

    @classmethod
    def of(cls, moment: datetime) -> "Quarter":
        day = localdate(moment)
        return cls(day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1))

    @classmethod
    def named(cls, text: str) -> "Quarter":
        """Read `2026Q1`; raises ValueError."""
        found = NAME.fullmatch(text.strip().upper())
        if found is None:
            raise ValueError(text)
        return cls(date(int(found[1]), int(found[2]) * 3 - 2, 1))

    @property
    def next(self) -> "Quarter":
        year, month = divmod(self.first.year * 12 + self.first.month + 2, 12)
        return Quarter(date(year, month + 1, 1))

    @property
    def previous(self) -> "Quarter":
        year, month = divmod(self.first.year * 12 + self.first.month - 4, 12)
        return Quarter(date(year, month + 1, 1))

    @property
    def last_day(self) -> date:
        return self.next.first - timedelta(days=1)

    @property
    def since(self) -> datetime:
        return datetime.combine(self.first, time(), get_default_timezone())

    @property
    def until(self) -> datetime:
        return self.next.since

    def __str__(self):
        return f"{self.first.year}Q{self.first.month // 3 + 1}"
