"""A case's sub-tasks as its events tell of them: for departments, contractors and partners."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from complaints.lifecycle import Kind
from regulations.engine.pack import Pack
from regulations.engine.subtasks import Subtask, subtasks

ACTS = (Kind.SUBTASK_SIGNED, Kind.SUBTASK_ANSWERED, Kind.SUBTASK_CHECKED)


class Event(Protocol):
    kind: str
    at: datetime
    data: dict[str, Any]
    actor_id: int | None


@dataclass
class Given:
    """A sub-task with the events that make it: the last one of each kind."""

    subtask: Subtask
    given: Event
    last: dict[str, Event] = field(default_factory=dict)

    @property
    def number(self) -> str:
        return self.subtask.number

    @property
    def department_id(self) -> int:
        return self.given.data["department_id"]

    @property
    def due_at(self) -> datetime:
        """Return until when it is to be done: the newest time that was set for it."""
        check = self.last.get(Kind.SUBTASK_CHECKED)
        newest = check if check is not None and "due_at" in check.data else self.given
        return datetime.fromisoformat(newest.data["due_at"])

    def takes(self, kind: str) -> bool:
        """Say whether an act of a kind is possible on it now."""
        return self.subtask.after(kind, {"passed": True}) is not None


def given(pack: Pack, events: Sequence[Event]) -> list[Given]:
    """Return the sub-tasks of a case, in the order in which they were given."""
    known = subtasks(pack, events) if pack.subtasks else {}
    rows: dict[str, Given] = {}
    for event in events:
        number = event.data.get("subtask")
        if event.kind == Kind.SUBTASK_GIVEN and number in known:
            rows[number] = Given(known[number], event)
        elif event.kind in ACTS and number in rows:
            rows[number].last[event.kind] = event
    return list(rows.values())


def place_of(events: Iterable[Event], number: str) -> tuple[int, ...]:
    """Return the department that a sub-task was given to, nothing for an unknown number."""
    found = (
        event.data["department_id"]
        for event in events
        if event.kind == Kind.SUBTASK_GIVEN and event.data["subtask"] == str(number)
    )
    return tuple(found)
