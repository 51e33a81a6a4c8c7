"""Which signatures the regulation waits for, and whose turn has come."""

from collections.abc import Iterable, Iterator

from complaints.lifecycle import Kind, State
from complaints.models import SIGNABLE, AwaitedSignature, Complaint
from regulations import bindings
from regulations.engine.verdict import Approval, Verdict

PLAN = frozenset({"plan", "plan_organiser", "staff_plan", "measure"})
SHEET = frozenset({"sheet"})
BESIDE_PLAN = frozenset({"countersign", "cost", "legal", "payment", "compensation", "exception"})

# Which signature an act gives: the words of the verdict's approvals.
SIGNS = {
    Kind.PLAN_APPROVED: PLAN,
    Kind.PLAN_REJECTED: PLAN,
    Kind.APPROVED: BESIDE_PLAN | SHEET,
    Kind.EXTENDED: frozenset({"extension"}),
    Kind.CLOSED: frozenset({"close"}),
}


def store_awaited(settled: Iterable[tuple[Complaint, Verdict]]) -> None:
    """Make the rows of awaited signatures of cases equal to their verdicts'."""
    gone, new = [], []
    for case, verdict in settled:
        wanted = {_seat(row): row for row in _awaited(case, verdict)}
        for row in case.awaited.all():
            if wanted.pop(_seat(row), None) is None:
                gone.append(row.pk)
        new += wanted.values()
    if gone:
        AwaitedSignature.objects.filter(pk__in=gone).delete()
    AwaitedSignature.objects.bulk_create(new)


def _seat(row: AwaitedSignature) -> tuple:
    return row.what, row.term, row.title, row.department_id


def _awaited(case: Complaint, verdict: Verdict) -> Iterator[AwaitedSignature]:
    for row in at_hand(case, verdict):
        for seat in bindings.seats(case.version, row.by, case.department_id):
            yield AwaitedSignature(
                case=case,
                what=row.what,
                term=seat.term,
                title=seat.title,
                department_id=seat.department,
            )


def at_hand(case: Complaint, verdict: Verdict) -> Iterator[Approval]:
    """Yield the open signatures whose document is there to be signed."""
    due = _due(case)
    for row in verdict.approvals:
        if row.at is None and row.what in due:
            yield row


def _due(case: Complaint) -> frozenset[str]:
    due = SIGNS[Kind.EXTENDED] | SHEET
    plan = case.newest_plan
    if plan and plan.state in SIGNABLE:
        due |= PLAN | BESIDE_PLAN
    if case.state == State.REVIEW:
        due |= SIGNS[Kind.CLOSED]
    return due
