"""Recompute a case's ledger: its chain, and every entry's amount from the case's own record."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from complaints.histories import history_of, verdict_of
from complaints.models import CaseEvent, Complaint
from complaints.models.particulars import digest
from penalties.items import NOTHING, Item, State, items_of
from penalties.models import Entry, EntryText, Kind, LedgerHead, Month
from penalties.periods import Span
from penalties.scoring import scores
from penalties.settle import asked, live, price
from records import chain
from regulations.engine.charges import Charge, charges
from regulations.engine.verdict import Verdict

# The table and the row of a fault, and the fault.
Fault = tuple[str, str, str]
ENTRY = "penalties_entry"


@dataclass
class Rows:
    """What is stored of one case's ledger; entries in the order of `seq`."""

    entries: list[Entry] = field(default_factory=list)
    texts: list[EntryText] = field(default_factory=list)
    head: LedgerHead = field(default_factory=LedgerHead)


def read(cases: Sequence[Complaint]) -> dict[int, Rows]:
    """Return the ledgers of some cases by the case's id (three queries)."""
    found: dict[int, Rows] = defaultdict(Rows)
    for entry in Entry.objects.filter(case__in=cases).order_by("seq"):
        found[entry.case_id].entries.append(entry)
    for text in EntryText.objects.filter(case__in=cases):
        found[text.case_id].texts.append(text)
    for head in LedgerHead.objects.filter(case__in=cases):
        found[head.case_id].head = head
    return found


def faults(
    case: Complaint, rows: Rows, events: Sequence[CaseEvent], verdict: Verdict
) -> Iterator[Fault]:
    """Yield each row of a case's ledger that its record does not explain.

    What stands is compared with the verdict of the last settlement; what was reversed, with the
    verdict at the moment at which it was proposed.
    """
    yield from _chain(case, rows)
    yield from _texts(case, rows)
    items = items_of(rows.entries)
    wanted = _wanted(case, verdict)
    standing = live(items)
    for identity, item in standing.items():
        charge = wanted.get(identity)
        yield from _priced(case, item.root, charge)
    for identity in wanted.keys() - standing.keys():
        yield ENTRY, f"{case}", f"{'/'.join(map(str, identity))} is not proposed"
    for item in items:
        if item.state == State.REVERSED:
            yield from _priced(case, item.root, _charge_then(case, events, item.root))
        yield from _balanced(case, item)


def recorded(rows: Rows) -> Decimal:
    """Return what the proposals that stand in a case's ledger ask for in all."""
    return sum(
        (one.root.amount or NOTHING for one in live(items_of(rows.entries)).values()), NOTHING
    )


def recomputed(case: Complaint, verdict: Verdict) -> Decimal:
    """Return what the rules propose for a case in all."""
    return sum((one.amount or NOTHING for one in _wanted(case, verdict).values()), NOTHING)


def _wanted(case: Complaint, verdict: Verdict) -> dict[tuple, Charge]:
    if case.origin == Complaint.Origin.IMPORTED:
        return {}
    return {charge.identity: charge for charge in charges(verdict.penalties)}


def _name(case: Complaint, entry: Entry) -> str:
    return f"{case}/{entry.seq} (id {entry.pk})"


def _chain(case: Complaint, rows: Rows) -> Iterator[Fault]:
    expected = chain.GENESIS
    for place, entry in enumerate(rows.entries, 1):
        if entry.seq != place:
            yield ENTRY, f"{case}/{place}", "missing from the chain"
            return
        if entry.previous_hash != expected:
            yield ENTRY, _name(case, entry), "does not follow the row before it"
        if entry.hash != chain.link(entry.previous_hash, entry.content()):
            yield ENTRY, _name(case, entry), "content does not match its hash"
        expected = entry.hash
    if (rows.head.count, rows.head.hash) != (len(rows.entries), expected):
        yield "penalties_ledgerhead", f"{case}", "does not end where its chain ends"


def _texts(case: Complaint, rows: Rows) -> Iterator[Fault]:
    """Texts may be erased, but not changed or slipped in."""
    told = {
        e.reason["text"]: e.reason["digest"] for e in rows.entries if "text" in (e.reason or {})
    }
    for text in rows.texts:
        if told.get(text.pk) == digest(text.salt, text.body):
            continue
        fault = "text was changed" if text.pk in told else "no entry names it"
        yield "penalties_entrytext", f"{case} (id {text.pk})", fault


def _priced(case: Complaint, entry: Entry, charge: Charge | None) -> Iterator[Fault]:
    if charge is None:
        yield ENTRY, _name(case, entry), "no rule makes this entry"
    elif price(entry) != asked(charge):
        yield ENTRY, _name(case, entry), "amount is not what the rules say"
    elif entry.incurred_at != charge.at:
        yield ENTRY, _name(case, entry), "day is not what the rules say"


def _charge_then(case: Complaint, events: Sequence[CaseEvent], entry: Entry) -> Charge | None:
    """Return what the rules said when an entry was written, with the record as it was then."""
    told = [event for event in events if event.seq <= entry.told]
    verdict = verdict_of(case, history_of(told), entry.recorded_at)
    return next((c for c in charges(verdict.penalties) if c.identity == entry.identity), None)


def _balanced(case: Complaint, item: Item) -> Iterator[Fault]:
    """What follows a proposal keeps to its range and its tariff, and an end leaves nothing."""
    root, sofar, posted = item.root, NOTHING, NOTHING
    for entry in item.entries:
        if entry.kind == Kind.POSTED:
            if entry.amount != sofar - posted:
                yield ENTRY, _name(case, entry), "posts another amount than was due"
            posted = sofar
            continue
        sofar += entry.amount or NOTHING
        most = root.high if root.high is not None else root.amount or NOTHING
        if not 0 <= sofar <= most:
            yield ENTRY, _name(case, entry), "amount is outside what the clause allows"
        if entry.kind in (Kind.WAIVED, Kind.REVERSED) and sofar != 0:
            yield ENTRY, _name(case, entry), "does not take back what the item costs"


def award_faults() -> Iterator[Fault]:
    """Yield each reward of a closed month that its follow-ups and cooperation scores do not make."""
    for month in Month.objects.order_by("pk").prefetch_related("awards__regulation"):
        span = Span(month.first)
        stored = {award.department_id: award for award in month.awards.all()}
        for version in {award.regulation for award in stored.values()}:
            for row in scores(version, span, month.closed_at):
                award = stored.pop(row.department.pk, None)
                amount = row.reward.amount if row.reward else NOTHING
                if award and (award.score, award.amount) != (row.score.total, amount):
                    name = f"{month}/{award.department_id} (id {award.pk})"
                    yield "penalties_award", name, "amount is not what the rules say"
        for award in stored.values():
            yield "penalties_award", f"{month} (id {award.pk})", "no score makes this reward"
