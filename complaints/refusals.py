"""Why an act was not taken. One family of exceptions; none of them leaves a trace in the case."""

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.access import Decision
from complaints.joining import listed
from complaints.lifecycle import State


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: a code, the field it concerns, the facts it rests on, what would be accepted."""

    code: str
    field: str | None = None
    source: tuple[str, ...] = ()
    accepted: str | None = None
    what: str | None = None


def wrong_state(state: str, possible: Iterable[State]) -> Reason:
    """Return the reason of an act that is possible in other states only."""
    return Reason("wrong_state", what=state, accepted=listed(one.label for one in possible))


class NotTaken(Exception):
    """The act was not taken and nothing has changed."""


class Refused(NotTaken):
    """The regulation, the lifecycle or the entry itself stands against the act."""

    def __init__(self, *reasons: Reason):
        super().__init__(", ".join(reason.code for reason in reasons))
        self.reasons = reasons


class NotPermitted(NotTaken):
    """The person may not do this on this case now."""

    def __init__(self, decision: Decision):
        super().__init__(", ".join(decision.needed))
        self.decision = decision


class Overtaken(NotTaken):
    """Somebody else acted on the case after the form was drawn; `events` are their acts."""

    def __init__(self, events):
        super().__init__(f"{len(events)} newer events")
        self.events = events


class KeyReused(NotTaken):
    """A form key came a second time with other content."""
