"""Events that count, and which of them a rule of the pack means."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from regulations.engine.conditions import View
from regulations.engine.pack import Need, Pack, Pattern

DISSATISFIED = "不满意"


@dataclass(frozen=True, slots=True)
class Act:
    """An event that counts: its place in the history, its cycle, and the moment it led to."""

    index: int
    at: datetime
    kind: str
    data: Mapping[str, Any]
    cycle: int
    moment: int


def matches(pattern: Pattern, act: Act) -> bool:
    """Say whether an act is of the pattern's kind and carries its data."""
    if act.kind != pattern.event:
        return False
    if any(act.data.get(key) in (None, "") for key in pattern.has):
        return False
    for key, values in pattern.data.items():
        given = act.data.get(key)
        if not any(given == value for value in values):  # data may hold what cannot be hashed
            return False
    return True


def matches_any(patterns: Sequence[Pattern], act: Act) -> bool:
    """Say whether one of some patterns means an act."""
    for pattern in patterns:  # noqa: SIM110 - a generator takes twice the time
        if pattern.event == act.kind and matches(pattern, act):
            return True
    return False


def found(pattern: Pattern, acts: Sequence[Act]) -> Act | None:
    """Return the last of a cycle's acts that a pattern means, None if there is none."""
    for act in reversed(acts):
        if matches(pattern, act):
            return act
        if act.kind == pattern.since or (pattern.in_round and opens_round(act)):
            return None
    return None


def open_orders(acts: Iterable[Act]) -> list[str]:
    """Return the numbers of orders from outside that nobody has answered, in the order they came."""
    waiting: dict[str, None] = {}
    for act in acts:
        if act.kind == "order_received":
            waiting[str(act.data.get("order"))] = None
        elif act.kind == "order_answered":
            waiting.pop(str(act.data.get("order")), None)
    return list(waiting)


def opens_round(act: Act) -> bool:
    """Say whether an act sends the case back to be handled again."""
    if act.kind == "followed_up":
        return act.data.get("satisfaction") == DISSATISFIED
    return act.kind == "reviewed" and act.data.get("passed") is False


def met(need: Need, acts: Sequence[Act]) -> bool:
    """Say whether any of a need's patterns is fulfilled by a cycle's acts."""
    return any(found(pattern, acts) is not None for pattern in need.met)


def confirmed(pack: Pack, view: View, acts: Sequence[Act]) -> bool:
    """Say whether every confirmation that an agreed closing needs is there."""
    needs = [
        need
        for mode in pack.closing
        if mode.name == "agreed"
        for need in mode.needs
        if any(pattern.event == "confirmed" for pattern in need.met) and need.when.holds(view)
    ]
    return bool(needs) and all(met(need, acts) for need in needs)
