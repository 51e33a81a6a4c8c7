"""A change to a unit's calendar: some days in a row are kept closed, open, or as officially."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from regulations import calendars
from regulations.calendar_version import CalendarVersion
from regulations.calendars import Exceptional

CLOSED, OPEN, OFFICIAL = "closed", "open", "official"


@dataclass(frozen=True)
class Change:
    """The days `first` to `last`, both included, and how the unit keeps them."""

    first: date
    last: date
    keeps: str

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> "Change":
        days = (date.fromisoformat(params[name]) for name in ("first", "last"))
        return cls(*days, params["keeps"])

    def params(self) -> dict[str, str]:
        """Return the change as plain values, for a job or a form."""
        return {
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "keeps": self.keeps,
        }

    def days(self) -> Iterator[date]:
        for number in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=number)

    def over(self, version: CalendarVersion | None, reason: str = "") -> list[Exceptional]:
        """Return a version's exceptions with this change made to them."""
        kept = {one.day: one for one in (calendars.exceptions_of(version) if version else ())}
        for day in self.days():
            kept.pop(day, None)
            if self.keeps != OFFICIAL:
                kept[day] = Exceptional(day, self.keeps == OPEN, reason)
        return list(kept.values())
