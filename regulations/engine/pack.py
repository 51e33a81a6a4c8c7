"""A regulation pack: one version of one regulation as a frozen value; reading.py makes it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from regulations.engine.calendar import Hours
from regulations.engine.conditions import Condition
from regulations.engine.printed import Blank, Form
from regulations.engine.rules import (
    SUPPORTING,
    ApprovalRule,
    Band,
    ClockRow,
    ClockRule,
    ClosingMode,
    Criterion,
    ExtensionRule,
    FlagRule,
    GateRule,
    Level,
    Lift,
    Need,
    Pattern,
    PauseRule,
    PenaltyRule,
    ReportRule,
    Reward,
    TaskRule,
)
from regulations.engine.terms import (
    RESPONSIBLE,
    Added,
    Category,
    Channel,
    Check,
    Control,
    Demand,
    Fact,
    Field,
    Numbering,
    Opening,
    Periodic,
    Post,
    Question,
    Reading,
    Record,
    Reply,
    Retention,
    Route,
    Scoring,
    Single,
    Source,
    SubtaskSort,
    Tally,
    Term,
    TouchPoint,
    Urgency,
    ValidityReason,
    Verification,
    YesNo,
)

__all__ = [
    "RESPONSIBLE",
    "SUPPORTING",
    "Added",
    "ApprovalRule",
    "Band",
    "Blank",
    "Category",
    "Channel",
    "Check",
    "ClockRow",
    "ClockRule",
    "ClosingMode",
    "Control",
    "Criterion",
    "Demand",
    "ExtensionRule",
    "Fact",
    "Field",
    "FlagRule",
    "Form",
    "GateRule",
    "Level",
    "Lift",
    "Need",
    "Numbering",
    "Opening",
    "Pack",
    "Pattern",
    "PauseRule",
    "PenaltyRule",
    "Periodic",
    "Post",
    "Question",
    "Reading",
    "Record",
    "Reply",
    "ReportRule",
    "Retention",
    "Reward",
    "Route",
    "Scoring",
    "Single",
    "Source",
    "SubtaskSort",
    "Tally",
    "TaskRule",
    "Term",
    "TouchPoint",
    "Urgency",
    "ValidityReason",
    "Verification",
    "YesNo",
    "own_name",
]


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
    beneath: str | None  # the code of the group's regulation, which this one may narrow
    departments: tuple[Term, ...]
    posts: tuple[Post, ...]
    openings: tuple[Opening, ...]
    office: Hours | None
    channels: tuple[Channel, ...]
    customer_kinds: tuple[Term, ...]
    kinds: tuple[str, ...]
    intake: tuple[Field, ...]
    projects: tuple[str, ...]
    numbering: Numbering
    validity: tuple[ValidityReason, ...]
    validity_questions: tuple[YesNo, ...]
    verifications: tuple[Verification, ...]
    demands: tuple[Demand, ...]
    added: tuple[Added, ...]
    records: tuple[Record, ...]
    subtasks: tuple[SubtaskSort, ...]
    single: tuple[Single, ...]
    touch_points: tuple[TouchPoint, ...]
    replies: tuple[Reply, ...]
    tallies: tuple[Tally, ...]
    conduct: Source  # how customers are to be met, said to whoever takes a complaint in
    screening: Source  # what lets whoever takes a complaint in judge it first
    categories: tuple[Category, ...]
    clock_categories: tuple[Term, ...]
    urgencies: tuple[Urgency, ...]
    grades: tuple[Level, ...]
    lifts: tuple[Lift, ...]
    manual_grade: Source
    assignment: Source
    other_departments: Source  # what says that the departments listed are not all there are
    clocks: tuple[ClockRule, ...]
    extensions: tuple[ExtensionRule, ...]
    extension_reason: Source
    pauses: tuple[PauseRule, ...]
    reports: tuple[ReportRule, ...]
    tasks: tuple[TaskRule, ...]
    approvals: tuple[ApprovalRule, ...]
    conclusions: tuple[str, ...]
    plan_options: tuple[str, ...]
    gates: tuple[GateRule, ...]
    closing: tuple[ClosingMode, ...]
    closing_signer: ApprovalRule | None
    survey: tuple[Question, ...]
    penalties: tuple[PenaltyRule, ...]
    rewards: tuple[Reward, ...]
    scoring: Scoring | None
    flags: tuple[FlagRule, ...]
    counted_kinds: tuple[str, ...]
    counted_when: Condition
    rate_source: Source
    periodic: tuple[Periodic, ...]
    retention: tuple[Retention, ...]
    forms: tuple[Form, ...]
    readings: tuple[Reading, ...]
    facts: Mapping[str, Fact]
    unused: Mapping[str, str]
    cited: frozenset[str]  # the facts that some rule or term rests on
    asked: frozenset[str]  # the facts that some condition asks for
    warn_before: Decimal
    _events: frozenset[str] = field(init=False, repr=False, compare=False)
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
            ("_events", _events_of(self)),
            ("_ranks", {level.name: rank for rank, level in enumerate(self.grades)}),
        ):
            frozen = value if isinstance(value, frozenset) else MappingProxyType(value)
            object.__setattr__(self, name, frozen)

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

    def place_of(self, term: str) -> str | None:
        """Return the department that a department or a post of one stands for, else None."""
        department = self.department(term)
        if department is not None:
            return department
        own = self.post(term)
        return next((post.of for post in self.posts if post.name == own), None)

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

    def stops(self, rule: str, source: Source) -> frozenset[str]:
        """Return the kinds of events that stop a clock, named by its rule and the row that holds."""
        rows = (row for clock in self.clocks if clock.id == rule for row in clock.rows)
        return frozenset(stop.event for row in rows if row.source == source for stop in row.stops)

    def record(self, key: str | None) -> Record | None:
        """Return a kind of record by its key, None for an unknown one."""
        return next((one for one in self.records if one.key == key), None)

    def subtask(self, key: str | None) -> SubtaskSort | None:
        """Return a sort of sub-task by its key, None for an unknown one."""
        return next((one for one in self.subtasks if one.key == key), None)

    def above(self, department: str | None) -> str | None:
        """Return the department that supervises another one, None for none."""
        return next((one.above for one in self.departments if one.name == department), None)

    def touch_point(self, view: Mapping[str, Any]) -> TouchPoint | None:
        """Return who talks to the customer first, None where the regulation does not say."""
        return next((one for one in self.touch_points if one.when.holds(view)), None)

    @property
    def events(self) -> frozenset[str]:
        """Return the kinds of events that some rule speaks of."""
        return self._events

    def basis(self, source: Source) -> str:
        """Return the basis of a row in words: the regulation's short title, clauses and lines."""
        rows = [self.facts[name] for name in source if name in self.facts]
        words = "；".join(f"{row.clause} {row.line}" for row in rows)
        return f"{self.short_title} {words}".strip()


def own_name(terms: Iterable[Term | Channel], word: str) -> str | None:
    """Return the name of the term that a spelling means, None for an unknown one."""
    return next((one.name for one in terms if word in (one.name, *one.aliases)), None)


def _by_spelling(terms: tuple[Term, ...] | tuple[Post, ...]) -> dict[str, str]:
    return {word: term.name for term in terms for word in (term.name, *term.aliases)}


def _events_of(pack: Pack) -> frozenset[str]:
    rows = [row for clock in pack.clocks for row in clock.rows]
    needs = [need for mode in pack.closing for need in mode.needs]
    needs += [gate.need for gate in pack.gates]
    patterns = [
        *(start for clock in pack.clocks for start in clock.starts),
        *(stop for row in rows for stop in row.stops),
        *(pattern for need in needs for pattern in need.met),
        *(sign for mode in pack.closing for sign in mode.signs),
    ]
    steps = {gate.step for gate in pack.gates} | {demand.event for demand in pack.demands}
    steps |= {one.event for one in pack.single} | ({"screened"} if pack.screening else set())
    steps |= {"recorded"} if pack.records else set()
    steps |= {"subtask_given", "subtask_signed", "subtask_answered"} if pack.subtasks else set()
    steps |= {"subtask_checked"} if any(one.checked for one in pack.subtasks) else set()
    return frozenset({pattern.event for pattern in patterns} | steps)
