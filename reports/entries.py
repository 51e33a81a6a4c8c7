"""What one row of the ledger is drawn from, loaded for many cases in few queries."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import (
    Case,
    DateTimeField,
    F,
    Func,
    JSONField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.utils.timezone import get_default_timezone

from accounts.models import Department, User
from complaints.lifecycle import Kind
from complaints.models import CaseEvent, CaseText, Complaint, Particulars
from complaints.models.particulars import COLUMNS, ERASED
from complaints.personal import EVERYTHING, NOTHING, Veil
from regulations.engine.pack import Field
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
# Registration comes before the first cycle's work and is not repeated by a reopening.
ONCE = frozenset({Kind.REGISTERED})
# Field of an event's data → the act that says it; the last one in the last cycle counts.
SAID = {
    "satisfaction": Kind.FOLLOWED_UP,
    "conclusion": Kind.INVESTIGATED,
    "option": Kind.PLAN_SUBMITTED,
    "opinion": Kind.CUSTOMER_TALKED,
    "result": Kind.RESULT_RETURNED,
    "mode": Kind.CLOSED,
}

# Acts whose data is read; of the others the time alone.
TELLING = frozenset({*SAID.values(), Kind.CONFIRMED})

# Facts of the intake form that the case's row shows already.
OWN_COLUMNS = frozenset({"kind", "category", "channel", "project"})


# Many more rows are read than a person ever sees: what the ledger shows of them are plain values, and
# their moments come local and without offset, as a workbook needs them.


class LedgerCase(NamedTuple):
    """What the ledger shows of a case."""

    pk: int
    number: str | None
    version_id: int
    state: str
    grade: str
    received_at: datetime
    ended_at: datetime | None
    kind: str
    category: str
    channel: str
    project: str
    department_id: int | None
    handler_id: int | None
    supporting: list[int]
    next_due: datetime | None
    counts_in_rate: bool
    cycle: int
    origin: str
    # What access asks before it lets a complainant's values be seen.
    unit_id: int
    owner_department_id: int
    registrar_id: int | None
    kept_out: list[int]
    assisting: list[int]


class Written(NamedTuple):
    """What the ledger shows of the complaint in the customer's words."""

    case_id: int
    name: str
    phone: str
    subject: str
    description: str
    demand: str
    more: dict[str, Any]

    def value(self, key: str) -> Any:
        """Return what was entered under an intake field's key, None for nothing."""
        return (getattr(self, COLUMNS[key]) or None) if key in COLUMNS else self.more.get(key)


class LedgerClock(NamedTuple):
    """What the ledger shows of a clock."""

    case_id: int
    stage: str
    cycle: int
    source: list[str]
    due_at: datetime | None
    stopped_at: datetime | None
    state: str
    late_days: int


# One act as the ledger needs it: kind, time, data where it is read.
Act = tuple[str, datetime, dict[str, Any] | None]


@dataclass(frozen=True)
class Entry:
    """One case as the ledger sees it.

    `milestones` holds the first time of each act in the last cycle, `said` the last conclusion,
    satisfaction, closing mode and the like in it, `clocks` one clock for each stage of it, `result`
    what the department wrote back.
    """

    case: LedgerCase
    particulars: Written
    version: RegulationVersion
    milestones: Mapping[str, datetime]
    said: Mapping[str, Any]
    clocks: Mapping[str, LedgerClock]
    supporting: tuple[str, ...]
    department: str = ""
    handler: str = ""
    result: str = ""


# Says which sorts of the personal values of a case, or of the ledger's row of it, may be read.
Shown = Callable[[Any], frozenset[str]]


def nothing(case: Any) -> frozenset[str]:
    """Show no personal value."""
    return NOTHING


def everything(case: Any) -> frozenset[str]:
    """Show all personal values: for the house's own copy, never for a page."""
    return EVERYTHING


def entries(cases: QuerySet[Complaint], shown: Shown = nothing) -> Iterator[Entry]:
    """Yield the cases in the order of their registration, BATCH at a time.

    Personal values are masked but for the sorts that `shown` returns of a case.

    Five queries for each batch, one for the departments, and one for each batch that brings new
    handlers or new versions: a version's text is read once, however many cases it rules.
    """
    names = dict(Department.objects.values_list("pk", "name"))
    people: dict[int, str] = {}
    versions: dict[int, RegulationVersion] = {}
    last = 0
    while batch := _batch(cases, last):
        _learn_versions(versions, batch)
        _learn_people(people, batch)
        yield from _drawn(batch, versions, names, people, shown)
        last = batch[-1].pk


@dataclass(frozen=True)
class Shape:
    """What the regulations of some cases put into the ledger.

    `stages` have a clock, in the usual order; `fields` are those of their intake forms that have
    no column of their own, by label.
    """

    stages: tuple[str, ...] = ()
    fields: Mapping[str, tuple[Field, ...]] = field(default_factory=dict)


def shape_of(cases: QuerySet[Complaint]) -> Shape:
    """Return what the regulations of the cases ask for."""
    ids = cases.order_by().values_list("version", flat=True).distinct()
    packs = [version.pack for version in RegulationVersion.objects.filter(pk__in=list(ids))]
    known = {rule.stage for pack in packs for rule in pack.clocks}
    fields: dict[str, tuple[Field, ...]] = {}
    for pack in packs:
        for one in pack.intake:
            if one.key not in COLUMNS and one.fact not in OWN_COLUMNS:
                fields[one.label] = (*fields.get(one.label, ()), one)
    return Shape(tuple(stage for stage in STAGES if stage in known), fields)


def local(name: str) -> Func:
    """Return a column's moment in the house's time, without offset: the database counts faster."""
    zone = Value(str(get_default_timezone()))
    return Func(zone, F(name), function="timezone", output_field=DateTimeField())


def _plain(rows: QuerySet, row: Any, *moments: str) -> Iterator[Any]:
    """Yield rows as named tuples of the kind `row`, with some columns as local moments."""
    drawn = [local(name) if name in moments else name for name in row._fields]
    return map(row._make, rows.values_list(*drawn))


def _batch(cases: QuerySet[Complaint], after: int) -> list[LedgerCase]:
    rows = cases.filter(pk__gt=after).order_by("pk")[:BATCH]
    return list(_plain(rows, LedgerCase, "received_at", "ended_at", "next_due"))


def rows_of(batch: Sequence[Any]) -> Q:
    """Return the condition for the rows of a batch's cases.

    The bounds say nothing more, but let the planner see that the rows lie together: by the list
    alone it reads the whole table for each batch.
    """
    keys = [case.pk for case in batch]
    return Q(case__any_of=keys, case__gte=keys[0], case__lte=keys[-1])


def _learn_versions(versions: dict[int, RegulationVersion], batch: Sequence[LedgerCase]) -> None:
    wanted = {case.version_id for case in batch} - versions.keys()
    if wanted:
        found = RegulationVersion.objects.select_related("regulation")
        versions |= found.in_bulk(wanted)


def _learn_people(people: dict[int, str], batch: Sequence[LedgerCase]) -> None:
    if wanted := {case.handler_id for case in batch} - people.keys() - {None}:
        people |= User.objects.filter(pk__in=wanted).values_list("pk", "name")


def _drawn(batch, versions, names, people, shown: Shown) -> Iterator[Entry]:
    acts = _acts(batch)
    clocks = _clocks(batch)
    rows = Particulars.objects.filter(rows_of(batch))
    written = {row.case_id: row for row in _plain(rows, Written)}
    told = {case.pk: _told(acts.get(case.pk, ())) for case in batch}
    results = _results(said for _milestones, said in told.values())
    for case in batch:
        milestones, said = told[case.pk]
        entered = written.get(case.pk) or Written(case.pk, "", "", ERASED, "", "", {})
        veil = Veil(entered, shown(case))
        yield Entry(
            case=case,
            particulars=entered._replace(**veil.over()),
            version=versions[case.version_id],
            milestones=milestones,
            said=said,
            clocks=clocks.get(case.pk, {}),
            department=names.get(case.department_id, ""),
            handler=people.get(case.handler_id, ""),
            result=veil.text(results.get(_text(said), "")),
            supporting=tuple(names[pk] for pk in case.supporting if pk in names),
        )


def _acts(batch: Sequence[LedgerCase]) -> dict[int, list[Act]]:
    """Return (kind, at, data) of the acts that the ledger shows, by case, in order."""
    data = Case(When(kind__in=TELLING, then=F("data")), output_field=JSONField())
    rows = (
        CaseEvent.objects.filter(rows_of(batch), kind__in=[*MILESTONES, Kind.REOPENED])
        .order_by("case", "seq")
        .values_list("case", "kind", local("at"), data)
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
        if kind not in TELLING:
            continue
        if kind == Kind.CONFIRMED:
            said[f"{data.get('by')}_confirmation"] = data.get("form")
        said |= {name: data[name] for name, by in SAID.items() if by == kind and name in data}
    return milestones, said


def _text(said: Mapping[str, Any]) -> int | None:
    """Return the row of the text in which the result was told."""
    return (said.get("result") or {}).get("text")


def _results(said: Iterable[Mapping[str, Any]]) -> dict[int | None, str]:
    wanted = {pk for one in said if (pk := _text(one)) is not None}
    return dict(CaseText.objects.filter(pk__in=wanted).values_list("pk", "body"))


def _clocks(batch: Sequence[LedgerCase]) -> dict[int, dict[str, LedgerClock]]:
    """Return each case's clocks of its last cycle by stage; of several the one started last."""
    cycles = {case.pk: case.cycle for case in batch}
    rows = Clock.objects.filter(rows_of(batch)).order_by("started_at", "key")
    found: dict[int, dict[str, LedgerClock]] = {}
    for clock in _plain(rows, LedgerClock, "due_at", "stopped_at"):
        if clock.cycle == cycles[clock.case_id]:
            found.setdefault(clock.case_id, {})[clock.stage] = clock
    return found
