"""A case's row and its plans as its events alone make them, to compare with what is stored."""

from collections.abc import Sequence

from complaints.effects import place, planned
from complaints.histories import history_of, verdict_of
from complaints.lifecycle import Kind
from complaints.models import CaseEvent, Complaint, Plan, Relation
from complaints.standing import stand
from regulations.engine.verdict import Verdict

# What a case's row says of it; state and the end of the chain are told by the chain itself.
COLUMNS = (
    "number",
    "version_id",
    "unit_id",
    "owner_department_id",
    "department_id",
    "supporting",
    "assisting",
    "handler_id",
    "kept_out",
    "registrar_id",
    "origin",
    "cycle",
    "calendar",
    "received_at",
    "ended_at",
    "kind",
    "category",
    "channel",
    "project",
    "grade",
    "counts_in_rate",
    "next_moment",
    "next_due",
    "next_due_from",
    "next_due_stage",
    "next_due_source",
)
# Acts whose effect depends on the verdict of their moment; of the others the last one will do.
JUDGED = frozenset({Kind.ASSIGNED, Kind.PLAN_APPROVED})


def links_of(events: Sequence[CaseEvent]) -> set[tuple[int, str, int, bool]]:
    """Return the links that the events of a case make: (other case, relation, event, undone)."""
    made = {
        event.seq: (event.data["other"], event.data["relation"])
        for event in events
        if event.kind in (Kind.LINKED, Kind.REOPENED) and "other" in event.data
    }
    merged = (event for event in events if event.kind == Kind.MERGED)
    made |= {event.seq: (event.data["into"], str(Relation.MERGED)) for event in merged}
    undone = {event.data["link"] for event in events if event.kind == Kind.UNLINKED}
    return {(*link, seq, seq in undone) for seq, link in made.items()}


def rebuilt(
    case: Complaint, events: Sequence[CaseEvent], verdict: Verdict
) -> tuple[Complaint, list[Plan]]:
    """Return the row and the plans, unsaved, that the events of a case make.

    `events` are all of the case's in the order of `seq`, at least one; `verdict` is that of the
    last settlement.
    """
    row, plans = _new(case, events[0]), []
    for place_, event in enumerate(events, 1):
        if event.is_derived:
            continue
        seen = _verdict_then(case, events[:place_]) if event.kind in JUDGED else verdict
        place(row, event, seen)
        plan = planned(plans[-1] if plans else None, row, event, seen)
        if plan is not None and plan not in plans[-1:]:
            plans.append(plan)
    stand(row, verdict)
    return row, plans


def _new(case: Complaint, first: CaseEvent) -> Complaint:
    """Return the row with which a case begins: its first event, and what its version stands for."""
    return Complaint(
        pk=case.pk,
        number=first.data.get("number"),
        version=case.version if first.data.get("version") == case.version_id else None,
        unit_id=case.version.regulation.unit_id,
        owner_department_id=case.version.owner_department_id,
        registrar_id=first.actor_id,
        origin=first.data.get("origin"),
        calendar=first.data.get("calendar", ""),
        received_at=first.at,
    )


def _verdict_then(case: Complaint, events: Sequence[CaseEvent]) -> Verdict:
    return verdict_of(case, history_of(events), events[-1].recorded_at)
