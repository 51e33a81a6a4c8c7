"""What a case's row keeps of its verdict: a cache, so that lists and the sweep need not judge."""

from complaints.histories import nearest
from complaints.models import Complaint
from regulations.engine.verdict import Verdict


def stand(case: Complaint, verdict: Verdict) -> None:
    """Set on the row, unsaved, what the verdict says of the case."""
    case.grade = verdict.grade.name or ""
    case.counts_in_rate = verdict.counts_in_rate
    case.next_moment = verdict.next_moment
    first = next(iter(nearest(verdict.clocks, 1)), None)
    case.next_due = first.due_at if first else None
    case.next_due_from = first.started_at if first else None
    case.next_due_stage = first.stage if first else ""
    case.next_due_source = list(first.source) if first else []
