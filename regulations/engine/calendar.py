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
FIRST_ORDINAL, LAST_ORDINAL = FIRST_DAY.toordinal(), LAST_DAY.toordinal()
DAY = 86_400_000_000  # microseconds; all counting is in whole microseconds
MICROSECOND = timedelta(microseconds=1)
OFFICE_HOURS = ((time(9), time(12)), (time(13, 30), time(18)))


class CalendarGap(Exception):
    """A period runs out of the years that the calendar can count (2000 to 2069)."""


def local(moment: datetime) -> datetime:
    """Return an aware moment in Asia/Shanghai; a naive one raises ValueError."""
    if moment.tzinfo is SHANGHAI:
        return moment
    if moment.tzinfo is None:
        raise ValueError(f"time without offset: {moment.isoformat()}")
    return moment.astimezone(SHANGHAI)


def midnight_after(day: date) -> datetime:
    """Return 24:00 of a day, written as 00:00 of the next (replay.md, rule 7)."""
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI)


def day_of_due(due: datetime) -> date:
    """Return the day a due moment belongs to: 24:00 belongs to the day that it ends (rule 8)."""
    return (local(due) - MICROSECOND).date()


def _microseconds(moment: time | datetime) -> int:
    """Return how much of its day has passed at a moment."""
    seconds = (moment.hour * 60 + moment.minute) * 60 + moment.second
    return seconds * 1_000_000 + moment.microsecond


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
class Hours:
    """The windows of a day in which time runs, in order and without overlap.

    `every_day` windows are there on each day, others on the calendar's open days only. Raises
    ValueError for windows that overlap, are empty or out of order.
    """

    windows: tuple[tuple[time, time], ...]
    every_day: bool = False
    spans: tuple[tuple[int, int], ...] = field(init=False, repr=False, compare=False)
    length: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        spans = tuple((_microseconds(a), _microseconds(b) or DAY) for a, b in self.windows)
        ends = [0, *(edge for span in spans for edge in span), DAY]
        if not spans or any(a >= b for a, b in spans) or ends != sorted(ends):
            raise ValueError("hours must be windows in order of time that do not overlap")
        object.__setattr__(self, "spans", spans)
        object.__setattr__(self, "length", sum(b - a for a, b in spans))

    def passed(self, moment: datetime) -> int:
        """Return how many microseconds of a local moment's day lie inside the windows before it."""
        within = _microseconds(moment)
        if self.length == DAY:
            return within
        run = 0
        for begin, end in self.spans:
            if within <= begin:
                break
            run += min(within, end) - begin
        return run


ROUND_THE_CLOCK = Hours(((time(), time()),))  # all of each open day


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
    office: Hours = field(init=False, repr=False, compare=False)
    _days: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "office", Hours(self.hours))
        object.__setattr__(self, "_days", _open_ordinals(self.closed, self.opened))

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
        number = bisect_right(self._days, self._ordinal(start)) + days - 1
        return date.fromordinal(self._ordinal_of(number, ROUND_THE_CLOCK))

    def working_days_between(self, start: date, end: date) -> int:
        """Count the open days after `start` up to and including `end`; 0 if `end` is earlier."""
        first = bisect_right(self._days, self._ordinal(start))
        return max(0, bisect_right(self._days, self._ordinal(end)) - first)

    def add_time(self, start: datetime, span: timedelta, hours: Hours) -> datetime:
        """Return `start` plus a span that runs only inside `hours` (rules 2 and 3).

        A span that ends with a window ends there, not where the next one begins. A span of zero or
        less ends where it starts.
        """
        return self.add(start, span // MICROSECOND, hours)

    def add(self, start: datetime, run: int, hours: Hours) -> datetime:
        """Return what `add_time` does, for a span in whole microseconds."""
        if run <= 0:
            return start
        number, left = divmod(self._position(start, hours) + run - 1, hours.length)
        return _moment_in(self._ordinal_of(number, hours), left + 1, hours)

    def time_between(self, start: datetime, end: datetime, hours: Hours) -> timedelta:
        """Return how much time between two moments lies inside `hours`; zero if `end` is earlier."""
        run = self._position(end, hours) - self._position(start, hours)
        return timedelta(microseconds=max(0, run))

    def next_inside(self, moment: datetime, hours: Hours) -> datetime:
        """Return a moment itself if it lies inside `hours`, else when the next window opens.

        The end of a window is outside, its beginning inside.
        """
        here = self.add_time(moment, MICROSECOND, hours) - MICROSECOND
        return max(here, local(moment))

    def _position(self, moment: datetime, hours: Hours) -> int:
        """Return the time of `hours` from the calendar's first day up to a moment."""
        here = local(moment)
        ordinal = here.toordinal()
        if not FIRST_ORDINAL <= ordinal <= LAST_ORDINAL:
            raise CalendarGap(f"no calendar for {here.date().isoformat()}")
        if hours.every_day:
            return (ordinal - FIRST_ORDINAL) * hours.length + hours.passed(here)
        index = bisect_left(self._days, ordinal)
        position = index * hours.length
        if index < len(self._days) and self._days[index] == ordinal:
            position += hours.passed(here)
        return position

    def _ordinal(self, day: date) -> int:
        if not FIRST_DAY <= day <= LAST_DAY:
            raise CalendarGap(f"no calendar for {day.isoformat()}")
        return day.toordinal()

    def _ordinal_of(self, number: int, hours: Hours) -> int:
        """Return the day that has a number among the days of some hours."""
        days = range(FIRST_ORDINAL, LAST_ORDINAL + 1) if hours.every_day else self._days
        if not 0 <= number < len(days):
            raise CalendarGap(f"period ends after {LAST_DAY.isoformat()}")
        return days[number]


def _moment_in(ordinal: int, left: int, hours: Hours) -> datetime:
    """Return the moment of a day at which `left` microseconds of its windows have run."""
    for begin, end in hours.spans:
        if left <= end - begin:
            midnight = datetime.fromordinal(ordinal).replace(tzinfo=SHANGHAI)
            return midnight + timedelta(0, 0, begin + left)
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
