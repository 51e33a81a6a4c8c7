"""来文: an order from outside with a due time of its own, beside ours, until it is answered."""

from datetime import timedelta

import pytest
from django.urls import reverse

from complaints import pipeline
from complaints.lifecycle import Kind, State
from complaints.models import CaseText
from complaints.refusals import NotPermitted, Refused
from notices.models import Notice, Topic
from sla.models import Clock
from tests.complaints.sending import signed_in
from tests.engine.cases import at
from tests.loop import Loop

pytestmark = pytest.mark.django_db
NUMBER = "〔2026〕15号"
DUE = at("03-04 18:00")


@pytest.fixture
def loop(clock) -> Loop:
    clock.set(at("03-02 09:00"))
    return Loop.new()


def ordered(loop, case):
    data = {"sender": "hotline", "due_at": DUE.isoformat()}
    return loop.do(
        case, Kind.ORDER_RECEIVED, "zhoumin", data, number=NUMBER, content="请于规定时间内答复市民"
    )


def test_its_deadline_stands_beside_ours_and_names_the_order(loop):
    case = ordered(loop, loop.register())
    row = Clock.objects.get(case=case, stage="outside")
    assert (row.due_at, row.state, row.source) == (DUE, "running", [])
    page = signed_in(loop.user("zhoumin")).get(reverse("case", args=[case.number]))
    text = page.content.decode()
    assert "来文1规定，不随我方暂停或延期" in text
    assert "登记来文：来文1，限 2026-03-04 18:00 前答复" in text
    event = case.events.get(kind=Kind.ORDER_RECEIVED)
    assert "请于规定" not in str(event.data)
    assert NUMBER not in str(event.data)
    assert NUMBER in text
    assert CaseText.objects.get(pk=event.data["content"]["text"]).body == "请于规定时间内答复市民"


def test_whoever_has_the_case_in_hand_is_told_and_told_again_when_it_is_late(loop, clock):
    case = ordered(loop, loop.accept(loop.assign(loop.register())))
    told = Notice.objects.filter(topic=Topic.ORDERED, channel="in_app")
    assert set(told.values_list("recipient__username", flat=True)) == {"duanhongwei", "zhaogang"}
    clock.set(DUE + timedelta(seconds=1))
    pipeline.sweep(case.pk)
    late = Notice.objects.filter(topic=Topic.OVERDUE, channel="in_app", data__stage="outside")
    assert set(late.values_list("recipient__username", flat=True)) == {"duanhongwei", "zhaogang"}
    assert case.events.get(kind="derived.overdue", data__stage="outside").at == DUE


def test_no_case_is_closed_before_the_order_is_answered(loop):
    case = ordered(loop, loop.to(State.REVIEW))
    case = loop.do(case, Kind.REVIEWED, "linxiaoyun", {"passed": True})
    with pytest.raises(Refused) as refused:
        loop.do(case, Kind.CLOSED, "linxiaoyun", {"mode": "agreed"})
    assert [(one.code, one.accepted) for one in refused.value.reasons] == [
        ("order_unanswered", "1")
    ]
    case = loop.do(case, Kind.ORDER_ANSWERED, "zhoumin", {"order": "1"}, answer="已修复")
    assert Clock.objects.get(case=case, stage="outside").state == "met"
    assert loop.do(case, Kind.CLOSED, "linxiaoyun", {"mode": "agreed"}).state == State.REVIEW


def test_nobody_of_the_handling_department_answers_it(loop):
    case = ordered(loop, loop.accept(loop.assign(loop.register())))
    with pytest.raises(NotPermitted):
        loop.do(case, Kind.ORDER_ANSWERED, "zhaogang", {"order": "1"}, answer="已修复")


def test_two_orders_are_told_apart_by_their_own_numbers(loop):
    case = ordered(loop, ordered(loop, loop.register()))
    page = signed_in(loop.user("zhoumin")).get(
        reverse("case_act", args=[case.number, Kind.ORDER_ANSWERED])
    )
    assert list(page.context["form"].fields["order"].choices) == [
        ("1", f"1（{NUMBER}）"),
        ("2", f"2（{NUMBER}）"),
    ]
    case = loop.do(case, Kind.ORDER_ANSWERED, "zhoumin", {"order": "2"}, answer="已修复")
    states = Clock.objects.filter(case=case, stage="outside").order_by("key")
    assert list(states.values_list("state", flat=True)) == ["running", "met"]
