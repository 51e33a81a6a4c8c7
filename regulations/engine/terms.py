"""What a pack names: its facts, people, departments, categories, fields, forms and readings.

`source` is always a tuple of fact ids of the regulation.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from regulations.engine.conditions import ALWAYS, Condition

Source = tuple[str, ...]
RESPONSIBLE = "responsible"  # the department that handles the case


@dataclass(frozen=True, slots=True)
class Fact:
    """One numbered fact: its clause as printed, its kind, and one line in our own words."""

    id: str
    clause: str
    kind: str
    line: str


@dataclass(frozen=True, slots=True)
class Control:
    """The document's control block; None where the regulation leaves a date open."""

    drafted: date | None = None
    checked: date | None = None
    reviewed: date | None = None
    approved: date | None = None
    source: Source = ()


@dataclass(frozen=True, slots=True)
class Term:
    """A name of the regulation with its other spellings: a category, channel, customer kind."""

    name: str
    aliases: tuple[str, ...] = ()
    source: Source = ()


@dataclass(frozen=True, slots=True)
class Post:
    """A post. `of` is a department, `RESPONSIBLE` for the head of whichever handles the case."""

    name: str
    of: str | None = None
    aliases: tuple[str, ...] = ()
    source: Source = ()


@dataclass(frozen=True, slots=True)
class Category:
    """A category and who answers for it. `first` is None where it is settled case by case.

    `first_from` names a fact that holds the department instead (服务态度类).
    """

    name: str
    aliases: tuple[str, ...] = ()
    first: str | None = None
    first_from: str | None = None
    supporting: tuple[str, ...] = ()
    clock_category: str | None = None
    source: Source = ()


@dataclass(frozen=True, slots=True)
class ValidityReason:
    """A reason for which a complaint is invalid; `fact` is what a `judged` event names."""

    fact: str
    text: str
    source: Source


@dataclass(frozen=True, slots=True)
class Question:
    """A survey question: yes_no, or a score from `low` to `high`, both included.

    A score below `reason_below` needs a reason.
    """

    key: str
    label: str
    type: str
    source: Source
    low: int | None = None
    high: int | None = None
    reason_below: int | None = None
    reason_source: Source = ()


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the intake form. `when` makes it visible and, with `required`, required.

    `type` is one of text, longtext, phone, choice, multichoice, int, decimal, bool, date,
    datetime. `fact` is the engine's fact that it feeds.
    """

    key: str
    label: str
    type: str
    source: Source
    required: bool = False
    when: Condition = ALWAYS
    options: tuple[tuple[str, str], ...] = ()
    fact: str | None = None
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Numbering:
    """How cases are numbered: a str.format pattern over year, month and serial.

    `reset` is month, year or none. `setting` marks a pattern that the house chose.
    """

    pattern: str
    reset: str
    prefix: str = ""
    source: Source = ()
    setting: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """An open point of the text: the reading taken, the other one, and the facts it touches.

    `value` is what holds. `setting` marks a figure that the house sets; it may be None.
    """

    key: str
    label: str
    value: Any
    alternatives: tuple[Any, ...]
    source: Source
    setting: bool = False


@dataclass(frozen=True, slots=True)
class Periodic:
    """Something due for each period over many cases: a ranking, an audit sample, a briefing."""

    key: str
    text: str
    source: Source
    every: str | None = None
    share: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A printed form and its fields by block, in the order of the paper."""

    key: str
    title: str
    source: Source
    blocks: tuple[tuple[str, tuple[str, ...]], ...] = ()
