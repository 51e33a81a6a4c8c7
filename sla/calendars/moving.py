"""What a new calendar moves: the deadlines of open cases, before and after, in the verdict's words."""

from collections import ChainMap
from dataclasses import dataclass, replace
from datetime import datetime

from complaints.histories import calendar_of, history_of, verdict_of
from complaints.lifecycle import Kind
from complaints.models import Complaint
from regulations.engine.calendar import WorkCalendar
from regulations.engine.history import Event
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


def moves_of(case: Complaint, calendar: WorkCalendar, now: datetime) -> list[Move]:
    """Return the deadlines of a case that `calendar`, taken over at `now`, would move."""
    history = history_of(case.events.order_by("seq"))
    told = history.with_event(Event(now, Kind.CALENDAR_CHANGED, {"version": calendar.name}))
    mine = calendar_of(history)
    known = replace(mine, versions=ChainMap({calendar.name: calendar}, mine.versions))
    before = {row.key: row for row in verdict_of(case, history, now).clocks}
    after = judge(case.version.pack, told, known, now).clocks
    return [_move(before[row.key], row) for row in after if _differs(before.get(row.key), row)]


def _differs(before: Clock | None, after: Clock) -> bool:
    if before is None or after.state not in OPEN_CLOCKS:
        return False
    return None not in (before.due_at, after.due_at) and before.due_at != after.due_at


def _move(before: Clock, after: Clock) -> Move:
    assert before.due_at is not None
    assert after.due_at is not None
    return Move(after.key, after.stage, before.due_at, after.due_at)
