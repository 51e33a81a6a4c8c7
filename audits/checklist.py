"""The checklist of a working paper: what a case's verdict says, line by line, and what it cannot say.

Was each step done, in time, with the right signature; was it written down when it happened; does the
recorded result agree with what the customer says. Lines that the record answers carry the answer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings

from audits.models import Says, Topic
from audits.share import audit_source
from complaints.histories import history_of, verdict_of
from complaints.lifecycle import Kind
from complaints.models import Complaint, Told
from regulations.engine.pack import Pack
from regulations.engine.verdict import Source, Verdict

# The steps of the loop that every handled complaint goes through, in their order.
STEPS = (
    Kind.REGISTERED,
    Kind.ASSIGNED,
    Kind.ACCEPTED,
    Kind.INVESTIGATED,
    Kind.RESULT_RETURNED,
    Kind.FOLLOWED_UP,
    Kind.REVIEWED,
    Kind.ARCHIVED,
)
# Clocks that have ended well; one without a limit, or that was never needed, says nothing.
MET, MISSED = frozenset({"met"}), frozenset({"late", "overdue"})
# Questions that only people answer.
TRUTHS = ("customer_agrees", "reasons_real", "customer_informed_truly")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `code` and `data` are codes and moments that a page puts into words."""

    topic: Topic
    code: str
    source: Source
    says: Says
    data: dict = field(default_factory=dict)


def checklist(case: Complaint, events: Sequence[Told], now: datetime) -> list[Line]:
    """Return the lines for a case, as the regulation it was received under judges its record."""
    history = history_of(events)
    verdict = verdict_of(case, history, now)
    pack = case.version.pack
    lines = [
        *_steps(pack, verdict, events),
        *_closing(case, events),
        *_refused(verdict),
        *_clocks(verdict),
        *_missed_before(verdict, events),
        *_signatures(verdict),
        *_late_entries(case, events),
        *(Line(Topic.TRUTH, code, (), Says.NOTHING) for code in TRUTHS),
    ]
    own = audit_source(pack)
    return [
        line if line.source else Line(line.topic, line.code, own, line.says, line.data)
        for line in lines
    ]


def _steps(pack: Pack, verdict: Verdict, events: Sequence[Told]) -> Iterator[Line]:
    """A step that the regulation speaks of was done, or was not; an end on the way ends the list."""
    done = {event.kind: event for event in events}
    ended = done.keys() & {Kind.WITHDRAWN, Kind.ANSWERED}
    for kind in STEPS:
        event = done.get(kind)
        if event is not None:
            data = {"at": event.at.isoformat()}
            yield Line(Topic.STEP, f"step:{kind}", _asked_by(pack, verdict, kind), Says.FINE, data)
        elif kind in pack.events and not ended:
            yield Line(Topic.STEP, f"step:{kind}", _asked_by(pack, verdict, kind), Says.FAULT)


def _asked_by(pack: Pack, verdict: Verdict, kind: str) -> Source:
    """Return the clauses that speak of a step: what has to be there before it, and its deadlines."""
    own = [gate.need.source for gate in pack.gates if gate.step == kind]
    own += [c.source for c in verdict.clocks if kind in pack.stops(c.rule, c.source)]
    if kind == Kind.ASSIGNED:
        own.insert(0, pack.assignment)
    return tuple(dict.fromkeys(name for source in own for name in source))


def _closing(case: Complaint, events: Sequence[Told]) -> Iterator[Line]:
    """What stood in the way of the last closing at the moment before it: its gates."""
    last = max((e.seq for e in events if e.kind == Kind.CLOSED), default=None)
    if last is None:
        return
    closed = next(event for event in events if event.seq == last)
    before = [event for event in events if event.seq < last]
    verdict = verdict_of(case, history_of(before), closed.at)
    named = {(row.what, row.by) for row in verdict.closing.missing}
    for row in verdict.closing.missing:
        yield Line(Topic.STEP, f"missing:{row.what}", row.source, Says.FAULT, _by(row.by))
    for gate in verdict.gates:
        if gate.step == Kind.CLOSED and (gate.what, gate.by) not in named:
            yield Line(Topic.STEP, f"missing:{gate.what}", gate.source, Says.FAULT, _by(gate.by))
    if not verdict.closing.missing and not any(g.step == Kind.CLOSED for g in verdict.gates):
        yield Line(Topic.STEP, "closing", (), Says.FINE)


def _by(post: str | None) -> dict:
    return {"by": post} if post else {}


def _refused(verdict: Verdict) -> Iterator[Line]:
    """Acts in the record that the regulation gives no effect: a refused signature, a wrong value."""
    for row in verdict.refused:
        topic = Topic.SIGNATURE if row.reason == "wrong_signer" else Topic.STEP
        data = {"kind": row.kind, "accepted": row.accepted}
        yield Line(topic, f"refused:{row.reason}", row.source, Says.FAULT, data)


def _clocks(verdict: Verdict) -> Iterator[Line]:
    for clock in verdict.clocks:
        if clock.state not in MET | MISSED:
            continue
        says = Says.FAULT if clock.state in MISSED else Says.FINE
        data = {
            "clock": clock.key,
            "due_at": clock.due_at.isoformat() if clock.due_at else None,
            "stopped_at": clock.stopped_at.isoformat() if clock.stopped_at else None,
            "late_days": clock.late_days,
        }
        yield Line(Topic.TIME, f"clock:{clock.stage}", clock.source, says, data)


def _missed_before(verdict: Verdict, events: Sequence[Told]) -> Iterator[Line]:
    """Deadlines that had been missed when the case took an end in which they no longer count."""
    known = {clock.key for clock in verdict.clocks if clock.state in MISSED}
    untrue = {e.data["refers"] for e in events if e.kind == "derived.reversed"}
    for event in events:
        if event.kind != "derived.overdue" or event.seq in untrue:
            continue
        key = event.data["subject"]
        if key not in known:
            known.add(key)
            data = {"clock": key, "missed_at": event.at.isoformat()}
            source = tuple(event.data["source"])
            yield Line(Topic.TIME, f"clock:{event.data['stage']}", source, Says.FAULT, data)


def _signatures(verdict: Verdict) -> Iterator[Line]:
    for row in verdict.approvals:
        says = Says.FAULT if row.at is None else Says.FINE
        data = {"by": row.by, "at": row.at.isoformat() if row.at else None}
        yield Line(Topic.SIGNATURE, f"signature:{row.what}", row.source, says, data)


def _late_entries(case: Complaint, events: Sequence[Told]) -> Iterator[Line]:
    """Acts that were written down later than the house allows without a reason (补录)."""
    gap = timedelta(minutes=settings.LATE_ENTRY_MINUTES)
    moments = dict(case.events.values_list("seq", "recorded_at"))
    late = [e for e in events if not e.is_derived and moments[e.seq] - e.at > gap]
    data = {"seqs": [event.seq for event in late]}
    yield Line(Topic.RECORD, "late_entries", (), Says.FAULT if late else Says.FINE, data)
