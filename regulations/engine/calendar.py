"""Open and closed days of the People's Republic of China, and counting in them.

Local time is Asia/Shanghai throughout. Counting uses a sorted list of open days and bisection, so
a period of any length costs the same.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from chinese_calendar import constants

SHANGHAI = ZoneInfo("Asia/Shanghai")
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2069, 12, 31)
DAY = 86_400_000_000  # microseconds; all counting is in whole microseconds
OFFICE_HOURS = ((time(9), time(12)), (time(13, 30), time(18)))
ALL_DAY = ((0, DAY),)


class CalendarGap(Exception):
    """A period runs out of the years that the calendar can count (2000 to 2069)."""


def local(moment: datetime) -> datetime:
    """Return an aware moment in Asia/Shanghai; a naive one raises ValueError."""
    if moment.tzinfo is None:
        raise ValueError(f"time without offset: {moment.isoformat()}")
    return moment.astimezone(SHANGHAI)


def midnight_after(day: date) -> datetime:
    """Return 24:00 of a day, written as 00:00 of the next (replay.md, rule 7)."""
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI)


def day_of_due(due: datetime) -> date:
    """Return the day a due moment belongs to: 24:00 belongs to the day that it ends (rule 8)."""
    return (due.astimezone(SHANGHAI) - timedelta(microseconds=1)).date()


def _microseconds(moment: time) -> int:
    seconds = (moment.hour * 60 + moment.minute) * 60 + moment.second
    return seconds * 1_000_000 + moment.microsecond


def _within_day(moment: datetime) -> int:
    return _microseconds(moment.time())


def _open_ordinals(closed: frozenset[date], opened: frozenset[date]) -> tuple[int, ...]:
    """Return the open days as ordinals: weekdays that are not closed, and days opened by notice."""
    shut = {day.toordinal() for day in closed - opened}
    extra = {day.toordinal() for day in opened}
    # Ordinal 1 was a Monday, so ordinals 6 and 0 modulo 7 are Saturday and Sunday.
    return tuple(
        day
        for day in range(FIRST_DAY.toordinal(), LAST_DAY.toordinal() + 1)
        if day in extra or (day % 7 not in (6, 0) and day not in shut)
    )


@dataclass(frozen=True)
class WorkCalendar:
    """Which days are open, and the hours of an open day.

    `closed` are weekdays that are closed, `opened` weekend days that are open (调休); all other
    weekdays are open and weekends closed. Days after `known_until` are counted by weekday only and
    make a result provisional; None means that no day is provisional. `versions` holds calendars
    that a `calendar_changed` event may name.
    """

    closed: frozenset[date] = frozenset()
    opened: frozenset[date] = frozenset()
    hours: tuple[tuple[time, time], ...] = OFFICE_HOURS
    known_until: date | None = None
    name: str = ""
    versions: Mapping[str, "WorkCalendar"] = field(default_factory=dict, compare=False)
    _days: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _windows: tuple[tuple[int, int], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_days", _open_ordinals(self.closed, self.opened))
        windows = tuple((_microseconds(a), _microseconds(b)) for a, b in self.hours)
        ends = [0, *(edge for window in windows for edge in window), DAY]
        if not windows or any(a >= b for a, b in windows) or ends != sorted(ends):
            raise ValueError("hours must be windows in order of time that do not overlap")
        object.__setattr__(self, "_windows", windows)

    def is_open(self, day: date) -> bool:
        """Say whether a day is a working day. Raises CalendarGap outside 2000 to 2069."""
        if not FIRST_DAY <= day <= LAST_DAY:
            raise CalendarGap(f"no calendar for {day.isoformat()}")
        at = bisect_left(self._days, day.toordinal())
        return at < len(self._days) and self._days[at] == day.toordinal()

    def is_provisional(self, day: date) -> bool:
        """Say whether a day lies after the last officially announced one."""
        return self.known_until is not None and day > self.known_until

    def add_working_days(self, start: date, days: int) -> date:
        """Return the last of `days` open days after `start` (rule 5: the start does not count)."""
        return self._day(bisect_right(self._days, self._ordinal(start)) + days - 1)

    def working_days_between(self, start: date, end: date) -> int:
        """Count the open days after `start` up to and including `end`; 0 if `end` is earlier."""
        first = bisect_right(self._days, self._ordinal(start))
        return max(0, bisect_right(self._days, self._ordinal(end)) - first)

    def add_open_time(self, start: datetime, span: timedelta) -> datetime:
        """Return `start` plus a span that runs round the clock on open days only (rule 2)."""
        return self._add(start, span, ALL_DAY)

    def add_working_time(self, start: datetime, span: timedelta) -> datetime:
        """Return `start` plus a span that runs only inside the hours of open days (rule 3)."""
        return self._add(start, span, self._windows)

    def open_time_between(self, start: datetime, end: datetime) -> timedelta:
        """Return how much time between two moments lies on open days; zero if `end` is earlier."""
        run = self._position(end, ALL_DAY) - self._position(start, ALL_DAY)
        return timedelta(microseconds=max(0, run))

    def _add(
        self, start: datetime, span: timedelta, windows: tuple[tuple[int, int], ...]
    ) -> datetime:
        length = sum(b - a for a, b in windows)
        run = span // timedelta(microseconds=1)
        if run <= 0:
            return start
        # A span that ends with a day's last window ends there, not where the next day begins.
        number, left = divmod(self._position(start, windows) + run - 1, length)
        return _moment_in(self._day(number), left + 1, windows)

    def _position(self, moment: datetime, windows: tuple[tuple[int, int], ...]) -> int:
        """Return the open time from the calendar's first day up to a moment."""
        here = local(moment)
        ordinal = self._ordinal(here.date())
        index = bisect_left(self._days, ordinal)
        position = index * sum(b - a for a, b in windows)
        if index < len(self._days) and self._days[index] == ordinal:
            within = _within_day(here)
            position += sum(min(max(within - a, 0), b - a) for a, b in windows)
        return position

    def _ordinal(self, day: date) -> int:
        if not FIRST_DAY <= day <= LAST_DAY:
            raise CalendarGap(f"no calendar for {day.isoformat()}")
        return day.toordinal()

    def _day(self, number: int) -> date:
        if not 0 <= number < len(self._days):
            raise CalendarGap(f"period ends after {LAST_DAY.isoformat()}")
        return date.fromordinal(self._days[number])


def _moment_in(day: date, left: int, windows: tuple[tuple[int, int], ...]) -> datetime:
    """Return the moment of a day at which `left` microseconds of its windows have run."""
    start = datetime.combine(day, time(), SHANGHAI)
    for begin, end in windows:
        if left <= end - begin:
            return start + timedelta(microseconds=begin + left)
        left -= end - begin
    raise AssertionError("more time than the windows of a day hold")


@cache
def official() -> WorkCalendar:
    """Return the official calendar, with the years the State Council has announced.

    Years after the last announced one count with weekends closed, as provisional.
    """
    last = max(constants.holidays).year
    return WorkCalendar(
        closed=frozenset(day for day in constants.holidays if day.weekday() < 5),
        opened=frozenset(constants.workdays),
        known_until=date(last, 12, 31),
        name=f"official-{last}",
    )


def calendar_from(data: Mapping[str, Any]) -> WorkCalendar:
    """Return the calendar of a `--calendar` file; what is wrong in it raises ValueError.

    Its last year that has a day named is the last one that is not provisional.
    """
    unknown = set(data) - {"closed", "open", "hours", "name"}
    if unknown:
        raise ValueError(f"unknown key {sorted(unknown)[0]!r}; known are closed, open, hours, name")
    closed, opened = _dates(data.get("closed", ())), _dates(data.get("open", ()))
    named = closed | opened
    hours = tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in data.get("hours", ()))
    return WorkCalendar(
        closed=closed,
        opened=opened,
        hours=hours or OFFICE_HOURS,
        known_until=date(max(named).year, 12, 31) if named else None,
        name=str(data.get("name", "")),
    )


def _dates(texts: Iterable[str]) -> frozenset[date]:
    return frozenset(date.fromisoformat(text) for text in texts)
