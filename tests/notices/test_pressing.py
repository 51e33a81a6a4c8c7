"""督办: the owner department presses, the department answers, and both are in the record."""

import pytest
from django.urls import reverse

from complaints.lifecycle import Kind
from complaints.models import CaseText
from complaints.refusals import NotPermitted, Refused
from notices.models import Notice, Topic
from tests.complaints.sending import signed_in
from tests.engine.cases import at
from tests.loop import Loop

pytestmark = pytest.mark.django_db


@pytest.fixture
def loop(clock) -> Loop:
    clock.set(at("03-02 09:00"))
    return Loop.new()


def told(topic) -> set[str]:
    rows = Notice.objects.filter(topic=topic, channel="in_app")
    return set(rows.values_list("recipient__username", flat=True))


@pytest.mark.feature("F194")
def test_a_pressing_is_stored_with_its_time_and_reaches_whom_it_is_for(loop, clock):
    case = loop.accept(loop.assign(loop.register()))
    clock.set(at("03-02 15:00"))
    case = loop.do(case, Kind.PRESSED, "linxiaoyun", press="客户再次来电，请今日答复进展")
    event = case.events.get(kind=Kind.PRESSED)
    assert (event.at, event.actor.username) == (at("03-02 15:00"), "linxiaoyun")
    assert "请今日答复" not in str(event.data)
    assert CaseText.objects.get(pk=event.data["press"]["text"]).body.startswith("客户再次来电")
    assert told(Topic.PRESSED) == {"duanhongwei", "zhaogang"}
    page = signed_in(loop.user("zhaogang")).get(reverse("case", args=[case.number]))
    assert "客户再次来电，请今日答复进展" in page.content.decode()
    case = loop.do(case, Kind.PRESS_ANSWERED, "zhaogang", answer="配件今晚到货，明早更换")
    answer = case.events.get(kind=Kind.PRESS_ANSWERED)
    assert answer.data["answers"] == event.seq
    assert told(Topic.PRESS_ANSWERED) == {"linxiaoyun"}


def test_before_it_is_assigned_the_owner_itself_is_pressed(loop):
    loop.do(loop.register(), Kind.PRESSED, "gaoyuan", press="尽快分派")
    assert told(Topic.PRESSED) == {"linxiaoyun"}


def test_only_an_open_pressing_is_answered(loop):
    case = loop.accept(loop.assign(loop.register()))
    with pytest.raises(Refused) as nothing:
        loop.do(case, Kind.PRESS_ANSWERED, "zhaogang", answer="进展")
    assert [one.code for one in nothing.value.reasons] == ["nothing_pressed"]
    loop.do(case, Kind.PRESSED, "linxiaoyun", press="进展?")
    loop.do(case, Kind.PRESS_ANSWERED, "zhaogang", answer="进展")
    with pytest.raises(Refused):
        loop.do(case, Kind.PRESS_ANSWERED, "zhaogang", answer="进展")


@pytest.mark.parametrize("by", ["duanhongwei", "zhaogang", "sujianing"])
def test_nobody_presses_their_own_work_or_anothers(by, loop):
    case = loop.accept(loop.assign(loop.register()))
    with pytest.raises(NotPermitted):
        loop.do(case, Kind.PRESSED, by, press="快")


def test_a_pressing_moves_no_clock(loop):
    case = loop.accept(loop.assign(loop.register()))
    before = list(case.clocks.order_by("key").values_list("key", "due_at", "state"))
    case = loop.do(case, Kind.PRESSED, "linxiaoyun", press="进展?")
    assert list(case.clocks.order_by("key").values_list("key", "due_at", "state")) == before
