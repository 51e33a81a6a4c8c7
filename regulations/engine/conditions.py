"""Conditions of a pack: a small closed vocabulary over facts, read once and then only evaluated.

    category: 维保修类                  equal, or one of a list
    complainants: {at_least: 3, less_than: 10}
    fault: {is: ours, or_unknown: true}
    all: [...]   any: [...]   none: [...]

Several keys in one mapping must all hold. An unknown fact matches nothing, unless `or_unknown`
says that it does. `known: true` asks only whether the fact is there, `tagged: [ids]` whether a
person has ticked one of these facts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

COMPARISONS = ("at_least", "at_most", "more_than", "less_than")
OPERATORS = ("is", "is_not", "known", "or_unknown", *COMPARISONS)

View = Mapping[str, Any]


class Condition(Protocol):
    """Something that holds of a view of a case's facts, or does not."""

    def holds(self, view: View) -> bool:
        """Say whether the condition holds of these facts."""
        ...


@dataclass(frozen=True, slots=True)
class All:
    """All parts hold; no parts always hold."""

    parts: tuple[Condition, ...]

    def holds(self, view: View) -> bool:
        for part in self.parts:  # noqa: SIM110 - a generator takes twice the time
            if not part.holds(view):
                return False
        return True


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]

    def holds(self, view: View) -> bool:
        return any(part.holds(view) for part in self.parts)


@dataclass(frozen=True, slots=True)
class NoneOf:
    """No part holds."""

    parts: tuple[Condition, ...]

    def holds(self, view: View) -> bool:
        return not any(part.holds(view) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Among:
    """A fact is one of some values (or, negated, a known value that is none of them)."""

    fact: str
    values: frozenset[Any]
    negated: bool = False
    or_unknown: bool = False

    def holds(self, view: View) -> bool:
        value = view.get(self.fact)
        if value is None:
            return self.or_unknown
        return (value in self.values) is not self.negated


@dataclass(frozen=True, slots=True)
class Compared:
    """A number stands in a relation to a bound; without a bound nothing matches."""

    fact: str
    operator: str
    bound: Decimal | None
    or_unknown: bool = False

    def holds(self, view: View) -> bool:
        value, bound = view.get(self.fact), self.bound
        if value is None:
            return self.or_unknown
        if bound is None:
            return False
        match self.operator:
            case "at_least":
                return bool(value >= bound)
            case "at_most":
                return bool(value <= bound)
            case "more_than":
                return bool(value > bound)
            case _:
                return bool(value < bound)


@dataclass(frozen=True, slots=True)
class Known:
    """A fact is known, or is not."""

    fact: str
    wanted: bool

    def holds(self, view: View) -> bool:
        return (view.get(self.fact) is not None) is self.wanted


@dataclass(frozen=True, slots=True)
class Constant:
    """What readings of the pack have settled once and for all.

    `asked` are the readings with the values that were asked for, for a person to read.
    """

    value: bool
    asked: tuple[tuple[str, Any], ...] = ()

    def holds(self, view: View) -> bool:
        return self.value


@dataclass(frozen=True, slots=True)
class Tagged:
    """A person has ticked one of these fact ids."""

    ids: frozenset[str]

    def holds(self, view: View) -> bool:
        return not self.ids.isdisjoint(view.get("tags") or ())


ALWAYS = All(())
NEVER = AnyOf(())


def ruled_out(condition: Condition) -> bool:
    """Say whether readings alone make a condition false, whatever the facts of a case are."""
    match condition:
        case Constant(value):
            return not value
        case All(parts):
            return any(map(ruled_out, parts))
        case AnyOf(parts):
            return all(map(ruled_out, parts))
    return False
