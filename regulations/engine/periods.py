"""Periods of a regulation and the due moments they lead to (replay.md, "Counting time")."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from regulations.engine.calendar import (
    ROUND_THE_CLOCK,
    Hours,
    WorkCalendar,
    day_of_due,
    local,
    midnight_after,
)

UNITS = (
    "minutes",
    "hours",
    "working_minutes",
    "working_hours",
    "days",
    "working_days",
    "months",
    "same_day",
    "next_month",
)
IN_DAYS = frozenset({"days", "working_days", "months", "same_day", "next_month"})
WITHOUT_FIGURE = frozenset({"same_day", "next_month"})
MINUTE, HOUR = 60_000_000, 3_600_000_000
MICROSECONDS = {
    "minutes": MINUTE,
    "working_minutes": MINUTE,
    "hours": HOUR,
    "working_hours": HOUR,
}
AT_WORK = frozenset({"working_minutes", "working_hours"})
BY_CALENDAR = AT_WORK | {"working_days"}


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time in one unit. `limit` is what is due, `target` the earlier end of a range.

    `unit` is one of `UNITS`; `same_day` and `next_month` (the end of the following calendar month)
    have the limit 0. `deferred` marks hours and minutes that do not run on closed days
    (节假日顺延), `within` those that run only inside some hours of the day.
    """

    unit: str
    limit: int
    target: int | None = None
    deferred: bool = False
    within: Hours | None = None

    @property
    def in_days(self) -> bool:
        """Whether due moments lie at 24:00 of a day."""
        return self.unit in IN_DAYS

    @property
    def by_calendar(self) -> bool:
        """Whether counting needs to know which days are open."""
        if self.within is not None:
            return not self.within.every_day
        return self.deferred or self.unit in BY_CALENDAR

    def hours(self, calendar: WorkCalendar) -> Hours | None:
        """Return the hours in which the time runs; None for days, and for time that never stands."""
        if self.within is not None:
            return self.within
        if self.unit in AT_WORK:
            return calendar.office
        return ROUND_THE_CLOCK if self.deferred else None

    def span(self, amount: int) -> timedelta:
        """Return an amount of a unit of minutes or hours as a span of time."""
        return timedelta(0, 0, amount * MICROSECONDS[self.unit])


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
        case "working_days":
            return midnight_after(calendar.add_working_days(start.date(), amount))
        case "months":
            return midnight_after(_months_after(start.date(), amount))
        case "next_month":
            return midnight_after(_months_after(start.date().replace(day=1), 2) - timedelta(days=1))
        case "days" | "same_day":  # the same day is day 0
            return midnight_after(start.date() + timedelta(days=amount))
    hours = period.hours(calendar)
    if hours is None:
        return start + period.span(amount)
    return calendar.add(start, amount * MICROSECONDS[period.unit], hours)


def resumed(
    period: Period, due: datetime, paused: datetime, back: datetime, calendar: WorkCalendar
) -> datetime:
    """Return where a period that was due at `due` ends after a pause from `paused` to `back`.

    Time that had not run when the pause began runs from its end on. Periods in days move by the
    days, or open days, from the day of the pause to the day of the return.
    """
    if due <= paused:
        return due
    if period.unit == "working_days":
        days = calendar.working_days_between(paused.date(), back.date())
        return midnight_after(calendar.add_working_days(day_of_due(due), days))
    if period.in_days:
        return midnight_after(day_of_due(due) + (back.date() - paused.date()))
    hours = period.hours(calendar)
    if hours is None:
        return due + (back - paused)
    return calendar.add_time(back, calendar.time_between(paused, due, hours), hours)


def _months_after(day: date, months: int) -> date:
    """Return the day with the same number `months` later, or that month's last day (rule 6)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
