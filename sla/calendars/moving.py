"""What a new calendar moves: the deadlines of open cases, before and after, in the verdict's words."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from complaints.histories import calendar_of, history_of
from complaints.lifecycle import Kind
from complaints.models import Complaint
from regulations.engine.calendar import WorkCalendar
from regulations.engine.history import Event, History
from regulations.engine.judge import judge
from regulations.engine.verdict import Clock

# States of a clock whose due time still matters.
OPEN_CLOCKS = frozenset({"running", "overdue", "paused"})


@dataclass(frozen=True)
class Move:
    """One deadline that falls at another moment under the new calendar."""

    key: str
    stage: str
    before: datetime
    after: datetime

    def as_json(self) -> dict[str, str]:
        return {
            "clock": self.key,
            "stage": self.stage,
            "before": self.before.isoformat(),
            "after": self.after.isoformat(),
        }


def moves(case: Complaint, history: History, calendar: WorkCalendar, now: datetime) -> list[Move]:
    """Return the deadlines of a case that `calendar`, taken over at `now`, would move."""
    mine = calendar_of(history)
    versions: Mapping[str, WorkCalendar] = {calendar.name: calendar}
    told = history.with_event(Event(now, Kind.CALENDAR_CHANGED, {"version": calendar.name}))
    pack = case.version.pack
    before = {row.key: row for row in judge(pack, history, mine, now).clocks}
    after = judge(pack, told, replace(mine, versions=_both(mine, versions)), now).clocks
    return [_move(before[row.key], row) for row in after if _differs(before.get(row.key), row)]


def moves_of(case: Complaint, calendar: WorkCalendar, now: datetime) -> list[Move]:
    """Return `moves` of a case with its record read now."""
    return moves(case, history_of(case.events.order_by("seq")), calendar, now)


def _both(mine: WorkCalendar, new: Mapping[str, WorkCalendar]) -> Mapping[str, WorkCalendar]:
    """Return the calendars that the history may name, those published before and the new one."""
    named = {name: mine.versions[name] for name in mine.versions}
    return {**named, **new}


def _differs(before: Clock | None, after: Clock) -> bool:
    if before is None or after.state not in OPEN_CLOCKS:
        return False
    return None not in (before.due_at, after.due_at) and before.due_at != after.due_at


def _move(before: Clock, after: Clock) -> Move:
    assert before.due_at is not None
    assert after.due_at is not None
    return Move(after.key, after.stage, before.due_at, after.due_at)
