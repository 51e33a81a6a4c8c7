"""Recompute what the record claims: every chain, every derived event, clock row and ledger entry."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from django.db import OperationalError
from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from accounts.models import ChangeEntry
from audits import (
    anchor_checks,
    chains,
    draw_checks,
    evidence,
    heads,
    keys,
    logs,
    orphans,
    record_checks,
)
from audits.difference import Difference
from audits.models import FlaggedCase
from audits.record_checks import Record
from complaints.histories import history_of, verdict_of
from complaints.models import (
    Attachment,
    AwaitedSignature,
    CaseEvent,
    CaseText,
    Complaint,
    Link,
    Particulars,
    Plan,
)
from penalties import verification as ledger
from regulations.models import RegulationVersion
from sla.models import Clock

# How many cases are read at once: the number of queries depends on how many times this goes in.
BATCH = 200


@dataclass
class Tally:
    """How far verification is, and what ledgers and the rules propose in all, in CNY."""

    chains: int = 0
    events: int = 0
    anchors: int = 0
    cases: int = 0
    recorded: Decimal = ledger.NOTHING
    recomputed: Decimal = ledger.NOTHING


Advance = Callable[[Tally], object]


def differences(
    number: str | None = None, advance: Advance = lambda tally: None, *, rules: bool = True
) -> Iterator[Difference]:
    """Yield each row that differs: first the chains, then the anchors, then case by case the rules.

    `number` limits the check to one case. `advance` is called after each case's chain, each anchor
    and each judged case. Without `rules` chains and anchors are checked alone. Raises keys.NoKey
    where there is no key to check anchors with.
    """
    tally, bent = Tally(), set()
    case = Complaint.objects.get(number=number).pk if number else None
    yield from _reached("chains", chains.of_cases(case, _counting(tally, advance), bent))
    yield from _reached("anchors", _anchored(case, tally, advance))
    if number is None:
        yield from _reached("logs", logs.faults())
    if rules:
        yield from _reached("cases", _judged(case, bent, tally, advance))
    if rules and number is None:
        yield from _reached("awards", (Difference(*one) for one in ledger.award_faults()))
        yield from _reached("draws", draw_checks.faults())
        yield from _reached("keys", orphans.faults())


def _reached(part: str, found: Iterator[Difference]) -> Iterator[Difference]:
    """Yield what a part finds; where the record is so bent that it cannot go on, that is a difference too."""
    try:
        yield from found
    except (keys.NoKey, OperationalError):
        raise
    except Exception as problem:
        yield Difference(part, "", f"cannot be checked further ({type(problem).__name__})")


def _counting(tally: Tally, advance: Advance) -> Callable[[int], object]:
    def count(events: int) -> None:
        tally.chains += 1
        tally.events += events
        advance(tally)

    return count


def _anchored(case: int | None, tally: Tally, advance: Advance) -> Iterator[Difference]:
    if case is not None:
        for one in (heads.CASES, heads.LEDGERS):
            yield from anchor_checks.lost_rows(one, case)
        return

    def count() -> None:
        tally.anchors += 1
        advance(tally)

    yield from anchor_checks.faults(count)


def _judged(
    case: int | None, bent: set[int], tally: Tally, advance: Advance
) -> Iterator[Difference]:
    cases = Complaint.objects.order_by("pk")
    if case is not None:
        cases = cases.filter(pk=case)
    remaining = cases.iterator(chunk_size=BATCH)
    while batch := list(islice(remaining, BATCH)):
        for record in _records(batch):
            # Judging a bent record would only repeat the fault in other words.
            if record.case.pk not in bent:
                yield from _of_case(record, tally)
            tally.cases += 1
            advance(tally)


def _records(cases: Sequence[Complaint]) -> list[Record]:
    """Read some cases with what belongs to them, in one query for each table."""
    versions = RegulationVersion.objects.select_related("regulation").in_bulk(
        {case.version_id for case in cases}
    )
    events = _by_case(CaseEvent.objects.filter(case__in=cases).order_by("seq"))
    texts = _by_case(CaseText.objects.filter(case__in=cases))
    files = _by_case(Attachment.objects.filter(case__in=cases))
    particulars = _by_case(Particulars.objects.filter(case__in=cases))
    clocks = _by_case(Clock.objects.filter(case__in=cases))
    signatures = _by_case(AwaitedSignature.objects.filter(case__in=cases))
    links = _by_case(Link.objects.filter(case__in=cases))
    flags = _by_case(FlaggedCase.objects.filter(case__in=cases))
    ledgers = ledger.read(cases)
    audits = evidence.told(cases)
    prefetch_related_objects(cases, Prefetch("plans", Plan.objects.order_by("version")))
    erased: set[tuple[str, int]] = set()
    found = []
    for case in cases:
        case.version = versions[case.version_id]
        record = Record(
            case,
            events[case.pk],
            texts[case.pk],
            files[case.pk],
            next(iter(particulars[case.pk]), None),
            clocks[case.pk],
            list(case.plans.all()),
            signatures[case.pk],
            links[case.pk],
            {row.name for row in flags[case.pk]},
            ledgers[case.pk],
            audits[case.pk],
            erased,
        )
        found.append(record)
    erased |= _erased({one for record in found for one in record.missing()})
    return found


def _erased(missing: set[tuple[str, int]]) -> set[tuple[str, int]]:
    """Return those of some rows that are gone of which the chain of changes says: erased."""
    told = ChangeEntry.objects.filter(
        action=ChangeEntry.Action.ERASED,
        table__in={table for table, _pk in missing},
        row__in={pk for _table, pk in missing},
    )
    return set(told.values_list("table", "row")) if missing else set()


def _by_case(rows: QuerySet) -> defaultdict[int, list]:
    found = defaultdict(list)
    for row in rows:
        found[row.case_id].append(row)
    return found


def _of_case(record: Record, tally: Tally) -> Iterator[Difference]:
    case, events = record.case, record.events
    yield from record_checks.unjudged(record)
    try:
        verdict = verdict_of(case, history_of(events), case.settled_at)
        found = list(record_checks.faults(record, verdict))
    except Exception as problem:
        fault = f"cannot be judged ({type(problem).__name__})"
        yield Difference("complaints_complaint", f"{case}", fault)
        return
    yield from found
    for fault in ledger.faults(case, record.ledger, events, verdict):
        yield Difference(*fault)
    tally.recorded += ledger.recorded(record.ledger)
    tally.recomputed += ledger.recomputed(case, verdict)
