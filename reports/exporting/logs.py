"""The raw log of cases, one JSON object a line, as `manage.py replay` accepts it.

It holds what the engine reads: facts and events, no personal value and no free text.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, BinaryIO

from django.db.models import QuerySet

from complaints.lifecycle import OURS_ALONE, Kind
from complaints.models import CaseEvent, Complaint
from regulations.engine.facts import normal
from regulations.engine.replay import TEXTS
from regulations.models import RegulationVersion
from reports.entries import rows_of

BATCH = 500


def write_log(
    cases: QuerySet[Complaint],
    file: BinaryIO,
    now: datetime,
    advance: Callable[[], Any] = lambda: None,
) -> int:
    """Write the log of the cases, asked about at `now`; return how many lines there are."""
    count = 0
    for line in lines(cases, now):
        file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        count += 1
        advance()
    return count


def lines(cases: QuerySet[Complaint], now: datetime) -> Iterator[dict[str, Any]]:
    """Yield each case as a written-down history (replay.md), in the order of registration."""
    names: dict[int, str] = {}
    last = 0
    while batch := list(cases.filter(pk__gt=last).order_by("pk")[:BATCH]):
        wanted = {case.version_id for case in batch} - names.keys()
        for version in RegulationVersion.objects.select_related("regulation").filter(pk__in=wanted):
            names[version.pk] = version.pack.reference
        events = _events(batch)
        for case in batch:
            yield _line(case, names[case.version_id], events.get(case.pk, ()), now)
        last = batch[-1].pk


def _events(batch: Sequence[Complaint]) -> dict[int, list[CaseEvent]]:
    found: dict[int, list[CaseEvent]] = {}
    for event in CaseEvent.objects.filter(rows_of(batch)).order_by("case", "seq"):
        found.setdefault(event.case_id, []).append(event)
    return found


def _line(case: Complaint, regulation: str, events: Sequence[CaseEvent], now: datetime) -> dict:
    facts: dict[str, Any] = {}
    told = []
    for event in events:
        if event.kind == Kind.RECEIVED:
            facts = event.data.get("facts", {})
        if not event.is_derived and event.kind not in OURS_ALONE:
            told.append({"at": event.at.isoformat(), "kind": event.kind, **_said(event)})
    return {
        "case": case.number,
        "regulation": regulation,
        "asof": now.isoformat(),
        "facts": facts,
        "events": told,
    }


def _said(event: CaseEvent) -> dict[str, Any]:
    """Return what an event says to the engine: terms and figures, ids as text."""
    if event.kind == Kind.RECEIVED:
        return {}
    if event.kind == Kind.FACTS_CHANGED:
        own = event.data.get("facts", event.data)
        return {key: value for key, value in own.items() if _is_fact(key, value)}
    said = {key: value for key, value in event.data.items() if not _is_text(value)}
    return {
        key: str(value) if key in TEXTS and value is not None else value
        for key, value in said.items()
        if key not in ("at", "kind")
    }


def _is_fact(key: str, value: Any) -> bool:
    try:
        normal(key, value)
    except (KeyError, ValueError):
        return False
    return True


def _is_text(value: Any) -> bool:
    """Say whether a value refers to a row of free text."""
    return isinstance(value, dict) and "digest" in value
