"""Periods of a regulation and the due moments they lead to (replay.md, "Counting time")."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from regulations.engine.calendar import WorkCalendar, day_of_due, local, midnight_after

UNITS = (
    "minutes",
    "hours",
    "working_hours",
    "days",
    "working_days",
    "months",
    "same_day",
)
IN_DAYS = frozenset({"days", "working_days", "months", "same_day"})
BY_CALENDAR = frozenset({"working_hours", "working_days"})


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time in one unit. `limit` is what is due, `target` the earlier end of a range.

    `unit` is one of `UNITS`; `same_day` has the limit 0. `deferred` marks hours and minutes that
    do not run on closed days (节假日顺延).
    """

    unit: str
    limit: int
    target: int | None = None
    deferred: bool = False

    @property
    def in_days(self) -> bool:
        """Whether due moments lie at 24:00 of a day."""
        return self.unit in IN_DAYS

    @property
    def by_calendar(self) -> bool:
        """Whether counting needs to know which days are open."""
        return self.deferred or self.unit in BY_CALENDAR


@dataclass(frozen=True, slots=True)
class Deadline:
    """Where a period ends. `due` is inclusive; `target` is the end of a range's shorter period."""

    due: datetime
    target: datetime | None
    provisional: bool


def deadline(period: Period, start: datetime, calendar: WorkCalendar) -> Deadline:
    """Return where a period that starts at an aware moment ends.

    Raises CalendarGap where the calendar cannot count that far.
    """
    due = _end(period, period.limit, start, calendar)
    target = None if period.target is None else _end(period, period.target, start, calendar)
    provisional = period.by_calendar and calendar.is_provisional(day_of_due(due))
    return Deadline(due, target, provisional)


def _end(period: Period, amount: int, start: datetime, calendar: WorkCalendar) -> datetime:
    start = local(start)
    match period.unit:
        case "minutes" | "hours":
            span = timedelta(**{period.unit: amount})
            return calendar.add_open_time(start, span) if period.deferred else start + span
        case "working_hours":
            return calendar.add_working_time(start, timedelta(hours=amount))
        case "working_days":
            return midnight_after(calendar.add_working_days(start.date(), amount))
        case "months":
            return midnight_after(_months_after(start.date(), amount))
        case _:  # natural days; the same day is day 0
            return midnight_after(start.date() + timedelta(days=amount))


def _months_after(day: date, months: int) -> date:
    """Return the day with the same number `months` later, or that month's last day (rule 6)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
