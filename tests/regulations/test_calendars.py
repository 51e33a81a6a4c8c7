"""Calendars of a unit: published whole, reached by open cases, never by closed ones."""

from datetime import date, datetime, time
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import Error, connection, transaction
from django.utils.timezone import localtime

from audits.verification import differences
from complaints.lifecycle import Kind
from complaints.models import CaseEvent
from regulations import calendars
from regulations.calendars import Exceptional
from regulations.engine.calendar import SHANGHAI, official
from regulations.models import CalendarVersion
from sla import tasks
from tests.loop import Loop

pytestmark = pytest.mark.django_db

STOCKTAKING = Exceptional(date(2026, 3, 9), False, "盘点停业")
EXTRA = Exceptional(date(2026, 3, 7), True, "补班")


def moment(text):
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


def unit_of(loop):
    return loop.versions["dali-tourism"].regulation.unit


def cap_of(case):
    """Return when the 24 hours to respond (4.1.1, deferred over holidays) end."""
    return localtime(case.clocks.get(key="response-cap:1:1").due_at)


def test_a_unit_has_a_calendar_from_its_first_regulation_on():
    loop = Loop.new()
    first = calendars.newest(unit_of(loop).pk)
    assert (first.number, first.exceptions) == (1, [])
    counted = calendars.of_case(first.digest)
    assert (counted.closed, counted.opened) == (official().closed, official().opened)
    assert counted.known_until == official().known_until


def test_publishing_what_is_in_force_changes_nothing():
    unit = unit_of(Loop.new())
    assert calendars.publish(unit, by=None).number == 1
    assert calendars.refresh(unit).number == 1
    assert calendars.publish(unit, [STOCKTAKING], by=None).number == 2
    assert calendars.refresh(unit).number == 2


def test_exceptions_close_and_open_days():
    unit = unit_of(Loop.new())
    version = calendars.publish(unit, [EXTRA, STOCKTAKING], by=None)
    days = calendars.of_case(version.digest)
    assert not days.is_open(STOCKTAKING.day)
    assert days.is_open(EXTRA.day)
    assert [one.day for one in calendars.exceptions_of(version)] == [EXTRA.day, STOCKTAKING.day]


def test_hours_that_overlap_are_refused():
    unit = unit_of(Loop.new())
    wrong = [(time(9), time(12)), (time(11), time(18))]
    with pytest.raises(ValueError, match="overlap"):
        calendars.publish(unit, by=None, hours=wrong)
    with pytest.raises(ValueError, match="one day"):
        calendars.publish(unit, [EXTRA, EXTRA], by=None)


def test_a_new_calendar_reaches_open_cases_and_no_closed_one(clock):
    """24 hours from Friday 6 March 17:30 end on Monday 17:30; a closed Monday moves that to
    Tuesday 17:30. The withdrawn case keeps its Monday."""
    clock.set(moment("03-06 17:30"))
    loop = Loop.new()
    case, gone = loop.register(), loop.register()
    loop.do(gone, Kind.WITHDRAWN, "zhoumin", reason="客户撤诉")
    assert cap_of(case) == moment("03-09 17:30")
    version = calendars.publish(unit_of(loop), [STOCKTAKING], by=None)
    assert tasks.recalendar() == 1
    assert tasks.recalendar() == 0
    case.refresh_from_db()
    assert cap_of(case) == moment("03-10 17:30")
    assert case.calendar == version.digest
    assert cap_of(gone) == moment("03-09 17:30")
    assert not CaseEvent.objects.filter(case=gone, kind=Kind.CALENDAR_CHANGED).exists()
    assert list(differences()) == []


def test_a_new_case_begins_with_the_newest_calendar(clock):
    clock.set(moment("03-06 17:30"))
    loop = Loop.new()
    version = calendars.publish(unit_of(loop), [STOCKTAKING], by=None)
    case = loop.register()
    assert case.calendar == version.digest
    assert cap_of(case) == moment("03-10 17:30")
    assert tasks.recalendar() == 0


def test_a_published_calendar_cannot_be_changed():
    Loop.new()
    with pytest.raises(Error, match="permission denied"), transaction.atomic():
        CalendarVersion.objects.update(number=9)
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM regulations_calendarversion")


def test_the_command_adds_to_the_exceptions_and_takes_one_back():
    loop = Loop.new()
    unit = unit_of(loop)
    said = StringIO()
    call_command("calendar", unit.name, close=[(STOCKTAKING.day, "盘点停业")], stdout=said)
    assert f"{STOCKTAKING.day} 停业：盘点停业" in said.getvalue()
    call_command("calendar", unit.name, open=[(EXTRA.day, "补班")], stdout=said)
    assert calendars.exceptions_of(calendars.newest(unit.pk)) == [EXTRA, STOCKTAKING]
    call_command("calendar", unit.name, forget=[EXTRA.day], stdout=said)
    assert calendars.exceptions_of(calendars.newest(unit.pk)) == [STOCKTAKING]
    with pytest.raises(CommandError):
        call_command("calendar", "没有的单位")
