"""Who talks to the customer first: the place that the customer has to do with, whatever the matter."""

from collections.abc import Iterable

from complaints.histories import facts_of
from complaints.lifecycle import Kind
from complaints.models import CaseEvent
from regulations.engine.facts import KNOWN, normal, with_derived
from regulations.engine.pack import Pack, TouchPoint


def first_talk(pack: Pack, events: Iterable[CaseEvent]) -> TouchPoint | None:
    """Return the touch point of a case that no department has had yet, None where there is none."""
    events = list(events)
    if not pack.touch_points or any(event.kind == Kind.ASSIGNED for event in events):
        return None
    told = facts_of(events)  # a correction carries its reason beside the facts
    facts = {name: normal(name, told[name]) for name in told.keys() & KNOWN}
    return pack.touch_point(with_derived(facts))
