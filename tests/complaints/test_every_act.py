"""Every act x state x person, read from the printed table: allowed ones are taken or wait for
something that the regulation names; all others are refused with the reason and change nothing."""

from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from complaints import pipeline
from complaints.lifecycle import Kind, State
from complaints.models import CaseEvent
from complaints.pipeline import Act
from complaints.refusals import NotPermitted, NotTaken, Refused
from tests.loop import Loop

pytestmark = pytest.mark.django_db

# Each person of the demo, and the grantees of the table's third column they are, worked out from
# their posts: the case belongs to 客户服务部 and is handled by 物业公司, whose 赵刚 is the handler.
PEOPLE = {
    "zhoumin": {"customer_service@owner", "customer_service@unit"},
    "yinlan": {"customer_service@unit"},
    "linxiaoyun": {"department_head@owner"},
    "duanhongwei": {"department_head@responsible"},
    "zhaogang": {"handler"},
    "yangfan": set(),
    "sujianing": set(),
    "gaoyuan": {"management@unit"},
    "konglingyi": set(),
    "tangxue": set(),
    "luqing": set(),
    "fangzhou": set(),
    "xujing": set(),
}
# Whose signature a 重大投诉 waits for: 8.3 and 投诉关闭确认. Nobody has asked for an extension.
SIGNERS = {
    "plan_approved": "linxiaoyun",
    "plan_rejected": "linxiaoyun",
    "closed": "linxiaoyun",
}


def table():
    """Yield (act, kind, grantees, {state label: target label, "·" or ""}) from the printed page."""
    lines = Path(settings.BASE_DIR, "docs", "lifecycle.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if "|" in line]
    head = rows[0]
    for row in rows[2:]:
        yield (
            row[0],
            row[1].strip("`"),
            set(row[2].split(", ")),
            dict(zip(head[3:], row[3:], strict=True)),
        )


def entries(loop):
    """Return for each line of the table something to enter."""
    text = {"note": "测试"}
    reason = {"reason": "测试原因"}
    return {
        "registered": ({}, {}),
        "assigned": ({"department_id": loop.department("物业公司").pk}, {}),
        "accepted": ({"handler": loop.user("zhaogang").pk}, {}),
        "returned": ({}, reason),
        "withdrawn": ({}, reason),
        "reopened": ({}, reason),
        "plan_rejected": ({}, reason),
        "investigated": ({"conclusion": "属实"}, {"findings": "核实"}),
        "plan_submitted": ({"option": "进行修复"}, {"measures": "修复"}),
        "customer_talked": ({"opinion": "接受"}, text),
        "result_returned": ({}, {"result": "已处理"}),
        "confirmed": ({"by": "customer", "form": "written"}, text),
        "judged": ({"valid": True}, text),
        "graded": ({"grade": "重要投诉"}, reason),
        "facts_changed": ({"complainants": 4}, reason),
        "verified": ({"passed": True}, text),
        "transferred": ({"to": "人力运营副总"}, text),
        "staff_plan_submitted": ({}, {"measures": "培训"}),
        "extension_asked": (
            {"source": "DALI-117", "stage": "close", "until": "2027-01-10T18:00:00+08:00"},
            reason,
        ),
        "extended": (
            {"source": "DALI-117", "stage": "close", "until": "2027-01-10T18:00:00+08:00"},
            reason,
        ),
        "回访 (dissatisfied)": ({"satisfaction": "不满意"}, text),
        "followed_up": (
            {"satisfaction": "满意", "scores": {"Q1": True, "Q2": True, "Q3": 8, "Q4": 8, "Q5": 8}},
            {},
        ),
        "复核 (review_failed)": ({"passed": False}, text),
        "reviewed": ({"passed": True}, text),
        "关闭 (found_invalid)": ({"mode": "invalid"}, text),
        "closed": ({"mode": "agreed"}, text),
        "approved": ({"what": "cost"}, text),
    }


def expected(state, username, kind, grantees, cells):
    who = PEOPLE.get(username, set())
    if state == State.RECEIVED:  # no department handles it yet, so nobody is its head or handler
        who = who - {"department_head@responsible", "handler"}
    if state == State.ASSIGNED:
        who = who - {"handler"}
    signs = "signer" in grantees and SIGNERS.get(kind) == username
    return bool(who & grantees or signs) and bool(cells.get(str(state.label)))


@pytest.mark.parametrize("state", [*State][:7], ids=lambda state: state.value)
def test_every_act_in_a_state_by_everybody(state, clock):
    loop = Loop.new()
    case = loop.to(state)
    assert case.state == state
    tried = {True: 0, False: 0}
    people = {name: loop.actor(name) for name in PEOPLE}
    values = entries(loop)
    for label, kind, grantees, cells in table():
        data, texts = values.get(label) or values.get(kind) or ({}, {"note": "测试"})
        for username, actor in people.items():
            wanted = expected(state, username, kind, grantees, cells)
            tried[wanted] += 1
            outcome, target = attempt(case, Act(kind, data, texts), actor)
            told = f"{state.value}: {label} by {username}: {outcome!r}"
            if wanted:
                goes = cells[str(state.label)].removeprefix("→ ").replace("·", str(state.label))
                waits = isinstance(outcome, Refused) and all(
                    r.code != "wrong_state" for r in outcome.reasons
                )
                assert target == goes or waits, told
            else:
                assert isinstance(outcome, NotPermitted | Refused), told
                assert str(outcome), told
    assert tried[True] > 0 or state not in ("received", "assigned")
    assert tried[False] > tried[True]


def attempt(case, act, actor):
    """Try an act and take it back; return the refusal or None, and the label of the state after."""
    before = (case.state, case.event_count, case.head_hash)
    outcome = target = None
    with transaction.atomic():
        try:
            target = pipeline.act(case.pk, [act], actor=actor).get_state_display()
        except NotTaken as refusal:
            outcome = refusal
        transaction.set_rollback(True)
    case.refresh_from_db()
    stored = CaseEvent.objects.filter(case=case).count()
    assert (case.state, case.event_count, case.head_hash) == before
    assert stored == case.event_count
    return outcome, target


@pytest.mark.parametrize(
    ("kind", "texts", "state"),
    [("withdrawn", {"reason": "客户撤诉"}, State.WITHDRAWN)],
)
def test_nothing_can_be_done_after_a_side_exit(kind, texts, state, clock):
    loop = Loop.new()
    case = loop.do(loop.register(), kind, "zhoumin", **texts)
    assert case.state == state
    for label, act, _grantees, _cells in table():
        data, words = entries(loop).get(label) or entries(loop).get(act) or ({}, {"note": "测试"})
        for username in PEOPLE:
            outcome, _target = attempt(case, Act(act, data, words), loop.actor(username))
            assert isinstance(outcome, NotTaken), f"{label} by {username}"


def test_a_refused_act_says_where_it_would_be_accepted(clock):
    loop = Loop.new()
    case = loop.register()
    with pytest.raises(Refused) as refused:
        loop.do(case, Kind.ARCHIVED, "zhoumin")
    (reason,) = refused.value.reasons
    assert (reason.code, reason.what, reason.accepted) == ("wrong_state", "received", "复核")
