"""What has happened to one case, as the engine reads it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

DERIVED = "derived."


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, at the moment at which it happened (aware datetime).

    `data` holds the extra fields of `replay.md`'s table for that kind, as plain JSON values
    (times as aware datetimes). Kinds that begin with `derived.` are the engine's own output and
    are skipped when a history is judged.
    """

    at: datetime
    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class History:
    """A case's first facts and its events in order of time (equal moments keep their order)."""

    case: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    events: tuple[Event, ...] = ()

    def with_event(self, event: Event) -> "History":
        """Return the same history with one more event at its end."""
        return History(self.case, self.facts, (*self.events, event))
