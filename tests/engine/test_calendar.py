"""Counting in open days, against a slow walk day by day that shares no code with it."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulations.engine.calendar import (
    ROUND_THE_CLOCK,
    SHANGHAI,
    CalendarGap,
    WorkCalendar,
    calendar_from,
    day_of_due,
    local,
    official,
)
from regulations.engine.periods import Period, deadline

YEAR = st.dates(date(2025, 1, 1), date(2026, 12, 31))
CALENDARS = st.builds(
    WorkCalendar,
    closed=st.frozensets(YEAR, max_size=40),
    opened=st.frozensets(YEAR, max_size=20),
)
STARTS = st.datetimes(
    datetime(2025, 1, 1),  # noqa: DTZ001 - the zone is set beside it
    datetime(2026, 11, 1),  # noqa: DTZ001
    timezones=st.just(SHANGHAI),
).map(lambda moment: moment.replace(microsecond=0))


def walked_open(calendar: WorkCalendar, day: date) -> bool:
    return day in calendar.opened or (day.weekday() < 5 and day not in calendar.closed)


def walked_days(calendar: WorkCalendar, start: date, days: int) -> date:
    day = start
    while days:
        day += timedelta(days=1)
        days -= walked_open(calendar, day)
    return day


def walked_hours(calendar: WorkCalendar, start: datetime, minutes: int, windows) -> datetime:
    """Walk minute by minute through the windows of open days."""
    moment = start
    while minutes:
        within = any(a <= moment.time() and (moment.time() < b or b == time()) for a, b in windows)
        moment += timedelta(minutes=1)
        minutes -= within and walked_open(calendar, (moment - timedelta(minutes=1)).date())
    return moment


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        pytest.param("2026-01-01", False, id="new-year"),
        pytest.param("2026-01-04", True, id="make-up-sunday"),
        pytest.param("2026-02-14", True, id="make-up-saturday-before-spring-festival"),
        pytest.param("2026-02-23", False, id="last-day-of-spring-festival"),
        pytest.param("2026-02-24", True, id="first-day-after"),
        pytest.param("2026-03-07", False, id="plain-saturday"),
        pytest.param("2025-10-08", False, id="national-day-2025"),
        pytest.param("2027-10-01", True, id="not-announced-yet"),
    ],
)
def test_official_calendar(day, is_open):
    assert official().is_open(date.fromisoformat(day)) is is_open


@given(CALENDARS, YEAR)
def test_open_days_as_walked(calendar, day):
    assert calendar.is_open(day) is walked_open(calendar, day)


@given(CALENDARS, YEAR, st.integers(1, 30))
def test_working_days_as_walked(calendar, start, days):
    end = calendar.add_working_days(start, days)
    assert end == walked_days(calendar, start, days)
    assert calendar.working_days_between(start, end) == days


@given(CALENDARS, STARTS.map(lambda m: m.replace(second=0)), st.integers(0, 3000))
def test_deferred_minutes_as_walked(calendar, start, minutes):
    end = calendar.add_time(start, timedelta(minutes=minutes), ROUND_THE_CLOCK)
    assert end == walked_hours(calendar, start, minutes, [(time(), time())])


@given(CALENDARS, STARTS.map(lambda m: m.replace(second=0)), st.integers(0, 1000))
def test_working_minutes_as_walked(calendar, start, minutes):
    end = calendar.add_time(start, timedelta(minutes=minutes), calendar.office)
    assert end == walked_hours(calendar, start, minutes, calendar.hours)


@given(CALENDARS, STARTS, st.timedeltas(timedelta(seconds=1), timedelta(days=20)))
def test_open_time_is_what_was_added(calendar, start, span):
    assert (
        calendar.time_between(
            start, calendar.add_time(start, span, ROUND_THE_CLOCK), ROUND_THE_CLOCK
        )
        == span
    )


PERIODS = st.one_of(
    st.builds(
        Period, st.sampled_from(["hours", "minutes"]), st.integers(0, 90), deferred=st.booleans()
    ),
    st.builds(Period, st.sampled_from(["days", "working_days"]), st.integers(1, 15)),
    st.builds(Period, st.sampled_from(["working_hours", "working_minutes"]), st.integers(1, 40)),
    st.just(Period("same_day", 0)),
)


@given(CALENDARS, st.frozensets(YEAR, max_size=30), STARTS, PERIODS)
def test_more_closed_days_never_make_anything_due_earlier(calendar, more, start, period):
    stricter = WorkCalendar(calendar.closed | more, calendar.opened)
    assert deadline(period, start, stricter).due >= deadline(period, start, calendar).due


@given(STARTS, st.integers(1, 20))
def test_natural_days_end_at_midnight_after_the_last_one(start, days):
    due = deadline(Period("days", days), start, official()).due
    assert due.time() == time()
    assert (day_of_due(due) - start.date()).days == days


@pytest.mark.parametrize(
    ("period", "start", "due"),
    [
        pytest.param(
            Period("same_day", 0), "2026-03-02T23:59:59", "2026-03-03T00:00:00", id="rule-6"
        ),
        pytest.param(
            Period("months", 1), "2026-01-31T10:00:00", "2026-03-01T00:00:00", id="last-of-february"
        ),
        pytest.param(
            Period("months", 3), "2026-03-15T10:00:00", "2026-06-16T00:00:00", id="same-number"
        ),
        pytest.param(
            Period("working_hours", 8),
            "2026-03-06T17:30:00",
            "2026-03-09T18:00:00",
            id="over-weekend",
        ),
        pytest.param(
            Period("working_hours", 3),
            "2026-03-06T09:00:00",
            "2026-03-06T12:00:00",
            id="end-of-morning",
        ),
        pytest.param(
            Period("working_hours", 1),
            "2026-03-06T12:30:00",
            "2026-03-06T14:30:00",
            id="from-the-break",
        ),
        # 20 minutes of Friday up to 18:00, the last 10 from Monday 09:00
        pytest.param(
            Period("working_minutes", 30),
            "2026-03-06T17:40:00",
            "2026-03-09T09:10:00",
            id="minutes-over-weekend",
        ),
        pytest.param(
            Period("hours", 48), "2026-03-06T09:00:00", "2026-03-08T09:00:00", id="rule-1-elapsed"
        ),
    ],
)
def test_periods(period, start, due):
    begun = datetime.fromisoformat(start).replace(tzinfo=SHANGHAI)
    assert deadline(period, begun, official()).due == datetime.fromisoformat(due + "+08:00")


def test_target_of_a_range_is_counted_like_its_limit():
    start = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
    end = deadline(Period("days", 15, target=7), start, official())
    assert (end.target, end.due) == (
        datetime(2026, 3, 10, tzinfo=SHANGHAI),
        datetime(2026, 3, 18, tzinfo=SHANGHAI),
    )


@pytest.mark.parametrize(
    ("period", "start", "provisional"),
    [
        pytest.param(
            Period("working_days", 1), "2026-12-30T09:00:00", False, id="24:00-of-last-known-day"
        ),
        pytest.param(
            Period("working_days", 2), "2026-12-30T09:00:00", True, id="first-unknown-day"
        ),
        pytest.param(
            Period("days", 30), "2026-12-30T09:00:00", False, id="natural-days-need-no-calendar"
        ),
    ],
)
def test_provisional(period, start, provisional):
    begun = datetime.fromisoformat(start).replace(tzinfo=SHANGHAI)
    assert deadline(period, begun, official()).provisional is provisional


def test_a_calendar_file_names_days_hours_and_what_it_knows():
    made = calendar_from(
        {"closed": ["2026-03-02"], "open": ["2026-03-07"], "hours": [["09:00", "17:00"]]}
    )
    assert not made.is_open(date(2026, 3, 2))
    assert made.is_open(date(2026, 3, 7))
    assert made.hours == ((time(9), time(17)),)
    assert made.is_provisional(date(2027, 1, 1))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param({"shut": []}, id="unknown-key"),
        pytest.param({"closed": ["2026-02-30"]}, id="no-such-day"),
        pytest.param({"hours": [["17:00", "09:00"]]}, id="hours-backwards"),
        pytest.param({"hours": [["09:00", "13:00"], ["12:00", "18:00"]]}, id="hours-overlap"),
    ],
)
def test_a_wrong_calendar_file_is_refused(data):
    with pytest.raises(ValueError, match=r"."):
        calendar_from(data)


def test_outside_its_years_the_calendar_does_not_guess():
    with pytest.raises(CalendarGap):
        official().add_working_days(date(2069, 12, 30), 10)
    with pytest.raises(CalendarGap):
        official().is_open(date(1999, 12, 31))


def test_a_time_without_offset_is_refused():
    with pytest.raises(ValueError, match="without offset"):
        local(datetime(2026, 3, 2))  # noqa: DTZ001 - that is what is refused
