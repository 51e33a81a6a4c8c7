"""INV-12: a year without announced holidays stops nothing and is never silently guessed."""

from dataclasses import replace
from datetime import date

import pytest
from django.urls import reverse
from django.utils.timezone import localtime

from audits.verification import differences
from complaints.lifecycle import Kind
from complaints.models import CaseEvent
from regulations import calendars
from regulations.engine.calendar import official
from regulations.models import CalendarVersion
from sla import tasks
from tests.engine.cases import at
from tests.loop import LATE_DELIVERY, Loop

NEW_YEAR = frozenset({date(2027, 1, 1)})


@pytest.fixture
def known_until_2026(monkeypatch):
    """The release that has been installed ends with 2026, whatever the library knows by now."""
    days = official()
    in_2026 = replace(
        days,
        closed=frozenset(day for day in days.closed if day.year <= 2026),
        opened=frozenset(day for day in days.opened if day.year <= 2026),
        known_until=date(2026, 12, 31),
    )
    monkeypatch.setattr(calendars, "official", lambda: in_2026)
    return in_2026


@pytest.fixture
def announced(known_until_2026, monkeypatch):
    """Return what lets the next release know the holidays of 2027 as well."""

    def announce():
        days = replace(
            known_until_2026,
            closed=known_until_2026.closed | NEW_YEAR,
            known_until=date(2027, 12, 31),
        )
        monkeypatch.setattr(calendars, "official", lambda: days)

    return announce


def dispatch(case):
    return case.clocks.get(stage="dispatch")


@pytest.mark.django_db
def test_inv_12_intake_goes_on_and_the_deadline_is_recomputed_once_the_year_is_known(
    announced, clock, client
):
    """TOB-23: dispatched within a working day. Received on Thursday 31 December 2026, that is
    Friday 1 January as long as nobody has announced the holiday, then Monday the 4th."""
    clock.set(at("2026-12-31 10:00"))
    loop = Loop.new()
    case = loop.register(LATE_DELIVERY, code="tobacco-2026", by="xujing")
    assert localtime(dispatch(case).due_at) == at("2027-01-02 00:00")
    client.force_login(loop.user("xujing"))
    page = client.get(reverse("case", args=[case.number])).content.decode()
    assert "日历未公布，暂计" in page
    announced()
    tasks.refresh_calendars()
    assert tasks.recalendar() == 1
    assert localtime(dispatch(case).due_at) == at("2027-01-05 00:00")
    told = CaseEvent.objects.get(case=case, kind=Kind.CALENDAR_CHANGED)
    assert told.data["version"] == calendars.newest(case.unit_id).digest
    known = CalendarVersion.objects.filter(unit=case.unit).order_by("number")
    assert [one.known_until.year for one in known] == [2026, 2027]
    assert list(differences()) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("today", "warned"),
    [
        pytest.param("2026-09-30 12:00", False, id="september"),
        pytest.param("2026-10-01 00:00", True, id="from-the-first-of-october"),
        pytest.param("2026-12-31 12:00", True, id="until-the-year-ends"),
    ],
)
def test_inv_12_a_warning_appears_from_the_first_of_october(
    today, warned, announced, clock, client
):
    clock.set(at(today))
    loop = Loop.new()
    tasks.sweep()
    client.force_login(loop.user("fangzhou"))
    words = "明年的节假日安排尚未载入"
    assert (words in client.get(reverse("desk")).content.decode()) is warned
    announced()
    tasks.refresh_calendars()
    assert words not in client.get(reverse("desk")).content.decode()
