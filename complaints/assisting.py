"""What a department that only has a sub-task of a case sees of it: its task, and what it is about."""

from collections.abc import Sequence
from typing import Any

from accounts import access
from accounts.actors import Actor
from accounts.models import Role
from complaints.models import CaseEvent, Complaint
from complaints.presenting import FactRow
from complaints.subtasks import given

# What of a complainant's own words says what the matter is.
OF_MATTER = frozenset({"subject", "description", "demand"})
# What the case's own departments alone need.
NOT_THEIRS = (
    *("approvals", "sheet", "penalties", "plans", "reports", "losses", "files", "related"),
    *("effect", "expected", "missing", "tasks", "flags"),
)


def only_assists(actor: Actor, case: Complaint) -> bool:
    """Say whether somebody sees a case for the sake of a sub-task alone."""
    if not case.assisting:
        return False
    return not access.visible(actor, Complaint.objects.filter(pk=case.pk)).exists()


def narrowed(
    context: dict[str, Any], actor: Actor, case: Complaint, events: Sequence[CaseEvent]
) -> dict[str, Any]:
    """Return a case page's context with what the sub-tasks of these departments need of it."""
    mine = actor.reach(Role.DEPARTMENT_HEAD, Role.HANDLER)
    own = {one.number for one in given(case.version.pack, events) if one.department_id in mine}
    seqs = {event.seq for event in events if event.data.get("subtask") in own}
    return context | {
        **{name: None for name in NOT_THEIRS},
        "facts": without_persons(context["facts"], case),
        "entries": [entry for entry in context["entries"] if entry.seq in seqs],
        "subtasks": [row for row in context["subtasks"] if row.number in own],
        "clocks": [],
        "nearest": [],
        "lookers": [],
    }


def without_persons(rows: Sequence[FactRow], case: Complaint) -> list[FactRow]:
    """Return what was entered at intake without what says who complains."""
    personal = {field.key for field in case.version.pack.intake if field.personal}
    return [row for row in rows if row.key not in personal - OF_MATTER]
