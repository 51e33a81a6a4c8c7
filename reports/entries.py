"""What one row of the ledger is drawn from, loaded for many cases in few queries."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import Department
from complaints.lifecycle import Kind
from complaints.models import CaseEvent, Complaint
from regulations.models import RegulationVersion
from regulations.words import STAGES
from sla.models import Clock

BATCH = 500

# The acts whose first time in the last cycle is a column, in the order of the loop.
MILESTONES = (
    Kind.REGISTERED,
    Kind.RESPONDED,
    Kind.ASSIGNED,
    Kind.ACCEPTED,
    Kind.INVESTIGATED,
    Kind.PLAN_SUBMITTED,
    Kind.PLAN_APPROVED,
    Kind.EXECUTED,
    Kind.RESULT_RETURNED,
    Kind.CUSTOMER_INFORMED,
    Kind.CONFIRMED,
    Kind.FOLLOWED_UP,
    Kind.REVIEWED,
    Kind.CLOSED,
    Kind.ARCHIVED,
)
# Registration comes before the first cycle's work and is not repeated by a reopening.
ONCE = frozenset({Kind.REGISTERED})
# Field of an event's data → the act that says it; the last one in the last cycle counts.
SAID = {
    "satisfaction": Kind.FOLLOWED_UP,
    "conclusion": Kind.INVESTIGATED,
    "mode": Kind.CLOSED,
}

# One act as the ledger needs it: kind, time, data.
Act = tuple[str, datetime, dict[str, Any]]


@dataclass(frozen=True)
class Entry:
    """One case as the ledger sees it.

    `milestones` holds the first time of each act in the last cycle, `said` the last conclusion,
    satisfaction and closing mode in it, `clocks` one clock for each stage of it.
    """

    case: Complaint
    version: RegulationVersion
    milestones: Mapping[str, datetime]
    said: Mapping[str, Any]
    clocks: Mapping[str, Clock]
    supporting: tuple[str, ...]


def entries(cases: QuerySet[Complaint]) -> Iterator[Entry]:
    """Yield the cases in the order of their registration, BATCH at a time.

    Three queries for each batch, and one for the departments and one for each batch that brings
    new versions: a version's text is read once, however many cases it rules.
    """
    names = dict(Department.objects.values_list("pk", "name"))
    versions: dict[int, RegulationVersion] = {}
    last = 0
    while batch := _batch(cases, last):
        _learn_versions(versions, batch)
        yield from _drawn(batch, versions, names)
        last = batch[-1].pk


def stages_of(cases: QuerySet[Complaint]) -> list[str]:
    """Return the stages for which the regulations of the cases set a clock, in the usual order."""
    ids = cases.order_by().values_list("version", flat=True).distinct()
    versions = RegulationVersion.objects.filter(pk__in=list(ids))
    known = {rule.stage for version in versions for rule in version.pack.clocks}
    return [stage for stage in STAGES if stage in known]


def _batch(cases: QuerySet[Complaint], after: int) -> list[Complaint]:
    rows = cases.filter(pk__gt=after).order_by("pk")
    return list(rows.select_related("department", "handler", "particulars")[:BATCH])


def _learn_versions(versions: dict[int, RegulationVersion], batch: Sequence[Complaint]) -> None:
    wanted = {case.version_id for case in batch} - versions.keys()
    if wanted:
        found = RegulationVersion.objects.select_related("regulation")
        versions |= found.in_bulk(wanted)


def _drawn(batch, versions, names) -> Iterator[Entry]:
    acts = _acts(batch)
    clocks = _clocks(batch)
    for case in batch:
        milestones, said = _told(acts.get(case.pk, ()))
        yield Entry(
            case=case,
            version=versions[case.version_id],
            milestones=milestones,
            said=said,
            clocks=clocks.get(case.pk, {}),
            supporting=tuple(names[pk] for pk in case.supporting if pk in names),
        )


def _acts(batch: Sequence[Complaint]) -> dict[int, list[Act]]:
    """Return (kind, at, data) of the acts that the ledger shows, by case, in order."""
    rows = (
        CaseEvent.objects.filter(case__in=batch, kind__in=[*MILESTONES, Kind.REOPENED])
        .order_by("case", "seq")
        .values_list("case", "kind", "at", "data")
    )
    found: dict[int, list[Act]] = {}
    for case, kind, at, data in rows:
        found.setdefault(case, []).append((kind, at, data))
    return found


def _told(acts: Sequence[Act]) -> tuple[dict[str, datetime], dict[str, Any]]:
    milestones: dict[str, datetime] = {}
    said: dict[str, Any] = {}
    for kind, at, data in acts:
        if kind == Kind.REOPENED:
            milestones = {k: v for k, v in milestones.items() if k in ONCE}
            said = {}
            continue
        milestones.setdefault(kind, at)
        said |= {name: data[name] for name, by in SAID.items() if by == kind and name in data}
    return milestones, said


def _clocks(batch: Sequence[Complaint]) -> dict[int, dict[str, Clock]]:
    """Return each case's clocks of its last cycle by stage; of several the one started last."""
    cycles = {case.pk: case.cycle for case in batch}
    found: dict[int, dict[str, Clock]] = {}
    for clock in Clock.objects.filter(case__in=batch).order_by("started_at", "key"):
        if clock.cycle == cycles[clock.case_id]:
            found.setdefault(clock.case_id, {})[clock.stage] = clock
    return found
