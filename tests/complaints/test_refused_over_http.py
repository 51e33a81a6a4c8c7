"""A forbidden act sent by hand is answered with its reason, is logged, and changes nothing."""

from itertools import product

import pytest
from django.urls import reverse
from django.utils.html import escape

from accounts.models import AccessEntry
from complaints.forms.acts import FORMS
from complaints.lifecycle import LOOP, Kind, State
from tests.complaints.lifecycle_page import HANDLER, SIGNER, grants, lines
from tests.complaints.sending import drawn, signed_in
from tests.loop import Loop
from tests.record import stored

pytestmark = pytest.mark.django_db

# Somebody who has the role at the place that the second table names.
BY = {
    ("客服人员", "归口"): "zhoumin",
    ("部门负责人", "归口"): "linxiaoyun",
    ("部门负责人", "责任"): "duanhongwei",
}
# The places of the case that the tests take round: 物业服务 of 大理文旅, handled by 赵刚.
WORDS = {
    "归口": "客户服务部的",
    "责任": "物业公司的",
    "单位": "大理文旅集团的",
    "承办": "承办交办的部门的",
}
# Whose signature a 重大投诉 waits for from the start (8.3); for the others nobody's is due yet.
ORGANISER = dict.fromkeys(("plan_approved", "plan_rejected"), "客服部负责人")
# Acts that have a form; a registration has its own page.
KINDS = sorted({line.kind for line in lines()} & FORMS.keys())  # nobody draws the others


# What management may record on a case of its unit.
OPEN_TO_MANAGEMENT = (
    Kind.NOTED,
    Kind.OFFENCE,
    Kind.ATTACHED,
    Kind.PRESSED,
    Kind.ORDER_RECEIVED,
    Kind.ORDER_ANSWERED,
    Kind.TASK_DONE,
    Kind.RECUSED,
    Kind.RECORDED,
)
# What customer service may record wherever in the unit it is: repeats, records, a first verdict,
# and that it has handed a complaint over.
OPEN_TO_CUSTOMER_SERVICE = (Kind.LINKED, Kind.RECORDED, Kind.SCREENED, Kind.TRANSFERRED)


def states_of(kind):
    """Return the labels of the states in which the page has an act of this kind, in order."""
    found = {state for line in lines() if line.kind == kind for state in line.leads}
    return [str(state.label) for state in LOOP if state.label in found]


def who_may(kind):
    """Return the words of everybody to whom the page opens an act."""
    words = {SIGNER: ORGANISER.get(kind, "制度指定的签批人"), HANDLER: "赵刚"}
    return {
        words.get(who) or f"{WORDS[word]}{who}"
        for who, cell in grants()[kind].items()
        for word in cell.split("、")
        if word in WORDS or who in words
    }


def somebody_for(kind):
    found = (
        BY.get((who, word)) for who, cell in grants()[kind].items() for word in cell.split("、")
    )
    return next(filter(None, found), None)


@pytest.mark.parametrize("state", [State.RECEIVED, State.RESOLVING, State.ARCHIVED])
def test_in_another_state_the_answer_says_where_the_act_is_possible(state):
    loop = Loop.new()
    case = loop.to(state)
    clients = {by: signed_in(loop.user(by)) for by in BY.values()}
    before, tried = stored(case), 0
    for kind in KINDS:
        by = somebody_for(kind)
        if by is None or state.label in states_of(kind):
            continue
        logged = AccessEntry.objects.count()
        answer = drawn(loop, case, kind, by, clients[by]).send()
        if state == State.RECEIVED and by == "duanhongwei":
            assert answer.status_code == 404, kind  # his department does not have it yet
            continue
        page = answer.content.decode()
        assert answer.status_code == 409, kind
        assert f"案件现处于“{state.label}”" in page, kind
        assert f"只能在“{'、'.join(states_of(kind))}”环节进行" in page, kind
        entry = AccessEntry.objects.get(seq=logged + 1)
        assert entry.data == {"case": case.pk, "act": kind, "why": ["wrong_state"]}
        tried += 1
    assert tried >= 7
    assert stored(case) == before


def test_whoever_may_not_reads_who_may():
    """高远 (管理层) and 尹岚 (客服 of the handling department) see the case and may do little."""
    loop = Loop.new()
    case = loop.to(State.INVESTIGATING)
    before = stored(case)
    clients = {by: signed_in(loop.user(by)) for by in ("gaoyuan", "yinlan")}
    for kind, (by, client) in product(KINDS, clients.items()):
        if by == "gaoyuan" and kind in OPEN_TO_MANAGEMENT:
            continue
        if by == "yinlan" and kind in OPEN_TO_CUSTOMER_SERVICE:
            continue
        logged = AccessEntry.objects.count()
        answer = drawn(loop, case, kind, by, client).send()
        assert answer.status_code == 403, (kind, by)
        assert who_may(kind) == told(answer), (kind, by)
        entry = AccessEntry.objects.get(seq=logged + 1)
        assert (entry.actor.username, entry.data["act"]) == (by, kind)
    assert stored(case) == before


@pytest.mark.parametrize(
    ("by", "status"),
    [
        pytest.param("sujianing", 404, id="another-department"),
        pytest.param("yangfan", 404, id="another-handler"),
        pytest.param("xujing", 404, id="another-unit"),
        pytest.param("konglingyi", 403, id="auditor"),
        pytest.param("fangzhou", 403, id="administrator"),
        pytest.param("tangxue", 403, id="hr"),
    ],
)
def test_others_have_no_act_at_all(by, status):
    loop = Loop.new()
    case = loop.to(State.INVESTIGATING)
    before = stored(case)
    assert drawn(loop, case, "noted", by).send().status_code == status
    assert stored(case) == before


def told(answer) -> set[str]:
    page = answer.content.decode()
    assert escape("您现在不能进行") in page
    return set(page.split("此操作由")[1].split("进行。")[0].split("、"))


def test_a_link_followed_too_late_says_so_before_anything_is_typed():
    loop = Loop.new()
    case = loop.assign(loop.register())
    form = drawn(loop, case, "assigned", "zhoumin")
    answer = form.client.get(reverse("case_act", args=[case.number, "assigned"]))
    assert answer.status_code == 409
    assert "案件现处于“分派”，此操作只能在“接收”环节进行。" in answer.content.decode()
