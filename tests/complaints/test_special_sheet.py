"""大理文旅 5.2.6 and its 投诉处理结果确认表: a special complaint closes with three signatures on the sheet."""

import pytest

from complaints.histories import history_of, verdict_of
from complaints.lifecycle import Kind
from complaints.refusals import Refused
from records import clock
from tests.loop import Loop

pytestmark = pytest.mark.django_db
CLOSE = (Kind.CLOSED, "linxiaoyun", {"mode": "agreed"})


@pytest.fixture
def loop(clock) -> Loop:
    return Loop.new()


def reviewed(loop: Loop, facts: dict):
    """Return a case of the 物业公司 that lacks nothing that an ordinary complaint needs to close."""
    case = loop.to("feedback")
    if facts:
        loop.do(case, Kind.FACTS_CHANGED, "zhoumin", facts, reason="专业部门认定")
    for _state, steps in loop.steps("feedback")[:1]:
        for kind, by, data, texts in steps:
            loop.do(case, kind, by, data, **texts)
    return loop.do(case, Kind.REVIEWED, "linxiaoyun", {"passed": True}, note="复核")


def unsigned(case) -> list[str]:
    """Return who has not signed the sheet yet."""
    verdict = verdict_of(case, history_of(case.events.order_by("seq")), clock.now())
    return [row.by for row in verdict.approvals if row.what == "sheet" and row.at is None]


@pytest.mark.feature("F098")
def test_a_complaint_marked_as_special_needs_the_confirmation_sheet(loop):
    ordinary, special = reviewed(loop, {}), reviewed(loop, {"tags": ["DALI-61"]})
    assert (unsigned(ordinary), unsigned(special)) == ([], ["物业公司", "部门负责人", "客户服务部"])
    assert loop.do(ordinary, *CLOSE).events.last().kind == Kind.CLOSED
    with pytest.raises(Refused) as refused:
        loop.do(special, *CLOSE)
    assert {reason.source for reason in refused.value.reasons} == {("DALI-155",)}


@pytest.mark.feature("F173")
def test_all_three_units_sign_the_sheet_of_a_special_complaint(loop):
    case = reviewed(loop, {"tags": ["DALI-61"]})
    for by in ("duanhongwei", "duanhongwei", "linxiaoyun"):
        with pytest.raises(Refused):
            loop.do(case, *CLOSE)
        loop.do(case, Kind.APPROVED, by, {"what": "sheet"}, note="已核对")
    assert unsigned(case) == []
    assert loop.do(case, *CLOSE).events.last().kind == Kind.CLOSED
