"""What a pack names: its facts, people, departments, categories, fields and readings.

`source` is always a tuple of fact ids of the regulation.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from regulations.engine.calendar import Hours
from regulations.engine.conditions import ALWAYS, Condition
from regulations.engine.periods import Period

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
    above: str | None = None  # of a department: the one that supervises it


@dataclass(frozen=True, slots=True)
class Opening:
    """Named hours of the regulation: of a channel, or in which some clocks run."""

    name: str
    hours: Hours
    source: Source


# The pages for the public, and the mailbox for complaints.
DOORS = ("portal", "mail")


@dataclass(frozen=True, slots=True)
class Channel:
    """A way on which complaints come in; `opening` names its hours, None where none are stated.

    `door` is the part of this system through which it does by itself, one of `DOORS`; `receipt` the
    facts by which whoever complains is told at once that it was received, empty where none asks for it.
    """

    name: str
    aliases: tuple[str, ...] = ()
    opening: str | None = None
    source: Source = ()
    door: str | None = None
    receipt: Source = ()


@dataclass(frozen=True, slots=True)
class Urgency:
    """How pressing a case is, beside its grade; the highest one whose condition holds counts.

    `when` None is only chosen by a person; `usual` marks the one of a case about which nothing
    is said.
    """

    name: str
    when: Condition | None = None
    usual: bool = False
    source: Source = ()


@dataclass(frozen=True, slots=True)
class Post:
    """A post. `of` is a department, `RESPONSIBLE` for the head of whichever handles the case."""

    name: str
    of: str | None = None
    aliases: tuple[str, ...] = ()
    source: Source = ()


@dataclass(frozen=True, slots=True)
class Route:
    """Who answers for a category while a condition holds: a department, or a post of one."""

    first: str
    when: Condition
    source: Source


@dataclass(frozen=True, slots=True)
class Category:
    """A category and who answers for it. `first` is None where it is settled case by case.

    `first_from` names a fact that holds the department instead (服务态度类); of `routes` the first
    that fits stands before `first`. `examples` are what the text lists under the category.
    """

    name: str
    aliases: tuple[str, ...] = ()
    first: str | None = None
    first_from: str | None = None
    supporting: tuple[str, ...] = ()
    clock_category: str | None = None
    source: Source = ()
    routes: tuple[Route, ...] = ()
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """One check of whether a complaint is true; `fact` is what a `verified` event names."""

    fact: str
    text: str
    source: Source


@dataclass(frozen=True, slots=True)
class Verification:
    """Checks that need a result while a condition holds, before `steps` and before closing."""

    when: Condition
    checks: tuple[Check, ...]
    steps: tuple[str, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class Demand:
    """Data that an event must carry to count: its kind and the field.

    What is `written` the person's form insists on; a history may have been written down in short.
    """

    event: str
    field: str
    label: str
    source: Source
    written: bool = False


@dataclass(frozen=True, slots=True)
class YesNo:
    """A question that a person answers with yes or no when a complaint is judged."""

    key: str
    label: str
    source: Source


@dataclass(frozen=True, slots=True)
class ValidityReason:
    """A reason for which a complaint is invalid; `fact` is what a `judged` event names."""

    fact: str
    text: str
    source: Source
    explained: bool = False  # the person's form insists on a reason in words


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
    datetime, and of an act's field also people. `fact` is the engine's fact that it feeds. Where a
    bool is true, its label is noted in the text `noted_in` and `leaves_open` stays empty. `public`:
    whoever complains can know it and is asked for it where they enter their complaint themselves.
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
    noted_in: str | None = None
    leaves_open: str | None = None
    public: bool = False


@dataclass(frozen=True, slots=True)
class Added:
    """A field that the form of an act has beside its own, because the regulation asks for it."""

    event: str
    field: Field


@dataclass(frozen=True, slots=True)
class Mark:
    """What a record is shown as where its field has a value: an oral promise is a void one."""

    field: str
    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Record:
    """Something that people put down beside the loop: a meeting, a promise, a partner that is liable.

    `once` allows one of them in a case. `follows` names the record that it decides on: there must
    be one that is not decided yet, and an amount is not above the one asked for there.
    """

    key: str
    label: str
    fields: tuple[Field, ...]
    source: Source
    once: bool = False
    follows: str | None = None
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class SubtaskSort:
    """A sort of sub-task: given to a department with a due moment, awaited before `steps`.

    `party` lets it be carried out by a third party that the department looks after. `checked`: it
    is done when its effect has been checked, not when it is answered.
    """

    key: str
    label: str
    steps: tuple[str, ...]
    source: Source
    party: bool = False
    checked: bool = False


@dataclass(frozen=True, slots=True)
class Single:
    """An act that a case has once."""

    event: str
    source: Source


@dataclass(frozen=True, slots=True)
class TouchPoint:
    """Who talks to the customer first while a condition holds, whoever the matter belongs to."""

    department: str
    when: Condition
    source: Source


@dataclass(frozen=True, slots=True)
class Reply:
    """A text with which customers are answered in one voice."""

    key: str
    title: str
    text: str
    source: Source


@dataclass(frozen=True, slots=True)
class Tally:
    """What is counted over many cases: the answers to a field, `by` another field or all together.

    `of` is the key of an intake field, or `conclusion` for what was last found.
    """

    key: str
    label: str
    of: str
    source: Source
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Numbering:
    """How cases are numbered: a str.format pattern over year, yy (its last two digits), month, serial.

    `reset` is month, year or none. `setting` marks a pattern that the house chose.
    """

    pattern: str
    reset: str
    prefix: str = ""
    source: Source = ()
    setting: bool = False

    def number(self, day: date, serial: int) -> str:
        """Return the number of the `serial`-th case of the period that a local date lies in.

        Raises what str.format does for a pattern with other names than the four.
        """
        parts = {"year": day.year, "yy": day.year % 100, "month": day.month, "serial": serial}
        return self.prefix + self.pattern.format(**parts)


@dataclass(frozen=True, slots=True)
class Reading:
    """An open point of the text: the reading taken, the other one, and the facts it touches.

    `value` is what holds. `setting` marks a figure that the house sets; it may be None. `words`
    says in words what values that are codes stand for.
    """

    key: str
    label: str
    value: Any
    alternatives: tuple[Any, ...]
    source: Source
    setting: bool = False
    words: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Retention:
    """How long something is kept: `period` None where the text gives no figure."""

    what: str
    period: Period | None
    source: Source


@dataclass(frozen=True, slots=True)
class Scoring:
    """How a department's score is weighted: shares by part, which add up to 1.

    `excluded` are departments that are not scored.
    """

    weights: tuple[tuple[str, Decimal], ...]
    excluded: tuple[str, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class Periodic:
    """Something due for each period over many cases: a ranking, an audit sample, a briefing.

    `report` says which report of the product it is, None for none; `by` the department that makes it,
    None for the one that owns complaints.
    """

    key: str
    text: str
    source: Source
    every: str | None = None
    share: Decimal | None = None
    report: str | None = None
    by: str | None = None
