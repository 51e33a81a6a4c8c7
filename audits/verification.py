"""Recompute what the record claims: every chain, every derived event, clock row and ledger entry."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from django.db.models import QuerySet

from accounts.models import AccessEntry, AccessHead
from audits import evidence
from complaints.attachments import keeping
from complaints.histories import history_of, verdict_of
from complaints.models import Attachment, CaseEvent, CaseText, Complaint, Particulars, Purpose
from complaints.models.particulars import digest
from penalties import verification as ledger
from records import chain
from regulations.engine.verdict import Verdict
from regulations.models import RegulationVersion
from sla.models import Clock

# How many cases are read at once: the number of queries depends on how many times this goes in.
BATCH = 200


@dataclass(frozen=True, slots=True)
class Difference:
    """One row that is not what the record says it must be."""

    table: str
    row: str
    fault: str

    def __str__(self) -> str:
        return f"{self.table} {self.row}: {self.fault}"


@dataclass
class Tally:
    """How many cases were verified, and what their ledgers and the rules propose in all, in CNY."""

    cases: int = 0
    recorded: Decimal = ledger.NOTHING
    recomputed: Decimal = ledger.NOTHING


def differences(
    number: str | None = None, advance: Callable[[Tally], object] = lambda tally: None
) -> Iterator[Difference]:
    """Yield each row that differs, case by case; `number` limits the check to one case.

    `advance` is called after each case with the tally so far.
    """
    tally = Tally()
    cases = Complaint.objects.order_by("pk")
    if number is not None:
        cases = cases.filter(number=number)
    remaining = cases.iterator(chunk_size=BATCH)
    while batch := list(islice(remaining, BATCH)):
        for record in _records(batch):
            yield from _of_case(record, tally)
            tally.cases += 1
            advance(tally)
    if number is None:
        yield from (Difference(*fault) for fault in ledger.award_faults())
        yield from _access_log()


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
    faults = list(_chain(case, events))
    yield from faults
    if faults:  # judging a bent record would only repeat the fault in other words
        return
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


def _chain(case: Complaint, events: list[CaseEvent]) -> Iterator[Difference]:
    expected = chain.GENESIS
    for place, event in enumerate(events, 1):
        name = f"{case}/{event.seq} (id {event.pk})"
        if event.seq != place:
            yield Difference("complaints_caseevent", f"{case}/{place}", "missing from the chain")
            return
        if event.previous_hash != expected:
            yield Difference("complaints_caseevent", name, "does not follow the row before it")
        if event.hash != chain.link(event.previous_hash, event.content()):
            yield Difference("complaints_caseevent", name, "content does not match its hash")
        expected = event.hash
    if (case.event_count, case.head_hash) != (len(events), expected):
        yield Difference("complaints_complaint", f"{case}", "does not end where its chain ends")


def _state(case: Complaint, events: list[CaseEvent]) -> Iterator[Difference]:
    if events and case.state != events[-1].state:
        yield Difference("complaints_complaint", f"{case}", "state is not that of the last event")


def _texts(record: Record) -> Iterator[Difference]:
    """Texts may be erased, but not changed."""
    case, texts = record.case, {text.pk: text for text in record.texts}
    for event in record.events:
        for reference in _references(event.data):
            text = texts.get(reference["text"])
            if text and digest(text.salt, text.body) != reference["digest"]:
                yield Difference(
                    "complaints_casetext", f"{case} (id {text.pk})", "text was changed"
                )


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


def _access_log() -> Iterator[Difference]:
    last, end = chain.GENESIS, 0
    for place, entry in enumerate(AccessEntry.objects.order_by("seq").iterator(), 1):
        bad_link = entry.previous_hash != last or entry.seq != place
        if bad_link or entry.hash != chain.link(entry.previous_hash, entry.content()):
            yield Difference("accounts_accessentry", str(entry.seq), "does not fit its chain")
        last, end = entry.hash, entry.seq
    head = AccessHead.objects.filter(pk=1).first() or AccessHead(hash=chain.GENESIS)
    if (head.seq, head.hash) != (end, last):
        yield Difference("accounts_accesshead", "1", "does not end where its chain ends")
