"""What somebody may do on a case now, and which of it the loop is waiting for."""

from dataclasses import dataclass

from accounts import access
from accounts.actors import Actor
from complaints.forms.acts import FORMS
from complaints.histories import situation_of
from complaints.lifecycle import MOVES, Kind, State
from complaints.models import CaseEvent, Complaint
from regulations.engine.verdict import Verdict
from regulations.words import WHATS

# Acts that lead round the loop come first on the page; the others stand in a menu.
LEADING = (
    Kind.JUDGED,
    Kind.RESPONDED,
    Kind.TRANSFERRED,
    Kind.ASSIGNED,
    Kind.ACCEPTED,
    Kind.DEPARTMENT_RESPONDED,
    Kind.STAFF_PLAN_SUBMITTED,
    Kind.STAFF_PLAN_CONFIRMED,
    Kind.INVESTIGATED,
    Kind.PLAN_SUBMITTED,
    Kind.PLAN_APPROVED,
    Kind.APPROVED,
    Kind.CUSTOMER_TALKED,
    Kind.EXECUTED,
    Kind.RESULT_RETURNED,
    Kind.CUSTOMER_INFORMED,
    Kind.CONFIRMED,
    Kind.FOLLOWED_UP,
    Kind.REVIEWED,
    Kind.CLOSED,
    Kind.ARCHIVED,
)

# Once recorded in a cycle these are possible still, but nobody waits for them any more.
ONCE = frozenset(
    {
        Kind.JUDGED,
        Kind.RESPONDED,
        Kind.TRANSFERRED,
        Kind.DEPARTMENT_RESPONDED,
        Kind.CUSTOMER_INFORMED,
        Kind.EXECUTED,
        Kind.REVIEWED,
        Kind.CLOSED,
    }
)
# Steps back, (after, before): what was recorded before them has to be recorded anew.
BACK = {
    (State.RESOLVING, State.FEEDBACK),
    (State.RESOLVING, State.REVIEW),
    (State.RECEIVED, State.ASSIGNED),
}
STAFF = frozenset({Kind.STAFF_PLAN_SUBMITTED, Kind.STAFF_PLAN_CONFIRMED})


@dataclass(frozen=True)
class Action:
    """An act that this person may do now; `waits_for` says what the regulation still misses."""

    kind: str
    label: str
    waits_for: list[str]


def possible(actor: Actor, complaint: Complaint, verdict: Verdict) -> list[Action]:
    """Return the acts that the state and the access rules leave to this person now, in order."""
    situation = situation_of(complaint, verdict)
    kinds = {move.kind for move in MOVES if complaint.state in move.sources}
    return [
        Action(kind, str(kind.label), _waits_for(verdict, kind))
        for kind in Kind
        if kind in kinds and kind in FORMS and access.may(actor, kind, situation).allowed
    ]


def leading(actions: list[Action], verdict: Verdict, events: list[CaseEvent]) -> list[Action]:
    """Return the acts that the loop asks for now; the others are possible, and stand behind."""
    done = _done(events)
    return [action for action in actions if _leads(action.kind, verdict, done)]


def _leads(kind: str, verdict: Verdict, done: set[str]) -> bool:
    """Say whether an act is one that the loop asks for now, so that it stands in front."""
    if kind not in LEADING or kind in done & ONCE:
        return False
    if kind in STAFF:
        return any(row.what == "staff_plan" for row in verdict.approvals)
    return True


def _done(events: list[CaseEvent]) -> set[str]:
    """Return the kinds recorded since the case last went back: reopened, or to be handled anew."""
    done: set[str] = set()
    state = None
    for event in events:
        if event.kind == Kind.REOPENED or (event.state, state) in BACK:
            done.clear()
        else:
            done.add(event.kind)
        state = event.state
    return done


def _waits_for(verdict: Verdict, kind: str) -> list[str]:
    if kind == Kind.FOLLOWED_UP:  # a dissatisfied answer is always accepted
        return []
    waits = [row for row in verdict.gates if row.step == kind]
    return [f"{WHATS.get(row.what, row.what)}{f'（{row.by}）' if row.by else ''}" for row in waits]
