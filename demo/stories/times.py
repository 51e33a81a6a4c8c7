"""The stories' way of telling time, counted back from the present.

w9 09:12 is on the ninth weekday before today, d3 20:10 three days ago, now-2:30 two and a half hours
before the present; +0:25 is 25 minutes later, +w1 10:00 at ten on the next weekday, +d2 09:00 two
days later at nine.

Public holidays are not left out: a week of them would carry a story past the limits that it is told
to keep.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from regulations.engine.calendar import local

ON_A_DAY = re.compile(r"(\+?)([wd])(\d+) (\d\d?):(\d\d)")
APART = re.compile(r"(\+|now-)(\d+):(\d\d)")
SATURDAY = 5
WORD = re.compile(r"(?:\+?[wd]\d+ \d\d?:\d\d|(?:\+|now-)\d+:\d\d)(?=\s|$)")


@dataclass(frozen=True)
class Times:
    """Reads moments, counted from `present`."""

    present: datetime

    def read(self, words: str, before: datetime | None = None) -> datetime:
        """Return the moment that `words` mean; those with a plus are counted from `before`."""
        if found := ON_A_DAY.fullmatch(words):
            plus, sort, count, hour, minute = found.groups()
            start = local(before if plus else self.present).date()
            day = _day(start, sort, int(count) if plus else -int(count))
            return local(self.present).replace(
                year=day.year,
                month=day.month,
                day=day.day,
                hour=int(hour),
                minute=int(minute),
                second=0,
            )
        if found := APART.fullmatch(words):
            sign, hours, minutes = found.groups()
            span = timedelta(hours=int(hours), minutes=int(minutes))
            return before + span if sign == "+" else self.present - span
        raise ValueError(f"no time: {words!r}")

    def end_of(self, words: str, before: datetime) -> datetime:
        """Return 24:00 of a day given as `+w2` or `+d5`."""
        moment = self.read(f"{words} 00:00", before)
        return datetime.combine(moment.date() + timedelta(days=1), time(), moment.tzinfo)


def _day(start: date, sort: str, count: int) -> date:
    """Return the day so many days, or weekdays, after `start`; before it where negative."""
    if sort == "d":
        return start + timedelta(days=count)
    step = timedelta(days=1 if count > 0 else -1)
    day, left = start, abs(count)
    while left:
        day += step
        left -= day.weekday() < SATURDAY
    return day
