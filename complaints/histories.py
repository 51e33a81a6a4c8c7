"""From stored events to the engine's history and verdict, and what a verdict means for access."""

from collections.abc import Iterable
from datetime import datetime

from accounts.access import Seat, Situation
from complaints.lifecycle import OURS_ALONE, Kind
from complaints.models import CaseEvent, Complaint
from complaints.signatures import SIGNS
from regulations import bindings, calendars
from regulations.engine.calendar import WorkCalendar
from regulations.engine.explanation import explain
from regulations.engine.history import Event, History
from regulations.engine.judge import judge
from regulations.engine.subtasks import SUBTASK
from regulations.engine.verdict import Clock, Verdict
from regulations.explain import counting

# Fields of event data that are moments; JSON keeps them as ISO text.
MOMENTS = frozenset({"expected_at", "until", "due_at"})


def engine_event(kind: str, at: datetime, data: dict) -> Event:
    """Return one event as the engine reads it."""
    if not MOMENTS.isdisjoint(data):
        data = {
            key: datetime.fromisoformat(value) if key in MOMENTS else value
            for key, value in data.items()
        }
    return Event(at, kind, data)


def history_of(events: Iterable[CaseEvent]) -> History:
    """Return the engine's history of a case from its events in the order of `seq`.

    The facts that the case was registered with are in its first event.
    """
    facts: dict = {}
    told = []
    case = ""
    for event in events:
        case = str(event.case_id)
        if event.kind == Kind.RECEIVED:
            facts = event.data.get("facts", {})
        if not event.is_derived and event.kind not in OURS_ALONE:
            told.append(engine_event(event.kind, event.at, event.data))
    return History(case, facts, tuple(told))


def facts_of(events: Iterable[CaseEvent]) -> dict:
    """Return the facts of a case as they are known now: as registered, with what was corrected."""
    facts: dict = {}
    for event in events:
        if event.kind in (Kind.RECEIVED, Kind.FACTS_CHANGED):
            own = event.data if event.kind == Kind.FACTS_CHANGED else {}
            facts |= event.data.get("facts", own)
    return facts


def verdict_of(complaint: Complaint, history: History, now: datetime) -> Verdict:
    """Judge a case under the version it was received under."""
    return judge(complaint.version.pack, history, calendar_of(history), now)


def calendar_of(history: History) -> WorkCalendar:
    """Return the calendar with which a case began; its first event names it."""
    first = history.events[0].data.get("calendar") if history.events else None
    return calendars.of_case(first)


def how_counted(complaint: Complaint, history: History, now: datetime) -> dict[str, list[str]]:
    """Return for each clock, by its key, how its due time was counted, in lines of words."""
    rows = explain(complaint.version.pack, history, calendar_of(history), now)
    return {row.key: list(counting(row)) for row in rows}


def situation_of(complaint: Complaint, verdict: Verdict | None) -> Situation:
    """Return what access must know: places, people, and whose signature is awaited for what."""
    signers: dict[str, list[Seat]] = {kind: [] for kind in SIGNS}
    for approval in verdict.approvals if verdict else ():
        if approval.at is not None:
            continue
        for kind, whats in SIGNS.items():
            if approval.what in whats:
                signers[kind] += bindings.seats(
                    complaint.version, approval.by, complaint.department_id
                )
    return Situation(
        unit=complaint.unit_id,
        owner=complaint.owner_department_id,
        responsible=complaint.department_id,
        handler=complaint.handler_id,
        registrar=complaint.registrar_id,
        signers={kind: tuple(seats) for kind, seats in signers.items()},
        recused=frozenset(complaint.kept_out),
        assisting=_assisting(complaint, verdict),
    )


def _assisting(complaint: Complaint, verdict: Verdict | None) -> tuple[int, ...]:
    """Return the departments whose sub-task has not been answered."""
    if not complaint.assisting or verdict is None:
        return ()
    clocks = [one for one in verdict.clocks if one.rule == SUBTASK.id and one.stopped_at is None]
    found = (bindings.department(complaint.version, one.department) for one in clocks)
    return tuple(pk for pk in dict.fromkeys(found) if pk is not None)


def nearest(clocks: Iterable[Clock], count: int = 2) -> list[Clock]:
    """Return the running clocks that are due first."""
    running = [c for c in clocks if c.state in ("running", "overdue") and c.due_at]
    return sorted(running, key=lambda c: (c.due_at, c.key))[:count]


def running_first(clocks: Iterable[Clock]) -> list[Clock]:
    """Return all clocks, those that run in front in the order of their due times."""
    every = list(clocks)
    running = nearest(every, len(every))
    return running + [clock for clock in every if clock not in running]
