"""Giving cases to people of one's department: one by one, or the ticked rows of a list at once."""

from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.models import AccessEntry
from complaints.colleagues import value_of
from complaints.lifecycle import Kind, State
from complaints.refusals import NotPermitted, Refused
from notices.models import Notice, Topic
from tests.complaints.sending import signed_in
from tests.loop import LATE_DELIVERY, Loop

pytestmark = pytest.mark.django_db


def sent(loop: Loop, cases, to: str, by: str = "duanhongwei", **changes):
    """Send the ticked cases of a list; return the answer, its messages followed."""
    ticked = [value_of(case) for case in cases]
    data = {"key": str(uuid4()), "person": loop.user(to).pk, "case": ticked} | changes
    return signed_in(loop.user(by)).post(reverse("hand_out"), data, follow=True)


def holder(case) -> str:
    case.refresh_from_db()
    return case.handler.username if case.handler else ""


def test_another_person_of_the_department_goes_on_with_a_case():
    loop = Loop.new()
    case = loop.to("resolving")
    before = case.state
    case = loop.do(case, Kind.HANDED_OVER, "duanhongwei", {"handler": loop.user("yangfan").pk})
    assert (holder(case), case.state) == ("yangfan", before)
    told = Notice.objects.filter(case=case, recipient=loop.user("yangfan"), topic=Topic.ASSIGNED)
    assert told.exists()


@pytest.mark.parametrize(
    ("handler", "code"),
    [("zhaogang", "handler_already"), ("maxiao", "handler_of_another_department")],
)
def test_a_case_is_handed_over_to_somebody_else_of_the_department_alone(handler, code):
    loop = Loop.new()
    case = loop.to("investigating")
    with pytest.raises(Refused) as refused:
        loop.do(case, Kind.HANDED_OVER, "duanhongwei", {"handler": loop.user(handler).pk})
    assert [reason.code for reason in refused.value.reasons] == [code]


@pytest.mark.parametrize("by", ["zhoumin", "zhaogang", "sujianing"])
def test_only_the_department_s_head_hands_over(by):
    loop = Loop.new()
    case = loop.to("investigating")
    with pytest.raises(NotPermitted):
        loop.do(case, Kind.HANDED_OVER, by, {"handler": loop.user("yangfan").pk})


def test_who_keeps_out_of_a_case_is_followed_by_somebody_else():
    loop = Loop.new()
    person = {"person": loop.user("zhaogang").pk}
    case = loop.do(loop.to("investigating"), Kind.RECUSED, "zhoumin", person, reason="投诉其态度")
    assert holder(case) == ""
    loop.do(case, Kind.HANDED_OVER, "duanhongwei", {"handler": loop.user("yangfan").pk})
    assert holder(case) == "yangfan"


def test_ticked_cases_are_given_to_one_person_and_each_refusal_says_why():
    loop = Loop.new()
    new, going = loop.assign(loop.register()), loop.to("investigating")
    own, sales = loop.to("feedback"), loop.assign(loop.register(), "营销部")
    answer = sent(loop, [new, going, own, sales], "yangfan")
    assert answer.status_code == 200
    assert [holder(case) for case in (new, going, own, sales)] == [
        "yangfan", "yangfan", "zhaogang", "",
    ]  # fmt: skip
    assert new.state == State.INVESTIGATING
    why = {row["number"]: row["why"] for row in answer.context["refused"]}
    assert why.keys() == {own.number, sales.number}
    assert "反馈" in why[own.number]
    assert why[sales.number] == "没有这件案件，或您看不到它。"
    assert answer.context["done"] == [new.number, going.number]
    refusals = AccessEntry.objects.filter(data__case=own.pk)
    assert refusals.exists()


def test_a_second_press_does_nothing_more():
    loop = Loop.new()
    case, key = loop.assign(loop.register()), str(uuid4())
    first = sent(loop, [case], "yangfan", key=key)
    case_value = value_of(case)
    case.refresh_from_db()
    events = case.events.count()
    again = sent(loop, [], "yangfan", key=key, case=[case_value])
    assert (first.redirect_chain, again.redirect_chain) == ([("/cases/", 302)],) * 2
    assert case.events.count() == events


def test_a_case_that_has_moved_since_the_list_was_drawn_is_not_given_away():
    loop = Loop.new()
    case = loop.assign(loop.register())
    seen = value_of(case)
    loop.do(case, Kind.DEPARTMENT_RESPONDED, "duanhongwei")
    answer = sent(loop, [], "yangfan", case=[seen])
    assert answer.status_code == 409
    assert "责任部门响应" in answer.context["refused"][0]["why"]
    assert holder(case) == ""


def test_nobody_else_is_given_a_list_to_hand_out():
    loop = Loop.new()
    case = loop.assign(loop.register())
    for by in ("zhoumin", "zhaogang", "gaoyuan", "konglingyi"):
        assert sent(loop, [case], "yangfan", by).status_code == 403
        assert 'name="case"' not in signed_in(loop.user(by)).get("/cases/").content.decode()
    assert holder(case) == ""
    assert 'name="case"' in signed_in(loop.user("duanhongwei")).get("/cases/").content.decode()


def test_the_other_unit_s_cases_are_told_as_if_there_were_none():
    loop = Loop.new()
    foreign = loop.register(LATE_DELIVERY, code="tobacco-2026", by="xujing")
    answer = sent(loop, [foreign], "yangfan")
    assert answer.status_code == 409
    assert answer.context["refused"][0]["why"] == "没有这件案件，或您看不到它。"


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/", ""])
def test_the_way_back_stays_in_the_house(back):
    loop = Loop.new()
    answer = sent(loop, [loop.assign(loop.register())], "yangfan", back=back)
    assert answer.redirect_chain == [("/cases/", 302)]
