"""What every reader of a pack needs: the words the pack knows, sources, and conditions."""

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from regulations.engine import conditions
from regulations.engine.calendar import Hours
from regulations.engine.conditions import (
    COMPARISONS,
    OPERATORS,
    All,
    Among,
    AnyOf,
    Compared,
    Condition,
    Constant,
    Known,
    NoneOf,
    Tagged,
)
from regulations.engine.facts import CHOICES, DERIVED, KNOWN, NUMBERS, TRUTHS
from regulations.engine.periods import AT_WORK, UNITS, WITHOUT_FIGURE, Period
from regulations.engine.yaml_tree import MISSING, Tree

CONDITION_FACTS = (KNOWN | DERIVED | {"closing_mode"}) - {"tags"}
MAX_PERIOD = 5000  # in any unit: some twenty years of working days
CLOSING_MODES = ("agreed", "no_agreement", "litigation", "invalid", "answered")
TRUE_OR_FALSE = TRUTHS | {"valid", "out_of_hours"}
DEPARTMENT_FACTS = frozenset({"department", "first_department", "receiving_department"})


@dataclass(slots=True)
class Words:
    """The words of the pack being read, and the fact ids that its rules have cited."""

    fact_ids: frozenset[str] = frozenset()
    readings: dict[str, Any] = field(default_factory=dict)
    departments: frozenset[str] = frozenset()
    posts: frozenset[str] = frozenset()
    terms: dict[str, frozenset[str]] = field(default_factory=dict)
    cited: set[str] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)
    openings: dict[str, Hours] = field(default_factory=dict)
    office: Hours | None = None

    def source(self, tree: Tree, name: str = "source", required: bool = True) -> tuple[str, ...]:
        """Return the fact ids under a key; each must stand in the pack's list of facts."""
        ids = []
        for item in tree.each(name, required):
            word = item.as_text()
            if word and word not in self.fact_ids:
                item.wrong(f"unknown fact {word!r}", "an id of the list of facts")
            elif word:
                ids.append(word)
        self.cited.update(ids)
        return tuple(ids)

    def department(self, tree: Tree, name: str, required: bool = False) -> str | None:
        """Return a department's own name under a key."""
        found = tree.get(name, required)
        return None if found is None else self.known(found, self.departments, "department")

    def signers(self, tree: Tree, name: str) -> tuple[str, ...]:
        """Return posts or departments that may sign."""
        return tuple(self.signer(item) for item in tree.each(name))

    def signer(self, tree: Tree) -> str:
        """Return a post or a department; both are listed in the pack."""
        return self.known(tree, self.posts | self.departments, "post or department")

    def period(self, tree: Tree) -> Period | None:
        """Return the period of a mapping such as `hours: 2` or `days: {target: 7, limit: 15}`.

        None for `no_limit: true`, and for a figure whose reading is not set.
        """
        given = [unit for unit in (*UNITS, "no_limit") if tree.get(unit) is not None]
        if len(given) != 1:
            tree.wrong("no single period", "one of " + ", ".join((*UNITS, "no_limit")))
            return None
        unit = given[0]
        deferred, within = self._deferred(tree, unit), self._within(tree, unit)
        if unit in WITHOUT_FIGURE or unit == "no_limit":
            if not tree.truth(unit):
                tree.wrong(f"{unit} is not true", f"{unit}: true")
            return None if unit == "no_limit" else Period(unit, 0)
        found = tree.get(unit)
        if found is not None and found.is_mapping and found.get("reading") is None:
            target, limit = found.integer("target", True), found.integer("limit", True)
            found.done()
            if target >= limit:
                found.wrong("target is not before limit", "a target below the limit")
            return Period(unit, self._counted(found, limit), target, deferred, within)
        amount = None if found is None else self.bound(found)
        if amount is None:
            return None
        if amount != int(amount) or amount < 0:
            tree.wrong(f"not a whole number of {unit}", "a whole number such as 3")
        return Period(unit, self._counted(tree, int(amount)), None, deferred, within)

    def _counted(self, tree: Tree, amount: int) -> int:
        """Return a period's figure, one that a calendar can count."""
        if amount <= MAX_PERIOD:
            return amount
        tree.wrong("number too large", f"at most {MAX_PERIOD}")
        return MAX_PERIOD

    def _deferred(self, tree: Tree, unit: str) -> bool:
        if tree.get("defer") is None:
            return False
        tree.choice("defer", ("holidays",))
        if unit not in ("minutes", "hours"):
            tree.wrong("only minutes and hours can be deferred", "no defer here")
        return True

    def _within(self, tree: Tree, unit: str) -> Hours | None:
        """Return the hours in which the time runs: named ones, or the regulation's office hours."""
        if (found := tree.get("within")) is None:
            return self.office if unit in AT_WORK else None
        name = self.known(found, frozenset(self.openings), "opening")
        return self.openings.get(name)

    def known(self, tree: Tree, words: frozenset[str], what: str) -> str:
        """Return a word that must be one of those given."""
        word = tree.as_text()
        if word and word not in words:
            tree.wrong(f"unknown {what} {word!r}", "one of " + ", ".join(sorted(words)))
        return word

    def condition(self, tree: Tree, name: str = "when") -> Condition:
        """Return the condition under a key; none always holds."""
        found = tree.get(name)
        return conditions.ALWAYS if found is None else self.read_condition(found)

    def read_condition(self, tree: Tree) -> Condition:
        """Return a condition; see conditions.py for how it is written."""
        parts = [self._part(name, child) for name, child in tree.entries().items()]
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _part(self, name: str, tree: Tree) -> Condition:
        match name:
            case "all":
                return All(tuple(self.read_condition(item) for item in tree.items()))
            case "any":
                return AnyOf(tuple(self.read_condition(item) for item in tree.items()))
            case "none":
                return NoneOf(tuple(self.read_condition(item) for item in tree.items()))
            case "reading":
                return self._settled(tree)
            case "tagged":
                ids = (self.known(item, self.fact_ids, "fact") for item in tree.items())
                return Tagged(frozenset(ids))
        self.asked.add(name)
        if name not in CONDITION_FACTS:
            tree.wrong(f"unknown fact {name!r}", "one of " + ", ".join(sorted(CONDITION_FACTS)))
            return conditions.ALWAYS
        if tree.is_mapping:
            return self._operators(name, tree)
        return Among(name, self._values(name, tree))

    def _settled(self, tree: Tree) -> Condition:
        """Return whether readings have the values asked for; that is known when the pack is."""
        holds = True
        asked = tuple((key, child.value) for key, child in tree.entries().items())
        for key, child in tree.entries().items():
            if key not in self.readings:
                child.wrong(f"unknown reading {key!r}", "one of " + ", ".join(self.readings))
            elif self.readings[key] != child.value:
                holds = False
        return Constant(holds, asked)

    def _operators(self, fact: str, tree: Tree) -> Condition:
        entries = tree.entries()
        for name, child in entries.items():
            if name not in OPERATORS:
                child.wrong(f"unknown operator {name!r}", "one of " + ", ".join(OPERATORS))
        or_unknown = tree.truth("or_unknown")
        parts: list[Condition] = []
        for name, child in entries.items():
            if name in ("is", "is_not"):
                values = self._values(fact, child)
                parts.append(Among(fact, values, name == "is_not", or_unknown))
            elif name in COMPARISONS:
                if fact not in NUMBERS:
                    child.wrong(f"{fact} is not a number", "is or is_not")
                parts.append(Compared(fact, name, self.bound(child), or_unknown))
            elif name == "known":
                parts.append(Known(fact, tree.truth("known")))
        if not parts:
            tree.wrong("no operator", "one of " + ", ".join(OPERATORS))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def bound(self, tree: Tree) -> Decimal | None:
        """Return a number, or the value of the reading it names (None while that is not set)."""
        if not tree.is_mapping:
            return tree.as_decimal()
        return self.figure(tree, self.chosen(tree))

    def figure(self, tree: Tree, value: Any) -> Decimal | None:
        """Return a reading's value as a number, None while it is not set."""
        if value is None:
            return None
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite():
            tree.wrong(f"the reading's {value!r} is not a number", "a number such as 200 or 0.25")
            return None
        return tree.within_reason(number)

    def chosen(self, tree: Tree) -> Any:
        """Return the value of the reading that a mapping `{reading: key}` names."""
        child = tree.get("reading", required=True)
        tree.done()
        if child is None:
            return None
        key = child.as_text()
        if key not in self.readings:
            child.wrong(f"unknown reading {key!r}", "one of " + ", ".join(self.readings))
            return None
        return self.readings[key]

    def _values(self, fact: str, tree: Tree) -> frozenset[Any]:
        return frozenset(self._value(fact, item) for item in tree.items())

    def _value(self, fact: str, tree: Tree) -> Any:
        value = tree.value
        if value is MISSING or value is None:
            tree.wrong("not a value", "a word, number, true or false")
        elif fact in TRUE_OR_FALSE:
            if not isinstance(value, bool):
                tree.wrong("not true or false", "true or false")
        elif fact in NUMBERS:
            if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
                tree.wrong("not a number", "a number")
        else:
            value = self._word(fact, tree)
        return value

    def _word(self, fact: str, tree: Tree) -> str:
        if fact in DEPARTMENT_FACTS:
            return self.known(tree, self.departments, "department")
        if fact in CHOICES:
            return self.known(tree, frozenset(CHOICES[fact]), fact)
        if fact == "closing_mode":
            return self.known(tree, frozenset(CLOSING_MODES), "closing mode")
        what = "grade" if fact == "recurs_from" else fact
        known = self.terms.get(what)
        return tree.as_text() if known is None else self.known(tree, known, what)
