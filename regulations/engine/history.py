"""What has happened to one case, as the engine reads it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

DERIVED = "derived."

# Kinds of events that the engine knows. `approved` (fields `what` and `by`, a post or department)
# gives one signature of the kind `what`: countersign, cost, legal, payment, exception and the
# like; `extension_asked` (fields as of `extended`, without a signer) asks for an extension whose
# signature is then awaited; `answered` closes an enquiry or a suggestion with its answer (a `closed`
# with the mode answered); `order_received` (`order`, its number; `due_at`, a moment) is an order from
# outside with a due time of its own, `order_answered` (`order`) its answer; `task_done` (`task`, a
# rule's id) says that something the regulation wants beside the loop was done; `screened` (fields as
# of `judged`) is the verdict of whoever took the complaint in; `recorded` (`record`, a key of the
# pack, and its fields) puts something down; `subtask_given` (`subtask`, its number; `sort`, a key
# of the pack; `department`; `due_at`) gives a sub-task, which is `subtask_signed`, `subtask_answered`
# and `subtask_checked` (`passed`). They are beside replay.md's table.
KINDS = frozenset(
    [
        "received",
        "registered",
        "responded",
        "transferred",
        "judged",
        "graded",
        "facts_changed",
        "assigned",
        "accepted",
        "department_responded",
        "visited",
        "sampled",
        "report_issued",
        "investigated",
        "staff_plan_submitted",
        "staff_plan_confirmed",
        "sheet_issued",
        "temporary_measure",
        "permanent_measure",
        "plan_submitted",
        "plan_rejected",
        "plan_approved",
        "approved",
        "customer_talked",
        "executed",
        "result_returned",
        "customer_informed",
        "followed_up",
        "confirmed",
        "reviewed",
        "closed",
        "answered",
        "returned",
        "archived",
        "reopened",
        "calendar_changed",
        "extended",
        "extension_asked",
        "verified",
        "withdrawn",
        "merged",
        "judgment",
        "formalities_done",
        "paused",
        "order_received",
        "order_answered",
        "task_done",
        "screened",
        "recorded",
        "subtask_given",
        "subtask_signed",
        "subtask_answered",
        "subtask_checked",
        "resumed",
        "offence",
    ]
)


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
