"""督办: the owner department presses, the department that handles the case answers."""

from collections.abc import Iterable

from complaints.lifecycle import Kind
from complaints.models import CaseEvent


def open_pressing(events: Iterable[CaseEvent]) -> CaseEvent | None:
    """Return the last pressing that has no answer, None where there is none."""
    last = None
    for event in events:
        if event.kind == Kind.PRESSED:
            last = event
        elif event.kind == Kind.PRESS_ANSWERED:
            last = None
    return last
