"""Which of a case's acts a form may show: the last of each kind, as long as nothing has overtaken it."""

from collections.abc import Iterable

from complaints.lifecycle import Kind
from complaints.models import CaseEvent

K = Kind
# What an act makes untrue on paper: a new plan has none of the old one's signatures, a new execution
# none of the old one's confirmations.
OF_A_PLAN = (K.PLAN_APPROVED, K.APPROVED, K.CUSTOMER_TALKED)
OF_A_RESULT = (
    K.RESULT_RETURNED,
    K.CUSTOMER_INFORMED,
    K.CONFIRMED,
    K.FOLLOWED_UP,
    K.REVIEWED,
    K.CLOSED,
    K.ARCHIVED,
)
OVERTAKES = {
    K.RETURNED: (K.ASSIGNED, K.ACCEPTED),
    K.ASSIGNED: (K.ACCEPTED,),
    K.PLAN_SUBMITTED: OF_A_PLAN,
    K.PLAN_REJECTED: OF_A_PLAN,
    K.EXECUTED: OF_A_RESULT,
    K.REOPENED: (K.INVESTIGATED, K.PLAN_SUBMITTED, *OF_A_PLAN, K.EXECUTED, *OF_A_RESULT),
}
# Before a plan there is nothing but the sheet to sign, which the plan does not overtake.
SHEET = "sheet"


def standing_acts(events: Iterable[CaseEvent]) -> dict[str, list[CaseEvent]]:
    """Return the acts that stand, by kind, and by kind with what it is about; the last one last."""
    standing: dict[str, list[CaseEvent]] = {}
    for event in events:
        if event.is_derived:
            continue
        for gone in OVERTAKES.get(event.kind, ()):
            _forget(standing, gone, event.kind)
        for name in names(event):
            standing.setdefault(name, []).append(event)
    return standing


def names(event: CaseEvent) -> list[str]:
    """Return the names that a form calls an act by."""
    about = {K.APPROVED: "what", K.CONFIRMED: "by"}.get(event.kind)
    return [event.kind, *([f"{event.kind}.{event.data.get(about)}"] if about else [])]


def _forget(standing: dict[str, list[CaseEvent]], kind: str, by: str) -> None:
    for name in [name for name in standing if name == kind or name.startswith(f"{kind}.")]:
        kept = [one for one in standing[name] if _stays(one, by)]
        if kept:
            standing[name] = kept
        else:
            del standing[name]


def _stays(event: CaseEvent, by: str) -> bool:
    """Say whether a signature is none of the plan's: a sheet's lasts until the case is reopened."""
    return event.kind == K.APPROVED and event.data.get("what") == SHEET and by != K.REOPENED
