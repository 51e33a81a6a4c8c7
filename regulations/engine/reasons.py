"""Why an event has no effect, as a code."""

from dataclasses import dataclass

from regulations.engine.terms import Source


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an event is refused: a code, the facts it rests on, and what would be accepted."""

    code: str
    source: Source = ()
    accepted: str | None = None
