"""Changing a unit's calendar on its page: what will move is shown first, then moved, event by event."""

from datetime import date, datetime

import pytest
from django.db import transaction
from django.urls import reverse

from complaints.lifecycle import Kind
from complaints.models import CaseEvent
from jobs import tasks
from jobs.models import Job
from regulations import calendars
from regulations.engine.calendar import SHANGHAI
from tests.complaints.sending import signed_in
from tests.loop import Loop

OWNER = "luqing"
SHUT = {"first": "2026-03-09", "last": "", "keeps": "closed"}


def moment(text):
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


@pytest.fixture
def loop(fresh_db, clock) -> Loop:
    clock.set(moment("03-06 17:30"))
    return Loop.new()


def sent(client, name, entered):
    """Send a form that starts work, do the work, and return the job."""
    answer = client.post(reverse(name), entered)
    assert answer.status_code == 302, answer.content.decode()
    job = Job.objects.latest("created_at")
    tasks.run(str(job.pk))
    job.refresh_from_db()
    return job


def newest(loop):
    return calendars.newest(loop.versions["dali-tourism"].regulation.unit_id)


def test_the_preview_says_what_will_move_and_moves_nothing(loop):
    """24 hours from Friday 6 March 17:30 end on Monday; a closed Monday moves that to Tuesday."""
    case = loop.register()
    client = signed_in(loop.user(OWNER))
    job = sent(client, "calendar", SHUT)
    assert (job.result["cases"], job.result["moved"]) == (1, 1)
    page = client.get(reverse("calendar_preview", args=[job.pk])).content.decode()
    assert "未结案件 1 件，其中 1 件的时限会移动。" in page
    assert "2026-03-09 17:30" in page
    assert "2026-03-10 17:30" in page
    assert newest(loop).number == 1
    assert not case.events.filter(kind=Kind.CALENDAR_CHANGED).exists()


def test_publishing_moves_each_case_by_an_event_with_old_new_and_cause(loop):
    case = loop.register()
    client = signed_in(loop.user(OWNER))
    job = sent(client, "calendar_publish", SHUT | {"last": "2026-03-09", "reason": "盘点停业"})
    assert job.result == {"changed": 1}
    version = newest(loop)
    assert (version.number, version.created_by.username) == (2, OWNER)
    assert [one.day for one in calendars.exceptions_of(version)] == [date(2026, 3, 9)]
    event = CaseEvent.objects.get(case=case, kind=Kind.CALENDAR_CHANGED)
    assert (event.data["version"], event.data["number"]) == (version.digest, 2)
    moved = {row["clock"]: (row["before"], row["after"]) for row in event.data["moved"]}
    assert moved["response-cap:1:1"] == (
        "2026-03-09T17:30:00+08:00",
        "2026-03-10T17:30:00+08:00",
    )
    page = signed_in(loop.user("zhoumin")).get(reverse("case", args=[case.number]))
    assert "响应 2026-03-09 17:30 改为 2026-03-10 17:30" in page.content.decode()


def test_days_are_given_back_to_the_official_calendar(loop):
    client = signed_in(loop.user(OWNER))
    week = {"first": "2026-03-09", "last": "2026-03-11", "keeps": "closed", "reason": "盘点"}
    sent(client, "calendar_publish", week)
    back = {"first": "2026-03-10", "last": "2026-03-10", "keeps": "official", "reason": "提前结束"}
    sent(client, "calendar_publish", back)
    days = [one.day for one in calendars.exceptions_of(newest(loop))]
    assert days == [date(2026, 3, 9), date(2026, 3, 11)]


@pytest.mark.parametrize(
    ("entered", "said"),
    [
        (SHUT | {"last": "2026-03-08"}, "止日不能早于起日。"),
        (SHUT | {"last": "2027-03-08"}, "一次最多改动 60 天。"),
    ],
)
def test_a_change_that_cannot_be_is_refused(entered, said, loop):
    answer = signed_in(loop.user(OWNER)).post(reverse("calendar"), entered)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Job.objects.exists()


def test_nothing_is_published_without_a_reason(loop):
    signed_in(loop.user(OWNER)).post(reverse("calendar_publish"), SHUT)
    assert newest(loop).number == 1


@pytest.mark.parametrize("by", ["zhoumin", "linxiaoyun", "gaoyuan", "konglingyi", "fangzhou"])
def test_only_the_owner_of_the_rules_changes_the_calendar(by, loop):
    client = signed_in(loop.user(by))
    assert client.get(reverse("calendar")).status_code == 403
    assert client.post(reverse("calendar_publish"), SHUT).status_code == 403


def test_an_act_between_counting_and_moving_is_not_overrun(loop, monkeypatch):
    """Somebody acts while a case is counted: it is left to the next time and then counted anew."""
    from sla.calendars import taking_over

    case = loop.register()
    counted = taking_over.moves_of

    def meanwhile(*given):
        found = counted(*given)
        loop.do(case, Kind.NOTED, "zhoumin", note="客户来电")
        return found

    version = calendars.publish(
        newest(loop).unit, [calendars.Exceptional(date(2026, 3, 9), False, "停")], by=None
    )
    with monkeypatch.context() as patched:
        patched.setattr(taking_over, "moves_of", meanwhile)
        assert taking_over.take_over(version) == 0
    with transaction.atomic():
        assert taking_over.take_over(version) == 1
