"""A regulation pack as values: what the regulation says, each rule with the facts it rests on.

`source` is always a tuple of fact ids of the regulation. All values are frozen; reading.py makes
them from YAML.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from regulations.engine.conditions import ALWAYS, Condition
from regulations.engine.periods import Period

Source = tuple[str, ...]
RESPONSIBLE = "responsible"  # the department that handles the case
SUPPORTING = "supporting"  # each department that supports it


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
class Criterion:
    """One criterion of a grade. With `after`, it holds only once that long has passed unresolved.

    A criterion also holds when one of its fact ids stands among the case's `tags`.
    """

    id: str
    when: Condition
    source: Source
    text: str
    after: Period | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """A grade with its criteria, any of which suffices; `otherwise` marks the remaining one."""

    name: str
    criteria: tuple[Criterion, ...]
    otherwise: Source | None = None
    source: Source = ()


@dataclass(frozen=True, slots=True)
class Lift:
    """A grade that rises by one step when a condition holds of a case of the grade `of`."""

    of: str
    to: str
    when: Condition
    source: Source


@dataclass(frozen=True, slots=True)
class Pattern:
    """Which events count: their kind, and the values that their data may have.

    `since` names a kind: only events after the last one of that kind count. `in_round` leaves out
    what came before the last dissatisfied follow-up or failed review.
    """

    event: str
    data: Mapping[str, frozenset[Any]] = field(default_factory=lambda: MappingProxyType({}))
    since: str | None = None
    in_round: bool = False


@dataclass(frozen=True, slots=True)
class ClockRow:
    """One figure of a clock and the cases it is for; `period` None names a stage without figure."""

    when: Condition
    period: Period | None
    source: Source
    stops: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class ClockRule:
    """A deadline: where it starts, what stops it, and its figures; the first row that fits holds.

    `each` starts a clock at every start event, else only the first of a cycle starts one. `again`
    starts it anew when a case is reopened. `until_closing` stops it at the confirmations that
    closing needs or at the closing. `who` is receiving, responsible or owner.
    """

    id: str
    stage: str
    starts: Pattern
    rows: tuple[ClockRow, ...]
    who: str
    each: bool = False
    again: bool = False
    until_closing: bool = False
    basis: str | None = None


@dataclass(frozen=True, slots=True)
class ExtensionRule:
    """Who signs for a time that cannot be kept; a written reason is needed."""

    by: str
    when: Condition
    source: Source
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportRule:
    """Who must be told, from the first event `on` at which the condition holds."""

    to: str
    on: str
    when: Condition
    source: Source


@dataclass(frozen=True, slots=True)
class ApprovalRule:
    """A signature that is needed. `by` may be `SUPPORTING`; `also` may sign in its place.

    `on` names the event from which it is needed, None from the start. `setting` marks a signer
    that the house chose.
    """

    what: str
    by: str
    when: Condition
    source: Source
    also: tuple[str, ...] = ()
    on: str | None = None
    setting: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """Something a step or a closing waits for. Any of `met` fulfils it; else `missing` is listed.

    `approvals` instead asks for the signatures of these kinds that are needed. `closing` asks
    that the case may be closed. `strict` on a closing mode refuses the closing without it.
    """

    what: str
    when: Condition
    source: Source
    met: tuple[Pattern, ...] = ()
    approvals: tuple[str, ...] = ()
    closing: bool = False
    by: str | None = None
    strict: bool = False


@dataclass(frozen=True, slots=True)
class GateRule:
    """What a step of the lifecycle (an event kind) needs."""

    step: str
    need: Need


@dataclass(frozen=True, slots=True)
class ClosingMode:
    """A way of closing: agreed, no_agreement, litigation, invalid; `needs` must all be met.

    `signs` is where closing in this mode lies near: the mode is assumed when such an event is
    there and nobody has said another.
    """

    name: str
    label: str
    needs: tuple[Need, ...]
    source: Source
    signs: tuple[Pattern, ...] = ()


@dataclass(frozen=True, slots=True)
class Band:
    """What late days `first` to `last` (None: all further) cost: per day, or a range once."""

    first: int
    last: int | None
    source: Source
    per_day: Decimal | None = None
    range: tuple[Decimal, Decimal] | None = None
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PenaltyRule:
    """An offence and its price. With `stage`, a missed clock of that stage charges it.

    `bands` charge late days. A recorded offence names any id of `source`.
    """

    id: str
    subject: str
    source: Source
    text: str
    when: Condition = ALWAYS
    stage: str | None = None
    amount: Decimal | None = None
    sanction: str | None = None
    bands: tuple[Band, ...] = ()


@dataclass(frozen=True, slots=True)
class Reward:
    """A reward for a score between two bounds; each bound says whether it is included."""

    amount: Decimal
    source: Source
    at_least: Decimal | None = None
    more_than: Decimal | None = None
    less_than: Decimal | None = None
    at_most: Decimal | None = None


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
class FlagRule:
    """A mark that people should see while the condition holds."""

    name: str
    when: Condition
    source: Source
    text: str


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


@dataclass(frozen=True)
class Pack:
    """One version of one regulation."""

    code: str
    version: int
    title: str
    short_title: str
    issuer: str
    owner_department: str
    control: Control
    in_force_from: date | None
    departments: tuple[Term, ...]
    posts: tuple[Post, ...]
    channels: tuple[Term, ...]
    customer_kinds: tuple[Term, ...]
    kinds: tuple[str, ...]
    intake: tuple[Field, ...]
    projects: tuple[str, ...]
    numbering: Numbering
    validity: tuple[ValidityReason, ...]
    categories: tuple[Category, ...]
    clock_categories: tuple[Term, ...]
    urgencies: tuple[str, ...]
    grades: tuple[Level, ...]
    lifts: tuple[Lift, ...]
    manual_grade: Source
    assignment: Source
    clocks: tuple[ClockRule, ...]
    extensions: tuple[ExtensionRule, ...]
    extension_reason: Source
    reports: tuple[ReportRule, ...]
    approvals: tuple[ApprovalRule, ...]
    conclusions: tuple[str, ...]
    plan_options: tuple[str, ...]
    gates: tuple[GateRule, ...]
    closing: tuple[ClosingMode, ...]
    closing_signer: ApprovalRule | None
    survey: tuple[Question, ...]
    penalties: tuple[PenaltyRule, ...]
    rewards: tuple[Reward, ...]
    flags: tuple[FlagRule, ...]
    counted_kinds: tuple[str, ...]
    rate_source: Source
    periodic: tuple[Periodic, ...]
    forms: tuple[Form, ...]
    readings: tuple[Reading, ...]
    facts: Mapping[str, Fact]
    unused: Mapping[str, str]
    warn_before: Decimal
    _departments: Mapping[str, str] = field(init=False, repr=False, compare=False)
    _posts: Mapping[str, str] = field(init=False, repr=False, compare=False)
    _categories: Mapping[str, Category] = field(init=False, repr=False, compare=False)
    _ranks: Mapping[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name, value in (
            ("_departments", _by_spelling(self.departments)),
            ("_posts", _by_spelling(self.posts)),
            (
                "_categories",
                {word: c for c in self.categories for word in (c.name, *c.aliases)},
            ),
            ("_ranks", {level.name: rank for rank, level in enumerate(self.grades)}),
        ):
            object.__setattr__(self, name, MappingProxyType(value))

    @property
    def reference(self) -> str:
        """Return `code@version`, as verdicts name the pack."""
        return f"{self.code}@{self.version}"

    def department(self, term: str) -> str | None:
        """Return the department that a spelling means, None for an unknown one."""
        return self._departments.get(term)

    def post(self, term: str) -> str | None:
        """Return the post that a spelling means, None for an unknown one."""
        return self._posts.get(term)

    def category(self, term: str | None) -> Category | None:
        """Return the category that a spelling means, None for an unknown one."""
        return None if term is None else self._categories.get(term)

    def signer(self, term: str) -> str:
        """Return a post or department under its own name; an unknown term stays as it is."""
        return self._posts.get(term) or self._departments.get(term) or term

    def rank(self, grade: str | None) -> int:
        """Return a grade's place from low (0) to high, -1 for none or an unknown one."""
        return -1 if grade is None else self._ranks.get(grade, -1)

    def reading(self, key: str) -> Any:
        """Return the value that holds for a reading; raises KeyError for an unknown key."""
        for reading in self.readings:
            if reading.key == key:
                return reading.value
        raise KeyError(key)

    def basis(self, source: Source) -> str:
        """Return the basis of a row in words: the regulation's short title, clauses and lines."""
        rows = [self.facts[name] for name in source if name in self.facts]
        words = "；".join(f"{row.clause} {row.line}" for row in rows)
        return f"{self.short_title} {words}".strip()


def _by_spelling(terms: tuple[Term, ...] | tuple[Post, ...]) -> dict[str, str]:
    return {word: term.name for term in terms for word in (term.name, *term.aliases)}
