"""What is stored of one case against its events: rows, texts, files, clocks, plans, signatures."""

from collections import Counter
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass

from audits.difference import Difference
from complaints.attachments import keeping
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
from complaints.models.particulars import digest
from complaints.rebuilding import COLUMNS, links_of, rebuilt
from complaints.signatures import awaited
from penalties import verification as ledger
from regulations.engine.verdict import Verdict
from sla.models import Clock

TEXT, FILE = "complaints_casetext", "complaints_attachment"
PARTICULARS, ENTRY_TEXT = "complaints_particulars", "penalties_entrytext"
ERASABLE = (TEXT, FILE, PARTICULARS, ENTRY_TEXT)
GONE = "is gone, and nothing tells that it was erased"
# What is compared of a stored plan.
OF_PLAN = (
    "version",
    "state",
    "option",
    "starts_on",
    "finishes_on",
    "measures_id",
    "department_id",
    "responsible_id",
    "author_id",
)
OF_CLOCK = (
    "stage",
    "cycle",
    "started_at",
    "due_at",
    "warn_at",
    "stopped_at",
    "state",
    "late_days",
)


@dataclass(frozen=True)
class Record:
    """A case with everything that is stored of it; events and entries in the order of `seq`, plans in that of `version`."""

    case: Complaint
    events: list[CaseEvent]
    texts: list[CaseText]
    files: list[Attachment]
    particulars: Particulars | None
    clocks: list[Clock]
    plans: list[Plan]
    awaited: list[AwaitedSignature]
    links: list[Link]
    flags: set[str]
    ledger: ledger.Rows
    # What the entries of audits say of the case's files.
    evidence: list[dict]
    # Rows of tables that can be erased, by table and id, of which the chain of changes tells so.
    erased: Set[tuple[str, int]]

    def named(self) -> dict[tuple[str, int], str]:
        """Return the digests of the rows that the record names, by table and id."""
        events = [event.data for event in self.events]
        reasons = [entry.reason for entry in self.ledger.entries]
        return {
            **_digests(TEXT, "text", events),
            **_digests(ENTRY_TEXT, "text", reasons),
            **_digests(FILE, "attachment", [*events, *reasons, *self.evidence]),
        }

    def missing(self) -> list[tuple[str, int]]:
        """Return what the record names and is not there, in a fixed order."""
        there = {(TEXT, row.pk) for row in self.texts} | {(FILE, row.pk) for row in self.files}
        there |= {(ENTRY_TEXT, row.pk) for row in self.ledger.texts}
        particulars = [] if self.particulars else [(PARTICULARS, self.case.pk)]
        return sorted({*self.named()} - there) + particulars


def _digests(table: str, to: str, told: list) -> dict[tuple[str, int], str]:
    return {(table, one[to]): one["digest"] for one in references(told, to)}


def faults(record: Record, verdict: Verdict) -> Iterator[Difference]:
    """Yield each row of a case that its events and their verdict do not explain."""
    yield from _row(record, verdict)
    yield from _links(record)
    yield from _derived(record.case, record.events, verdict)
    yield from _clocks(record, verdict)
    yield from _awaited(record, verdict)
    yield from _flags(record, verdict)


def unjudged(record: Record) -> Iterator[Difference]:
    """Yield what differs whatever the rules say: the state, and rows named by their digests."""
    case, events = record.case, record.events
    if events and case.state != events[-1].state:
        yield Difference("complaints_complaint", f"{case}", "state is not that of the last event")
    if events and case.settled_at < events[-1].recorded_at:
        yield Difference("complaints_complaint", f"{case}", "settled_at lies before the last event")
    named = record.named()
    yield from _texts(record, named)
    yield from _files(record, named)
    yield from _particulars(record)
    for table, pk in record.missing():
        if (table, pk) not in record.erased:
            yield Difference(table, f"{case} (id {pk})", GONE)


def _row(record: Record, verdict: Verdict) -> Iterator[Difference]:
    case, (row, plans) = record.case, rebuilt(record.case, record.events, verdict)
    for name in COLUMNS:
        if getattr(case, name) != getattr(row, name):
            fault = f"{name} is not what the record says"
            yield Difference("complaints_complaint", f"{case}", fault)
    wanted = [tuple(getattr(plan, name) for name in OF_PLAN) for plan in plans]
    stored = [tuple(getattr(plan, name) for name in OF_PLAN) for plan in record.plans]
    for plan in sorted({*wanted} ^ {*stored}, key=str):
        fault = "is missing" if plan in wanted else "is not what the record says"
        yield Difference("complaints_plan", f"{case} v{plan[0]}", fault)


def _links(record: Record) -> Iterator[Difference]:
    """Which cases belong to this one is what its acts say."""
    wanted = Counter(links_of(record.events))
    stored = Counter((row.other_id, row.relation, row.seq, row.ended) for row in record.links)
    for link in {*(wanted - stored), *(stored - wanted)}:
        fault = "is missing" if wanted[link] > stored[link] else "is not what the record says"
        yield Difference("complaints_link", f"{record.case} {link[2]}", fault)


def _texts(record: Record, named: Mapping[tuple[str, int], str]) -> Iterator[Difference]:
    """Texts may be erased, but not changed, slipped in, or put to another use."""
    purposes = {
        value["text"]: name
        for event in record.events
        for name, value in event.data.items()
        if isinstance(value, dict) and "text" in value
    }
    for text in record.texts:
        if purposes.get(text.pk, text.purpose) != text.purpose:
            yield Difference(
                TEXT, f"{record.case} (id {text.pk})", "is not what it was written for"
            )
        told = named.get((TEXT, text.pk))
        if told != digest(text.salt, text.body):
            fault = "text was changed" if told else "no event names it"
            yield Difference(TEXT, f"{record.case} (id {text.pk})", fault)


def _files(record: Record, named: Mapping[tuple[str, int], str]) -> Iterator[Difference]:
    """Files may be erased with their rows, but not changed, lost or slipped in."""
    for row in record.files:
        fault = None
        if named.get((FILE, row.pk)) != row.digest():
            fault = "is not what was attached"
        elif not keeping.is_whole(row):
            fault = "its file is missing or was changed"
        if fault:
            yield Difference(FILE, f"{record.case} (id {row.pk})", fault)


def references(data: object, to: str = "text") -> Iterator[dict]:
    """Yield what an event keeps of rows that can be erased: an id and a digest."""
    if isinstance(data, dict):
        if data.keys() >= {to, "digest"}:
            yield data
        data = list(data.values())
    if isinstance(data, list):
        for value in data:
            yield from references(value, to)


def _particulars(record: Record) -> Iterator[Difference]:
    """The customer's words are those that the case was registered with, or erased."""
    row, events = record.particulars, record.events
    told = events[0].data.get("particulars") if events else None
    if row and told and row.digest() != told["digest"]:
        yield Difference(PARTICULARS, f"{record.case}", "text was changed")


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


def _clocks(record: Record, verdict: Verdict) -> Iterator[Difference]:
    case, stored = record.case, {row.key: row for row in record.clocks}
    for clock in verdict.clocks:
        row = stored.pop(clock.key, None)
        if row is None:
            yield Difference("sla_clock", f"{case} {clock.key}", "missing")
        elif row.source != list(clock.source) or any(
            getattr(row, name) != getattr(clock, name) for name in OF_CLOCK
        ):
            yield Difference("sla_clock", f"{case} {clock.key}", "is not what the rules say")
    for key in stored:
        yield Difference("sla_clock", f"{case} {key}", "no rule makes this clock")


def _awaited(record: Record, verdict: Verdict) -> Iterator[Difference]:
    names = ("case_id", "what", "term", "title", "department_id")
    stored = Counter(tuple(getattr(row, name) for name in names) for row in record.awaited)
    wanted = Counter({*awaited(record.case, verdict)})
    for row in sorted((stored - wanted) + (wanted - stored), key=str):
        fault = "nobody waits for it" if stored[row] > wanted[row] else "is missing"
        name = f"{record.case} {row[1]}/{row[2]}"
        yield Difference("complaints_awaitedsignature", name, fault)


def _flags(record: Record, verdict: Verdict) -> Iterator[Difference]:
    for name in sorted(record.flags ^ {flag.name for flag in verdict.flags}):
        fault = "no rule makes this mark" if name in record.flags else "is missing"
        yield Difference("audits_flaggedcase", f"{record.case} {name}", fault)
