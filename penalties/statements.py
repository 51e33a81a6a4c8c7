"""The statement of a month: postings by person and department, rewards, indicators."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.timezone import localdate

from accounts.models import Department
from complaints.lifecycle import State
from complaints.models import Complaint
from complaints.wording import clauses, moment_words
from penalties.models import Award, Entry, Month
from penalties.periods import Span
from penalties.scoring import DepartmentScore
from penalties.wages import Warning, bases, warnings
from regulations.engine.scores import CUSTOMER
from regulations.words import SUBJECTS
from sla.models import Clock

NOTHING = Decimal("0.00")
TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Line:
    """One posting: what it takes over, from whom, for what, and which posting it corrects."""

    entry: Entry
    person: str
    department: str
    url: str
    number: str
    clause: str
    basis: str
    what: str
    subject: str
    day: int | None
    incurred_at: datetime
    at: str
    amount: Decimal
    sanction: str
    corrects: str


@dataclass
class Total:
    """A person's or a department's lines of a month and their sum."""

    key: int | None
    name: str
    lines: list[Line] = field(default_factory=list)
    warnings: Sequence[Warning] = ()

    @property
    def amount(self) -> Decimal:
        return sum((line.amount for line in self.lines), NOTHING)


def lines(postings: QuerySet[Entry]) -> list[Line]:
    """Return the lines of postings, in the order of department, person and case."""
    rows = postings.select_related(
        "person", "department", "item", "case__version", "corrects__month"
    ).order_by("department", "person", "case", "seq")
    return [_line(row) for row in rows]


def _line(row: Entry) -> Line:
    root, pack = row.item, row.case.version.pack
    rule = next(rule for rule in pack.penalties if rule.id == root.rule)
    return Line(
        entry=row,
        person=row.person.name if row.person else "",
        department=row.department.name if row.department else "",
        url=reverse("penalty", args=[root.pk]),
        number=row.case.number or "",
        basis=pack.basis(tuple(root.source)),
        at=day_words(root),
        clause=clauses(pack, tuple(root.source)),
        what=rule.text,
        subject=str(SUBJECTS[root.subject]),
        day=root.day,
        incurred_at=root.incurred_at,
        amount=row.amount or NOTHING,
        sanction=root.sanction,
        corrects=str(row.corrects.month) if row.corrects else "",
    )


def day_words(root: Entry) -> str:
    """Return when an item was incurred: the day alone where whole days are counted."""
    whole = root.day is not None or root.low is not None
    return f"{localdate(root.incurred_at)}" if whole else moment_words(root.incurred_at)


def by_person(rows: Iterable[Line], span: Span) -> list[Total]:
    """Return the lines of each person with the warnings of the wage caps."""
    totals = _grouped(rows, lambda line: (line.entry.person_id, line.person))
    wages = bases([total.key for total in totals if total.key], span)
    for total in totals:
        if total.key is not None:
            total.warnings = warnings(total.amount, wages.get(total.key))
    return totals


def by_department(rows: Iterable[Line]) -> list[Total]:
    return _grouped(rows, lambda line: (line.entry.department_id, line.department))


def by_clause(rows: Iterable[Line]) -> list[Total]:
    return _grouped(rows, lambda line: (None, line.clause))


def _grouped(rows: Iterable[Line], key) -> list[Total]:
    found: dict[tuple, Total] = {}
    for line in rows:
        found.setdefault(key(line), Total(*key(line))).lines.append(line)
    return list(found.values())


@dataclass(frozen=True)
class Indicators:
    """How a department did in a month, in per cent; None where there is nothing to count."""

    department: Department
    timeliness: Decimal | None
    satisfaction: Decimal | None
    effectiveness: Decimal | None


def indicators(
    unit: Department, span: Span, satisfaction: Mapping[int, Decimal]
) -> list[Indicators]:
    """Return the appraisal indicators of a unit's departments for a month (three queries).

    Timeliness: clocks stopped in time of all that stopped in the month. `satisfaction` is the
    customers' part of the score by department. Effectiveness: closed of the valid complaints received.
    """
    timely = Clock.objects.filter(
        case__unit=unit, stopped_at__gte=span.since, stopped_at__lt=span.until
    ).filter(state__in=["met", "late"])
    clocks = {
        row["department"]: (row["met"], row["all"])
        for row in timely.values("department").annotate(
            met=Count("pk", filter=Q(state="met")), all=Count("pk")
        )
    }
    received = Complaint.objects.filter(
        unit=unit, counts_in_rate=True, received_at__gte=span.since, received_at__lt=span.until
    )
    cases = {
        row["department"]: (row["closed"], row["all"])
        for row in received.values("department").annotate(
            closed=Count("pk", filter=Q(state=State.ARCHIVED)), all=Count("pk")
        )
    }
    known = {*clocks, *cases, *satisfaction} - {None}
    return [
        Indicators(place, _share(clocks, place), satisfaction.get(place.pk), _share(cases, place))
        for place in Department.objects.filter(pk__in=known).order_by("pk")
    ]


def satisfaction_of(
    awards: Iterable[Award], open_scores: Iterable[DepartmentScore]
) -> dict[int, Decimal]:
    """Return the customers' part of the score: of a closed month, or as it stands in an open one."""
    stored = {award.department_id: award.steps for award in awards}
    counted = {row.department.pk: row.score.steps for row in open_scores}
    parts = [(pk, part, score) for pk, steps in stored.items() for part, score, *_rest in steps]
    parts += [(pk, one.part, one.score) for pk, steps in counted.items() for one in steps]
    return {pk: Decimal(score).quantize(TENTH) for pk, part, score in parts if part == CUSTOMER}


def _share(counts: dict, place: Department) -> Decimal | None:
    some, every = counts.get(place.pk, (0, 0))
    return _percent(Decimal(some) / every) if every else None


def _percent(share: Decimal) -> Decimal:
    return (share * 100).quantize(TENTH)


def postings_of(month: Month) -> QuerySet[Entry]:
    return Entry.objects.filter(month=month, kind="posted")
