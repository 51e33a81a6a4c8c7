"""Who is told what: in the transaction that makes it true, once, on each channel."""

from datetime import timedelta

import pytest

from accounts.models import Deputy, User
from complaints.lifecycle import Kind
from complaints.models import CaseEvent, Complaint
from notices.models import Channel, Notice, Topic
from sla import tasks
from tests.engine.cases import at
from tests.loop import Loop

pytestmark = pytest.mark.django_db


@pytest.fixture
def loop(clock) -> Loop:
    clock.set(at("03-02 09:00"))
    return Loop.new()


def told(topic, channel=Channel.IN_APP) -> set[str]:
    rows = Notice.objects.filter(topic=topic, channel=channel)
    return set(rows.values_list("recipient__username", flat=True))


def test_a_serious_complaint_is_reported_as_the_ladder_says(loop):
    """8.1 and 6.1.2: 重大投诉 goes to 人力运营副总 and to 总经理, on both channels."""
    loop.register()
    for channel in (Channel.IN_APP, Channel.EMAIL):
        assert told(Topic.REPORT, channel) == {"shenzhuo", "gaoyuan"}
    mail, shown = (
        Notice.objects.filter(channel=c).first() for c in (Channel.EMAIL, Channel.IN_APP)
    )
    assert (mail.delivered_at, mail.next_try) == (None, at("03-02 09:00"))
    assert (shown.delivered_at, shown.next_try) == (at("03-02 09:00"), None)


def test_a_task_goes_to_the_head_then_to_the_handler_and_back_to_the_owner(loop):
    case = loop.assign(loop.register())
    assert told(Topic.ASSIGNED) == {"duanhongwei"}
    case = loop.do(case, Kind.RETURNED, "duanhongwei", reason="不属物业职责")
    assert told(Topic.RETURNED) == {"linxiaoyun"}
    loop.accept(loop.assign(case))
    assert told(Topic.ASSIGNED) == {"duanhongwei", "zhaogang"}


def test_a_plan_asks_its_signer_and_a_new_plan_asks_anew(loop):
    """8.3: the plan of a 重大投诉 is signed by 客服部负责人."""
    case = loop.to("resolving")
    assert told(Topic.SIGNATURE) == set()
    for number in (1, 2):
        loop.do(case, Kind.PLAN_SUBMITTED, "zhaogang", {"option": "进行更换"}, measures="更换")
        assert told(Topic.SIGNATURE) == {"linxiaoyun"}
        assert Notice.objects.filter(topic=Topic.SIGNATURE, channel="in_app").count() == number
        loop.do(case, Kind.PLAN_REJECTED, "linxiaoyun", reason="费用不清")


def test_a_warning_and_a_breach_go_to_whoever_has_the_clock(loop, clock):
    loop.register()
    clock.set(at("03-02 10:30"))
    tasks.sweep()
    assert (told(Topic.WARNED), told(Topic.OVERDUE)) == ({"linxiaoyun"}, set())
    clock.set(at("03-02 11:20"))
    tasks.sweep()
    assert told(Topic.OVERDUE) == {"linxiaoyun"}
    assert Notice.objects.filter(topic=Topic.OVERDUE).first().data["due_at"] == (
        at("03-02 11:00").isoformat()
    )


def test_nothing_is_said_twice(loop, clock):
    case = loop.accept(loop.assign(loop.register()))
    clock.set(at("03-02 11:20"))
    tasks.sweep()
    before = set(Notice.objects.values_list("key", flat=True))
    for _time in range(3):
        loop.do(case, Kind.NOTED, "zhaogang", note="进展")
        tasks.sweep()
    assert list(Notice.objects.order_by("key").values_list("key", flat=True)) == sorted(before)


def test_whoever_stands_in_is_told_too(loop):
    for person, deputy in (("duanhongwei", "hanbing"), ("zhaogang", "yangfan")):
        Deputy.objects.create(
            person=loop.user(person),
            deputy=loop.user(deputy),
            since=at("03-02 09:00"),
            until=at("03-02 09:00") + timedelta(days=1),
        )
    loop.accept(loop.assign(loop.register()))
    assert told(Topic.ASSIGNED) == {"duanhongwei", "hanbing", "zhaogang", "yangfan"}


def test_whoever_has_no_address_is_told_in_the_app(loop):
    User.objects.filter(username="gaoyuan").update(email="")
    loop.register()
    assert told(Topic.REPORT, Channel.EMAIL) == {"shenzhuo"}
    assert told(Topic.REPORT) == {"shenzhuo", "gaoyuan"}


def stumble(passages):
    raise RuntimeError("power cut")


def test_what_is_not_recorded_is_not_said(loop, settings):
    """The outbox is written in the transaction of the event, and goes with it."""
    case = loop.register()
    before = set(Notice.objects.values_list("key", flat=True))
    settings.SETTLERS = [*settings.SETTLERS, f"{__name__}.stumble"]
    with pytest.raises(RuntimeError, match="power cut"):
        loop.assign(case)
    with pytest.raises(RuntimeError, match="power cut"):
        loop.register()
    assert set(Notice.objects.values_list("key", flat=True)) == before
    assert CaseEvent.objects.filter(case=case).count() == 2
    assert Complaint.objects.count() == 1
