"""Moments of a case that its page shows as stamps: the sheet signed for, the investigation begun."""

from collections.abc import Sequence
from datetime import datetime

from complaints.lifecycle import Kind
from complaints.models import CaseEvent
from complaints.wording import moment_words, span_words
from regulations.engine.pack import Pack


def sheet_view(events: Sequence[CaseEvent], pack: Pack) -> dict[str, str] | None:
    """Return when the sheet went out and by whom it was signed for, None before there is one."""
    issued = _last(events, Kind.SHEET_ISSUED)
    if issued is None:
        return None
    signed = _last(events, Kind.ACCEPTED)
    signed = signed if signed is not None and signed.seq > issued.seq else None
    sources = (gate.need.source for gate in pack.gates if gate.step == Kind.ACCEPTED)
    return {
        "issued_at": moment_words(issued.at),
        "signed_at": moment_words(signed.at) if signed else "",
        "signed_by": signed.actor.name if signed and signed.actor else "",
        "basis": pack.basis(next(sources, ())),
    }


def investigation_view(events: Sequence[CaseEvent]) -> dict[str, str] | None:
    """Return when the investigation began, and how long after the task was given."""
    given, begun = _last(events, Kind.ASSIGNED), _last(events, Kind.ACCEPTED)
    if given is None or begun is None or begun.seq < given.seq:
        return None
    return {"at": moment_words(begun.at), "after": _after(given.at, begun.at)}


def _after(given: datetime, begun: datetime) -> str:
    return span_words(begun - given) if begun > given else ""


def _last(events: Sequence[CaseEvent], kind: str) -> CaseEvent | None:
    return next((event for event in reversed(events) if event.kind == kind), None)
