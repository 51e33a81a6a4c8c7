"""Every act x state x role x place, read from the printed table.

Whoever may not record an act is refused with who may; in another state the answer names the states
in which it is possible; what both tables allow is taken, or waits for what the regulation asks
for. A refused act leaves every row of the case as it was.
"""

from dataclasses import dataclass

import pytest
from django.db import transaction

from accounts.actors import Actor, actor_of
from accounts.models import Department, Post, Role, User
from accounts.policy import policy
from complaints import pipeline
from complaints.lifecycle import OPEN, Kind, State
from complaints.models import Complaint
from complaints.pipeline import Act
from complaints.refusals import NotPermitted, NotTaken, Refused
from demo import people
from records import clock
from tests.complaints.lifecycle_page import HANDLER, SIGNER, Line, counts_at, grants, lines
from tests.loop import Loop
from tests.record import stored

pytestmark = pytest.mark.django_db

# Where a post may be, as seen from the case: 客户服务部 owns it, 物业公司 handles it.
PLACES = {
    "owner": (people.TOURISM, "客户服务部"),
    "responsible": (people.TOURISM, "物业公司"),
    "elsewhere": (people.TOURISM, "项目工程部"),
    "above": (None, people.TOURISM),
    "another unit": (people.TOBACCO, "客服部门"),
}
# Whose signature a 重大投诉 waits for: 8.3 the plan, until it is given; 投诉关闭确认 from the moment
# at which the plan is carried out. Nobody has asked for an extension, and nothing costs money.
PLAN = {"plan_approved": "客服部负责人", "plan_rejected": "客服部负责人"}
CLOSING = {"closed": "客服部经理"}
SIGNATURES = {
    State.RECEIVED: PLAN,
    State.ASSIGNED: PLAN,
    State.INVESTIGATING: PLAN,
    State.RESOLVING: PLAN,
    State.FEEDBACK: CLOSING,
    State.REVIEW: CLOSING,
}
# What the regulation (or the plan that is not there yet) still asks for where both tables have an
# entry: state, act → what is missing. 3.4 and 4.3 for an invalid complaint, 4.4 for a plan,
# 5.3 for the result, 3.5 and 投诉关闭确认 for the closing, which the policy leaves to the owner's
# head and the regulation to one post. The clock of the closing has ended with the
# customer's confirmation, so nothing is left to extend.
INVALID = {"verification", "result"}
WAITS = {
    (State.RECEIVED, "关闭 (found_invalid)"): INVALID,
    (State.ASSIGNED, "关闭 (found_invalid)"): INVALID,
    (State.INVESTIGATING, "关闭 (found_invalid)"): INVALID,
    (State.RESOLVING, "关闭 (found_invalid)"): INVALID,
    (State.INVESTIGATING, "批准处理方案"): {"no_plan_to_sign"},
    (State.INVESTIGATING, "退回处理方案"): {"no_plan_to_sign"},
    (State.RESOLVING, "批准处理方案"): {"no_plan_to_sign"},
    (State.RESOLVING, "退回处理方案"): {"no_plan_to_sign"},
    (State.RESOLVING, "处理完成"): {"plan", "approval", "agreement"},
    (State.RESOLVING, "反馈处理结果"): {"execution"},
    (State.FEEDBACK, "回访"): {"result", "customer_confirmation"},
    (State.REVIEW, "申请延期"): {"no_such_clock"},
    (State.REVIEW, "归档"): {"approval"},
}
# 大理文旅 knows no pause (8.2: an extension is the only relief), and this is no enquiry.
WAITS |= {(state, "暂停计时"): {"no_pause"} for state in OPEN}
WAITS |= {(state, "恢复计时"): {"not_paused"} for state in OPEN}
WAITS |= {(state, "答复并结束"): {"unknown_mode"} for state in (*OPEN[:4], State.FEEDBACK)}
WAITS |= {(state, "回复督办"): {"nothing_pressed"} for state in OPEN}
WAITS |= {(state, "答复来文"): {"no_such_order"} for state in OPEN}
# An upload is nothing without a file, and none is sent here.
WAITS |= {(state, "上传附件"): {"no_file"} for state in OPEN}
WAITS |= {(state, "解除关联"): {"no_such_link"} for state in OPEN}
WAITS |= {(state, "检查交办效果"): {"no_such_subtask"} for state in OPEN}
WRONG_SIGNER = (State.REVIEW, "关闭")


@dataclass(frozen=True)
class Somebody:
    """A person as the second table sees them: a role at a place, the named handler, a signer."""

    actor: Actor
    role: str = ""
    place: str = ""
    title: str = ""
    is_handler: bool = False

    def __repr__(self):
        return f"{self.role}@{self.place} {self.title}"

    def may(self, case: Complaint, kind: str, granted: dict[str, str]) -> bool:
        """Say what the printed page says."""
        if case.department is None:
            granted = {who: cell.replace("责任", "") for who, cell in granted.items()}
        if SIGNER in granted and self.place == "owner" and self.title:
            return SIGNATURES.get(case.state, {}).get(kind) == self.title
        if HANDLER in granted and self.is_handler and case.handler is not None:
            return True
        return counts_at(granted.get(self.role, ""), self.place)


def everybody(loop: Loop) -> list[Somebody]:
    """Return one person of each role at each place, the handler, and holders of signing titles."""
    posts = [(str(role.label), role, place, "") for place in PLACES for role in Role]
    posts += [
        (str(Role.HR.label), Role.HR, place, title)
        for place in ("owner", "elsewhere")
        for title in ("客服部负责人", "客服部经理")
    ]
    found = [Somebody(loop.actor("zhaogang"), is_handler=True)]
    for number, (label, role, place, title) in enumerate(posts):
        user = User.objects.create(username=f"person{number}", name=f"某{number}")
        Post.objects.create(
            person=user,
            department=_department(*PLACES[place]),
            title=title or "专员",
            role=role,
            since=clock.now(),
        )
        found.append(Somebody(actor_of(user), label, place, title))
    return found


def _department(unit, name) -> Department:
    return Department.objects.get(name=name, parent__name=unit)


def entries(loop: Loop) -> dict[str, tuple[dict, dict]]:
    """Return what to enter, by the line's label or the act's kind: data, and texts."""
    other = loop.register().pk
    text = {"note": "测试"}
    reason = {"reason": "测试原因"}
    until = {"source": "DALI-117", "stage": "close", "until": "2027-01-10T18:00:00+08:00"}
    scores = {"Q1": True, "Q2": True, "Q3": 8, "Q4": 8, "Q5": 8}
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
        "extension_asked": (until, reason),
        "extended": (until, reason),
        "回访 (dissatisfied)": ({"satisfaction": "不满意"}, text),
        "followed_up": ({"satisfaction": "满意", "scores": scores}, {}),
        "复核 (review_failed)": ({"passed": False}, text),
        "reviewed": ({"passed": True}, text),
        "关闭 (found_invalid)": ({"mode": "invalid"}, text),
        "closed": ({"mode": "agreed"}, text),
        "approved": ({"what": "cost"}, text),
        "order_received": (
            {"sender": "hotline", "due_at": "2027-01-10T18:00:00+08:00"},
            {"number": "1号", "content": "请答复"},
        ),
        "task_done": ({"task": "management_report"}, {"result": "已报"}),
        "screened": ({"valid": True}, text),
        "recorded": ({"record": "not_liable"}, {"why": "使用不当", "reply": "不属保修"}),
        "subtask_given": (
            {
                "sort": "assist",
                "department_id": loop.department("项目工程部").pk,
                "due_at": "2027-01-10T18:00:00+08:00",
            },
            {"what": "查明"},
        ),
        "subtask_checked": ({"subtask": "1", "passed": True}, text),
        "offence": ({"source": "DALI-160"}, {"evidence": "通话录音"}),
        "linked": ({"relation": "repeat", "other": other}, text),
        "merged": ({"into": other}, reason),
        "handed_over": ({"handler": loop.user("lisongmei").pk}, text),
        "recused": ({"person": loop.user("zhaogang").pk}, reason),
    }


def acts(loop: Loop) -> list[tuple[Line, Act]]:
    """Return each line of the first table with an act of it."""
    known = entries(loop)
    return [
        (line, Act(line.kind, *(known.get(line.label) or known.get(line.kind) or ({}, {}))))
        for line in lines()
    ]


def a_case_in(loop: Loop, state: State):
    if state == State.WITHDRAWN:
        return loop.do(loop.register(), Kind.WITHDRAWN, "zhoumin", reason="客户撤诉")
    if state == State.INVALID:
        case = loop.register()
        loop.do(case, Kind.JUDGED, "zhoumin", {"valid": False, "reason": "DALI-17"})
        loop.do(case, Kind.CUSTOMER_INFORMED, "zhoumin", note="已解释")
        return loop.do(case, Kind.CLOSED, "linxiaoyun", {"mode": "invalid"})
    return loop.to(state)


# 已答复 and 并案 are ends as the others are.
@pytest.mark.parametrize("state", [*list(State)[:7], State.INVALID, State.WITHDRAWN])
def test_every_act_in_a_state_by_everybody(state, clock):
    loop = Loop.new()
    case = a_case_in(loop, state)
    assert case.state == state
    opened, who = grants(), everybody(loop)
    before = stored(case)
    tried = {"not permitted": 0, "wrong state": 0, "possible": 0}
    for line, act in acts(loop):
        may = [one for one in who if one.may(case, line.kind, opened[line.kind])]
        strangers = [one for one in who if one not in may]
        tried["not permitted"] += assert_not_permitted(case, act, strangers)
        if state.label in line.leads:
            tried["possible"] += assert_taken_or_waits(case, line, act, may)
        else:
            tried["wrong state"] += assert_wrong_state(case, line, act, may)
    assert stored(case) == before
    assert tried["not permitted"] > tried["wrong state"] > 0
    assert bool(tried["possible"]) == any(state.label in line.leads for line in lines())


def named(kind) -> tuple[str, ...]:
    """Return whom the policy names; nobody by `own`, as no owner handles its case itself here."""
    return tuple(one for one in policy().actions[kind] if not one.endswith("@own"))


def assert_not_permitted(case, act, strangers) -> int:
    """Each of them is told who may; no row is written before that, so nothing is taken back."""
    for one, refused in refusals(case, act, strangers):
        assert isinstance(refused, NotPermitted), (act.kind, one, refused)
        assert refused.decision.needed == named(act.kind), one
    return len(strangers)


def assert_wrong_state(case, line, act, people) -> int:
    """Each of them is told where the act is possible, before a row is written too."""
    for one, refused in refusals(case, act, people):
        assert isinstance(refused, Refused), (line.label, one, refused)
        (reason,) = refused.reasons
        told = (reason.code, reason.what, reason.accepted)
        assert told == ("wrong_state", case.state, line.states), (line.label, one)
    return len(people)


def refusals(case, act, people):
    """Yield what each of them is refused with, one after the other in one transaction."""
    with transaction.atomic():
        passage = pipeline.enter(case.pk)
        passage.catch_up()
        for one in people:
            with pytest.raises(NotTaken) as refused:
                pipeline.take(passage, act, one.actor)
            yield one, refused.value


def assert_taken_or_waits(case, line, act, people) -> int:
    for one in people:
        outcome, label = attempt(case, act, one.actor)
        told = (line.label, one, outcome)
        if outcome is None:
            assert label == line.leads[case.get_state_display()], told
        waits = WAITS.get((case.state, line.label), set())
        if (case.state, line.label) == WRONG_SIGNER and not one.title:
            waits = {"wrong_signer"}
        assert missing(outcome) == waits, told
    return len(people)


def missing(outcome) -> set[str]:
    return set() if outcome is None else {reason.what or reason.code for reason in outcome.reasons}


def attempt(case, act, actor):
    """Try an act and take it back; return the refusal or None, and the label of the state after."""
    outcome = label = None
    with transaction.atomic():
        try:
            label = pipeline.act(case.pk, [act], actor=actor).get_state_display()
        except NotTaken as refusal:
            outcome = refusal
        else:
            transaction.set_rollback(True)
    return outcome, label


@pytest.mark.parametrize("kind", ["received", "derived.overdue", "no_such_act"])
def test_an_act_without_a_line_is_refused(kind):
    loop = Loop.new()
    case = loop.register()
    before = stored(case)
    with pytest.raises(Refused, match="unknown_act"):
        loop.do(case, kind, "zhoumin")
    assert stored(case) == before
