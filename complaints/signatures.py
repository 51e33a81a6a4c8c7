"""Which signatures the regulation waits for, and whose turn has come."""

from collections.abc import Iterator, Sequence

from complaints.lifecycle import Kind, State
from complaints.models import SIGNABLE, AwaitedSignature, Complaint
from records.bulk import insert
from regulations import bindings
from regulations.engine.verdict import Approval, Verdict

PLAN = frozenset({"plan", "plan_organiser", "staff_plan", "measure"})
# Papers of their own, which no plan has to come before.
SHEET = frozenset({"sheet", "objection"})
BESIDE_PLAN = frozenset({"countersign", "cost", "legal", "payment", "compensation", "exception"})

# Which signature an act gives: the words of the verdict's approvals.
SIGNS = {
    Kind.PLAN_APPROVED: PLAN,
    Kind.PLAN_REJECTED: PLAN,
    Kind.APPROVED: BESIDE_PLAN | SHEET,
    Kind.EXTENDED: frozenset({"extension"}),
    Kind.CLOSED: frozenset({"close"}),
}


def store_awaited(settled: Sequence[tuple[Complaint, Verdict]]) -> None:
    """Make the rows of awaited signatures of cases equal to their verdicts'."""
    wanted = {row for case, verdict in settled for row in awaited(case, verdict)}
    names = ("case_id", "what", "term", "title", "department_id")
    stored = AwaitedSignature.objects.filter(case__any_of=[case.pk for case, _verdict in settled])
    gone = []
    for pk, *row in stored.values_list("pk", *names):
        if tuple(row) in wanted:
            wanted.discard(tuple(row))
        else:
            gone.append(pk)
    if gone:
        AwaitedSignature.objects.filter(pk__in=gone).delete()
    insert(
        AwaitedSignature, [dict(zip(names, row, strict=True)) for row in sorted(wanted, key=str)]
    )


def awaited(case: Complaint, verdict: Verdict) -> Iterator[tuple]:
    """Yield the rows of a case's awaited signatures: case, what, term, title, department."""
    for row in at_hand(case, verdict):
        for seat in bindings.seats(case.version, row.by, case.department_id):
            yield case.pk, row.what, seat.term, seat.title, seat.department


def at_hand(case: Complaint, verdict: Verdict) -> Iterator[Approval]:
    """Yield the open signatures whose document is there to be signed."""
    for row in verdict.approvals:
        if row.at is None and _is_due(case, row.what):
            yield row


def _is_due(case: Complaint, what: str) -> bool:
    if what in PLAN | BESIDE_PLAN:
        plan = case.newest_plan
        return plan is not None and plan.state in SIGNABLE
    if what in SIGNS[Kind.CLOSED]:
        return case.state == State.REVIEW
    return what in SIGNS[Kind.EXTENDED] | SHEET


def wait_for_a_plan(verdict: Verdict) -> bool:
    """Say whether an open signature stands under a plan."""
    return any(row.at is None and row.what in PLAN | BESIDE_PLAN for row in verdict.approvals)
