"""What somebody may do on a case now, what of it the loop asks for, and whom else it waits for."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts import access
from accounts.actors import Actor
from complaints.forms.acts import FORMS
from complaints.histories import situation_of
from complaints.lifecycle import Kind
from complaints.models import CaseEvent, Complaint
from complaints.next_steps import ASKED, asked, possible, standing, wanted_record
from regulations.engine.pack import Record
from regulations.engine.verdict import Gate, Verdict

# The other way out of a decision, or what comes with it; whoever is waited for, is waited for because of the first.
ALTERNATIVES = frozenset({Kind.RETURNED, Kind.PLAN_REJECTED, Kind.SUBTASK_SIGNED})


@dataclass(frozen=True)
class Action:
    """An act that this person may do now; `gates` say what the regulation still misses for it.

    `record` is the kind of record that it puts down.
    """

    kind: str
    gates: tuple[Gate, ...] = ()
    record: Record | None = None

    @property
    def label(self) -> str:
        return self.record.label if self.record else str(Kind(self.kind).label)


@dataclass(frozen=True)
class Actions:
    """A case's acts for one person.

    `leading` are asked for now, the next step first; `blocked` is the first of theirs that still
    misses something; `others` are possible, `records` what the regulation has put down. `awaited` are asked of other people: (kind, grantees).
    """

    leading: list[Action]
    blocked: Action | None
    others: list[Action]
    records: list[Action]
    awaited: list[tuple[Kind, Sequence[str]]]


def actions_of(
    actor: Actor, case: Complaint, verdict: Verdict, events: Sequence[CaseEvent]
) -> Actions:
    """Return what this person may do on a case, in the order in which a page shows it."""
    situation = situation_of(case, verdict)
    here = standing(case, verdict, events)
    wanted, open_here = asked(here), possible(here) & FORMS.keys()
    decisions = {kind: access.may(actor, kind, situation) for kind in open_here}
    mine = [kind for kind in Kind if kind in open_here and decisions[kind].allowed]
    if (
        Kind.JUDGED in mine and Kind.SCREENED in mine
    ):  # whoever has the last word needs no first one
        mine.remove(Kind.SCREENED)
    leading = [kind for kind in wanted if kind in mine]
    if Kind.DEPARTMENT_RESPONDED in leading and Kind.RESPONDED in leading:
        leading.remove(Kind.RESPONDED)
    rest = [Action(kind, _gates(verdict, kind)) for kind in mine if kind not in leading]
    return Actions(
        leading=[Action(kind) for kind in leading],
        blocked=next((one for one in rest if one.gates and one.kind in ASKED), None),
        others=[one for one in rest if one.kind != Kind.RECORDED],
        records=[
            Action(Kind.RECORDED, record=record)
            for record in case.version.pack.records
            if Kind.RECORDED in mine and wanted_record(here, record)
        ],
        awaited=[
            (kind, decisions[kind].needed)
            for kind in wanted
            if not decisions[kind].allowed and kind not in ALTERNATIVES
        ],
    )


def _gates(verdict: Verdict, kind: str) -> tuple[Gate, ...]:
    if kind == Kind.FOLLOWED_UP:  # a dissatisfied answer is always accepted
        return ()
    return tuple(row for row in verdict.gates if row.step == kind)
