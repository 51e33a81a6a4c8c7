"""INV-11: due moments against a slow walk, from cases drawn at random, whatever the server's zone."""

import os
import time as clock
from datetime import date, datetime, timedelta
from random import Random

import pytest

from regulations.engine.calendar import SHANGHAI, WorkCalendar, midnight_after, official
from regulations.engine.periods import Period, deadline, resumed
from tests.engine.test_calendar import walked_days, walked_hours, walked_open

CASES = [
    pytest.param(3000, id="three-thousand"),
    pytest.param(100_000, id="a-hundred-thousand", marks=pytest.mark.long),
]
ZONES = ("UTC", "Asia/Shanghai", "America/New_York")


@pytest.fixture(params=ZONES)
def zone(request, monkeypatch):
    monkeypatch.setenv("TZ", request.param)
    clock.tzset()
    yield request.param
    monkeypatch.undo()
    clock.tzset()


def drawn(random: Random) -> tuple[Period, datetime]:
    """Draw a period and a start of 2025 or 2026, one in four of them on an edge of its day."""
    day = date(2025, 1, 2) + timedelta(days=random.randrange(620))
    second = random.choice([0, 9 * 3600, 12 * 3600, 18 * 3600, 86_399, random.randrange(86_400)])
    start = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI) + timedelta(seconds=second)
    unit = random.choice(["days", "working_days", "hours", "deferred", "working_hours", "minutes"])
    limit = random.randrange(1, 40)
    if unit == "deferred":
        return Period("hours", limit, deferred=True), start
    return Period(unit, limit), start


def walked(period: Period, start: datetime, calendar: WorkCalendar) -> datetime:
    """Return the due moment by walking: day by day, or minute by minute."""
    match period.unit:
        case "days":
            return midnight_after(start.date() + timedelta(days=period.limit))
        case "working_days":
            return midnight_after(walked_days(calendar, start.date(), period.limit))
        case "working_hours":
            return walked_seconds(calendar, start, period.limit, calendar.hours)
        case "hours" if period.deferred:
            return walked_seconds(calendar, start, period.limit, None)
        case "hours":
            return start + timedelta(hours=period.limit)
        case _:
            return start + timedelta(minutes=period.limit)


def walked_seconds(calendar: WorkCalendar, start: datetime, hours: int, windows) -> datetime:
    """Walk window by window through open days until the time has run."""
    left, day = timedelta(hours=hours), start.date()
    while True:
        midnight = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
        spans = (
            [(timedelta(0), timedelta(days=1))]
            if windows is None
            else [
                (
                    timedelta(hours=a.hour, minutes=a.minute),
                    timedelta(hours=b.hour, minutes=b.minute),
                )
                for a, b in windows
            ]
        )
        for begin, end in spans if walked_open(calendar, day) else []:
            since = max(start, midnight + begin)
            if midnight + end <= since:
                continue
            if since + left <= midnight + end:
                return since + left
            left -= midnight + end - since
        day += timedelta(days=1)


@pytest.mark.parametrize("cases", CASES)
def test_inv_11_due_moments_equal_a_slow_walk(cases, zone):
    random, calendar = Random(f"{zone}-11"), official()
    for _case in range(cases // len(ZONES)):
        period, start = drawn(random)
        assert deadline(period, start, calendar).due == walked(period, start, calendar), (
            period,
            start,
        )
    assert os.environ["TZ"] == zone


@pytest.mark.parametrize("cases", CASES)
def test_inv_11_what_stood_for_a_time_is_due_later_by_just_that(cases, zone):
    """A pause moves hours by its length, days by the days between its ends."""
    random, calendar = Random(f"{zone}-12"), official()
    for _case in range(cases // len(ZONES)):
        _period, start = drawn(random)
        limit = random.randrange(2, 60)
        paused = start + timedelta(minutes=random.randrange(60 * limit))
        back = paused + timedelta(minutes=random.randrange(1, 20_000))
        hours = Period("hours", limit)
        due = deadline(hours, start, calendar).due
        assert resumed(hours, due, paused, back, calendar) == due + (back - paused)
        days = Period("days", limit)
        due = deadline(days, start, calendar).due
        moved = (back.date() - paused.date()).days
        assert resumed(days, due, paused, back, calendar) == due + timedelta(days=moved)


def test_the_two_walks_agree():
    """The walk window by window is the walk minute by minute of the calendar's own tests."""
    random, calendar = Random(11), official()
    for _case in range(20):
        _period, start = drawn(random)
        start = start.replace(second=0)
        assert walked_seconds(calendar, start, 3, calendar.hours) == walked_hours(
            calendar, start, 180, calendar.hours
        )
