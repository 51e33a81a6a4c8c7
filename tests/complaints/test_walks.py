"""INV-9: whatever is tried in whatever order, a case is only where the printed table lets it be.

Random people try random acts, time passes, sweeps come. Each outcome is compared with the printed
page: who may not is told so, an act in another state is refused, and what is recorded leads where
the page says. At the end of each walk the whole record is verified.
"""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.actors import Actor
from accounts.models import Role
from audits.verification import differences
from complaints import pipeline
from complaints.histories import history_of, verdict_of
from complaints.lifecycle import OPEN, State
from complaints.models import CaseEvent
from complaints.pipeline import Act
from complaints.refusals import NotPermitted, NotTaken, Overtaken, Refused
from complaints.signatures import SIGNS
from demo import people as demo_people
from records import clock as records_clock
from regulations import bindings
from sla import tasks
from tests.clock import Clock
from tests.complaints.lifecycle_page import HANDLER, SIGNER, Line, counts_at, grants, lines
from tests.engine.cases import at
from tests.loop import GROUP_OF_THREE, Loop

# Who tries: the owner's people, two departments that may handle the case, signers, onlookers.
PEOPLE = [
    "zhoumin",
    "linxiaoyun",
    "duanhongwei",
    "zhaogang",
    "yangfan",
    "yinlan",
    "sujianing",
    "maxiao",
    "shenzhuo",
    "gaoyuan",
    "sunli",
    "hanbing",
    "guojing",
    "konglingyi",
    "luqing",
    "fangzhou",
    "xujing",
]
# The way round the loop: what leads out of each state, in order.
ONWARD = {
    State.RECEIVED: ["分派"],
    State.ASSIGNED: ["接单"],
    State.INVESTIGATING: ["完成调查"],
    State.RESOLVING: ["提交处理方案", "批准处理方案", "与客户沟通", "处理完成", "反馈处理结果"],
    State.FEEDBACK: ["告知客户结果", "确认结果", "回访"],
    State.REVIEW: ["复核", "关闭", "归档"],
    State.ARCHIVED: ["重新打开"],
}
CHOICE = st.integers(0, 2)
SCORES = {"Q1": True, "Q2": True, "Q3": 8, "Q4": 8, "Q5": 8}
UNTIL = {"source": "DALI-117", "stage": "close", "until": "2026-04-10T18:00:00+08:00"}
# Line or kind → what may be entered; free text is added where a text is needed.
DATA = {
    "judged": [{"valid": True}, {"valid": False, "reason": "DALI-17"}],
    "graded": [{"grade": "一般投诉"}, {"grade": "危机投诉"}, {"grade": "no such grade"}],
    "facts_changed": [{"complainants": 1}, {"complainants": 12}, {"amount_company": "3000"}],
    "verified": [{"passed": True}, {"passed": False}],
    "transferred": [{"to": "人力运营副总"}],
    "investigated": [{"conclusion": "属实"}],
    "plan_submitted": [{"option": "进行更换"}],
    "customer_talked": [{"opinion": "接受"}, {"opinion": "拒绝"}],
    "confirmed": [{"by": "customer", "form": "written"}],
    "回访 (dissatisfied)": [{"satisfaction": "不满意"}],
    "followed_up": [{"satisfaction": "满意", "scores": SCORES}],
    "复核 (review_failed)": [{"passed": False}],
    "reviewed": [{"passed": True}],
    "关闭 (found_invalid)": [{"mode": "invalid"}],
    "closed": [{"mode": "agreed"}, {"mode": "no_agreement"}],
    "approved": [{"what": "cost"}, {"what": "legal"}, {"what": "payment"}],
    "extension_asked": [UNTIL],
    "extended": [UNTIL],
}
REASON = {"reason": "原因"}
TEXTS = {
    "returned": REASON,
    "plan_rejected": REASON,
    "withdrawn": REASON,
    "reopened": REASON,
    "graded": REASON,
    "extension_asked": REASON,
    "extended": REASON,
    "plan_submitted": {"measures": "更换"},
    "staff_plan_submitted": {"measures": "培训"},
    "investigated": {"findings": "核实"},
    "result_returned": {"result": "已处理"},
}


class Walk(RuleBasedStateMachine):
    """One case, and the state in which the page says it is."""

    loop: Loop

    def __init__(self):
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.clock = Clock()
        self.clock.set(at("03-02 09:00"))
        self.page, self.granted = lines(), grants()
        self.asked = (None, [])
        self.actors = {name: self.loop.actor(name) for name in PEOPLE}

    def teardown(self):
        for (_kind, _hash, before), (kind, _same, after) in pairwise(self.told()):
            source, target = str(State(before).label), str(State(after).label)
            led = any(o.kind == kind and o.leads.get(source) == target for o in self.page)
            assert led or (kind.startswith("derived.") and source == target), (kind, before, after)
        assert list(differences(self.case.number)) == []
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    @initialize(state=st.sampled_from(list(ONWARD)), alone=st.booleans())
    def a_case_comes_so_far(self, state, alone):
        """It comes from three neighbours (重大投诉) or from one (一般投诉)."""
        self.case = self.loop.register(GROUP_OF_THREE | {"complainants": 1 if alone else 3})
        self.label = str(State.RECEIVED.label)
        while self.case.state != state:
            self.the_case_goes_on(0)

    @rule(data=st.data(), by=st.sampled_from(PEOPLE), choice=CHOICE)
    def somebody_tries_something(self, data, by, choice):
        self.attempt(data.draw(st.sampled_from(self.page)), by, choice)

    @rule(data=st.data(), choice=CHOICE)
    def somebody_does_what_they_may(self, data, choice):
        lines_here = [line for line in self.page if self.label in line.leads]
        if lines_here:
            line = data.draw(st.sampled_from(lines_here))
            may = [by for by in PEOPLE if self.entitled(self.actors[by], line.kind)]
            if may:
                self.attempt(line, data.draw(st.sampled_from(may)), choice)

    @rule(choice=CHOICE)
    @precondition(lambda self: self.case.state in ONWARD)
    def the_case_goes_on(self, choice):
        """Those who may try the steps that lead out of the state."""
        for name in ONWARD[State(self.case.state)]:
            line = next(one for one in self.page if one.label == name)
            by = next((by for by in PEOPLE if self.entitled(self.actors[by], line.kind)), None)
            if by is not None:
                self.attempt(line, by, choice)

    @rule(hours=st.sampled_from([1, 3, 24, 24 * 9]), swept=st.booleans())
    def time_passes(self, hours, swept):
        self.clock.advance(timedelta(hours=hours))
        if swept:
            tasks.sweep()
            self.case.refresh_from_db()

    @rule(by=st.sampled_from(PEOPLE))
    def somebody_is_too_late(self, by):
        with pytest.raises(Overtaken):
            pipeline.act(self.case.pk, [Act("noted")], actor=self.actors[by], seen=0)

    @invariant()
    def the_case_is_where_the_page_says(self):
        assert self.case.get_state_display() == self.label
        assert (self.case.ended_at is None) == (self.case.state in OPEN)

    def attempt(self, line: Line, by: str, choice: int):
        actor, before = self.actors[by], self.told()
        entitled = self.entitled(actor, line.kind)
        outcome = self.tried(self.entry(line, choice), actor)
        told = f"{line.label} by {by} in {self.label}: {outcome!r}"
        self.case.refresh_from_db()
        assert isinstance(outcome, NotPermitted) == (not entitled), told
        possible = self.label in line.leads
        if entitled:
            wrong = isinstance(outcome, Refused) and outcome.reasons[0].code == "wrong_state"
            assert wrong == (not possible), told
        if outcome is None:
            self.label = line.leads[self.label]
            assert self.told()[: len(before)] == before, told
        else:
            assert self.told() == before, told

    def tried(self, act: Act, actor: Actor) -> NotTaken | None:
        try:
            pipeline.act(self.case.pk, [act], actor=actor)
        except NotTaken as refusal:
            return refusal
        return None

    def entry(self, line: Line, choice: int) -> Act:
        options = DATA.get(line.label) or DATA.get(line.kind) or [{}]
        data = dict(options[choice % len(options)])
        place = ("物业公司", "营销部")[choice % 2]
        if line.kind == "assigned":
            data["department_id"] = self.loop.department(place).pk
        if line.kind == "accepted":
            handler = ("zhaogang", "maxiao", "duanhongwei")[choice]
            data["handler"] = self.loop.user(handler).pk
        return Act(line.kind, data, TEXTS.get(line.kind, {"note": "说明"}))

    def told(self) -> list[tuple]:
        rows = CaseEvent.objects.filter(case=self.case).order_by("seq")
        return list(rows.values_list("kind", "hash", "state"))

    def entitled(self, actor: Actor, kind: str) -> bool:
        """Say whether the page opens an act to somebody, from their posts and the case's places."""
        granted = self.granted[kind]
        if HANDLER in granted and self.case.handler_id == actor.user.pk:
            return True
        if SIGNER in granted and self.signs(actor, kind):
            return True
        return any(
            counts_at(granted.get(str(Role(h.role).label), ""), place)
            for h in actor.holdings
            for place in self.places(h.department)
        )

    def places(self, department: int) -> list[str]:
        if department not in self.unit:
            return []
        owner, responsible = self.case.owner_department_id, self.case.department_id
        found = {owner: "owner", responsible: "responsible"}
        return [found.get(department, "elsewhere")]

    @property
    def unit(self) -> set[int]:
        rows = self.loop.organisation.departments.items()
        return {place.pk for (unit, _name), place in rows if unit == demo_people.TOURISM}

    def signs(self, actor: Actor, kind: str) -> bool:
        """Say whether the regulation waits for a post of this person, or for their department."""
        wanted = {row.by for row in self.awaited() if row.what in SIGNS[kind]}
        return any(not wanted.isdisjoint(self.terms(holding)) for holding in actor.holdings)

    def awaited(self) -> list:
        """Return the open signatures; asked of the engine once for each state of the record."""
        state = (self.case.pk, self.case.event_count, records_clock.now())
        if self.asked[0] != state:
            events = CaseEvent.objects.filter(case=self.case).order_by("seq")
            verdict = verdict_of(self.case, history_of(events), records_clock.now())
            self.asked = (state, [row for row in verdict.approvals if row.at is None])
        return self.asked[1]

    def terms(self, holding) -> set[str]:
        """Return the words by which the regulation means a post."""
        if holding.title != bindings.HEAD:
            return {holding.title}
        of_department = {bindings.term_of(self.case.version, holding.department)}
        return of_department | (
            {holding.title} if holding.department == self.case.department_id else set()
        )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("walks", "steps"), [(16, 16), pytest.param(300, 40, marks=pytest.mark.long)]
)
def test_inv_9_no_walk_leaves_the_table(walks, steps, clock):
    clock.set(at("03-02 09:00"))
    Walk.loop = Loop.new()
    slow = list(HealthCheck)
    run = settings(
        max_examples=walks, stateful_step_count=steps, deadline=None, suppress_health_check=slow
    )
    run_state_machine_as_test(Walk, settings=run)
