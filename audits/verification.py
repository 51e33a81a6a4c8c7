"""Recompute what the record claims: every chain, every derived event, clock row and ledger entry."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from django.db.models import QuerySet

from audits import anchor_checks, chains, evidence, heads, logs
from audits.difference import Difference
from complaints.attachments import keeping
from complaints.histories import history_of, verdict_of
from complaints.models import Attachment, CaseEvent, CaseText, Complaint, Particulars, Purpose
from complaints.models.particulars import digest
from penalties import verification as ledger
from regulations.engine.verdict import Verdict
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
    yield from chains.of_cases(case, _counting(tally, advance), bent)
    yield from _anchored(case, tally, advance)
    if number is None:
        yield from logs.faults()
    if rules:
        yield from _judged(case, bent, tally, advance)


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
    if case is None:
        yield from (Difference(*fault) for fault in ledger.award_faults())


@dataclass(frozen=True)
class Record:
    """A case with everything that is stored of it; events and entries in the order of `seq`."""

    case: Complaint
    events: list[CaseEvent]
    texts: list[CaseText]
    files: list[Attachment]
    particulars: Particulars | None
    clocks: list[Clock]
    ledger: ledger.Rows


def _records(cases: Sequence[Complaint]) -> Iterator[Record]:
    """Read some cases with what belongs to them, in one query for each table."""
    versions = RegulationVersion.objects.select_related("regulation").in_bulk(
        {case.version_id for case in cases}
    )
    events = _by_case(CaseEvent.objects.filter(case__in=cases).order_by("seq"))
    texts = _by_case(CaseText.objects.filter(case__in=cases))
    files = _by_case(Attachment.objects.filter(case__in=cases))
    particulars = _by_case(Particulars.objects.filter(case__in=cases))
    clocks = _by_case(Clock.objects.filter(case__in=cases))
    ledgers = ledger.read(cases)
    for case in cases:
        case.version = versions[case.version_id]
        yield Record(
            case,
            events[case.pk],
            texts[case.pk],
            files[case.pk],
            next(iter(particulars[case.pk]), None),
            clocks[case.pk],
            ledgers[case.pk],
        )


def _by_case(rows: QuerySet) -> defaultdict[int, list]:
    found = defaultdict(list)
    for row in rows:
        found[row.case_id].append(row)
    return found


def _of_case(record: Record, tally: Tally) -> Iterator[Difference]:
    case, events = record.case, record.events
    yield from _state(case, events)
    yield from _texts(record)
    yield from _files(record)
    yield from _particulars(record)
    try:
        verdict = verdict_of(case, history_of(events), case.settled_at)
    except Exception as problem:
        fault = f"cannot be judged ({type(problem).__name__})"
        yield Difference("complaints_complaint", f"{case}", fault)
        return
    yield from _derived(case, events, verdict)
    yield from _cached(case, verdict)
    yield from _clocks(record, verdict)
    for fault in ledger.faults(case, record.ledger, events, verdict):
        yield Difference(*fault)
    tally.recorded += ledger.recorded(record.ledger)
    tally.recomputed += ledger.recomputed(case, verdict)


def _state(case: Complaint, events: list[CaseEvent]) -> Iterator[Difference]:
    if events and case.state != events[-1].state:
        yield Difference("complaints_complaint", f"{case}", "state is not that of the last event")


def _texts(record: Record) -> Iterator[Difference]:
    """Texts may be erased, but not changed or slipped in."""
    told = {one["text"]: one["digest"] for one in _references([e.data for e in record.events])}
    for text in record.texts:
        if told.get(text.pk) == digest(text.salt, text.body):
            continue
        fault = "text was changed" if text.pk in told else "no event names it"
        yield Difference("complaints_casetext", f"{record.case} (id {text.pk})", fault)


def _files(record: Record) -> Iterator[Difference]:
    """Files may be erased with their rows, but not changed, lost or slipped in."""
    told = [event.data for event in record.events]
    told += [entry.reason for entry in record.ledger.entries]
    if any(row.purpose == Purpose.AUDIT for row in record.files):
        told += evidence.told(record.case)
    digests = {one["attachment"]: one["digest"] for one in _references(told, "attachment")}
    for row in record.files:
        fault = None
        if digests.get(row.pk) != row.digest():
            fault = "is not what was attached"
        elif not keeping.is_whole(row):
            fault = "its file is missing or was changed"
        if fault:
            yield Difference("complaints_attachment", f"{record.case} (id {row.pk})", fault)


def _references(data: object, to: str = "text") -> Iterator[dict]:
    """Yield what an event keeps of rows that can be erased: an id and a digest."""
    if isinstance(data, dict):
        if data.keys() == {to, "digest"}:
            yield data
        data = list(data.values())
    if isinstance(data, list):
        for value in data:
            yield from _references(value, to)


def _particulars(record: Record) -> Iterator[Difference]:
    """The customer's words are those that the case was registered with, or erased."""
    row, events = record.particulars, record.events
    told = events[0].data.get("particulars") if events else None
    if row and told and row.digest() != told["digest"]:
        yield Difference("complaints_particulars", f"{record.case}", "text was changed")


def _derived(case: Complaint, events: list[CaseEvent], verdict: Verdict) -> Iterator[Difference]:
    """What followed by itself, less what was reversed, is what the rules say."""
    recorded = {e.once: e for e in events if e.is_derived and e.kind != "derived.reversed"}
    reversed_ = {e.once for e in events if e.kind == "derived.reversed"}
    holding = {once: e for once, e in recorded.items() if f"reversed:{once}" not in reversed_}
    wanted = {row.key: row for row in verdict.derived}
    for once, event in holding.items():
        row = wanted.get(once)
        if row is None or (row.kind, row.at) != (event.kind, event.at):
            fault = "no rule makes this derived event"
            yield Difference("complaints_caseevent", f"{case}/{event.seq}", fault)
    for key, row in wanted.items():
        event = holding.get(key)
        if event is None or (row.kind, row.at) != (event.kind, event.at):
            yield Difference("complaints_caseevent", f"{case}", f"{key} is not recorded")


def _cached(case: Complaint, verdict: Verdict) -> Iterator[Difference]:
    """What the case row keeps of the verdict of its last settlement."""
    wanted = {
        "grade": verdict.grade.name or "",
        "counts_in_rate": verdict.counts_in_rate,
        "next_moment": verdict.next_moment,
    }
    for name, value in wanted.items():
        if getattr(case, name) != value:
            fault = f"{name} is not what the rules say"
            yield Difference("complaints_complaint", f"{case}", fault)


def _clocks(record: Record, verdict: Verdict) -> Iterator[Difference]:
    case, stored = record.case, {row.key: row for row in record.clocks}
    for clock in verdict.clocks:
        row = stored.pop(clock.key, None)
        if row is None:
            yield Difference("sla_clock", f"{case} {clock.key}", "missing")
        elif (row.due_at, row.state, row.late_days, row.stopped_at) != (
            clock.due_at,
            clock.state,
            clock.late_days,
            clock.stopped_at,
        ):
            yield Difference("sla_clock", f"{case} {clock.key}", "is not what the rules say")
    for key in stored:
        yield Difference("sla_clock", f"{case} {key}", "no rule makes this clock")
