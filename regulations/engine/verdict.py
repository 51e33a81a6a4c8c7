"""What a regulation says about one case at one moment.

Every row names its `source`: the ids of the facts of the regulation it rests on. All datetimes are
aware and in Asia/Shanghai; amounts are `Decimal` with two places, in CNY. All values are frozen
and hashable, so that two verdicts can be compared row by row.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

Source = tuple[str, ...]

# The words of replay.md for what a row is about.
STAGES = tuple(
    [
        "transfer",
        "registration",
        "response",
        "dispatch",
        "acceptance",
        "visit",
        "investigation",
        "sampling",
        "report",
        "sheet",
        "plan",
        "staff_plan",
        "temporary_measure",
        "permanent_measure",
        "customer_talk",
        "execution",
        "inform",
        "followup",
        "close",
        "answer",
        "repeat_window",
        "emergency",
        "combined_opinion",
        "improvement",
        "outside",
        "subtask",
        "evidence",
    ]
)
APPROVALS = tuple(
    [
        "plan",
        "plan_organiser",
        "extension",
        "close",
        "compensation",
        "cost",
        "legal",
        "payment",
        "staff_plan",
        "sheet",
        "measure",
        "exception",
        "objection",
        "countersign",
    ]
)
MISSING = tuple(
    [
        "conclusion",
        "verification",
        "report",
        "plan",
        "approval",
        "countersignature",
        "agreement",
        "result",
        "customer_confirmation",
        "property_confirmation",
        "followup",
        "review",
        "documents",
        "staff_plan",
        "execution",
        "order_answer",
        "subtask",
    ]
)
SUBJECTS = tuple(
    [
        "handler",
        "responsible_person",
        "department_head",
        "customer_service",
        "department",
        "leaders",
    ]
)


@dataclass(frozen=True, slots=True)
class Grade:
    """The grade that holds, or `None` where the regulation has none or nothing matches."""

    name: str | None = None
    source: Source = ()


@dataclass(frozen=True, slots=True)
class Responsible:
    """The first responsible department and those that support it, as terms of the pack."""

    first: str | None = None
    supporting: tuple[str, ...] = ()
    source: Source = ()


@dataclass(frozen=True, slots=True)
class Clock:
    """One deadline. `key` is stable: the same clock has the same key in every later verdict.

    `key` is built from the rule's id, the cycle and the ordinal of the start event in that cycle.
    `state` is one of met, late, running, overdue, paused, void, no_limit. `due_at` is inclusive:
    a stop at the due moment is in time. `late_days` counts local dates (replay.md, rule 8).
    `explanation` is the way of counting as data, for a page to put into words.
    """

    key: str
    rule: str
    stage: str
    source: Source
    cycle: int
    started_at: datetime
    due_at: datetime | None
    warn_at: datetime | None
    stopped_at: datetime | None
    state: str
    late_days: int
    department: str | None = None
    extended: bool = False
    basis: str | None = None
    calendar: str | None = None
    explanation: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """Somebody must be told: a post or department of the pack, from the moment `at`."""

    to: str
    at: datetime
    source: Source


@dataclass(frozen=True, slots=True)
class Task:
    """Something that the regulation wants done beside the loop, from the moment `at`.

    `id` is the rule's, `to` the post or department of the pack that it is for, `done_at` when it
    was recorded as done.
    """

    id: str
    to: str
    at: datetime
    source: Source
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Approval:
    """A signature that is needed (`at` is None) or was given (`at` set), by a post of the pack."""

    what: str
    by: str
    source: Source
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Penalty:
    """A proposed charge. `key` is stable and unique in the case: one offence, one row.

    Exactly one of `amount`, `range` (inclusive, decided by a person) and `sanction` is set, but a
    sanction may stand beside an amount. `days` is (first, last) of the overdue days, inclusive.
    `moments` says when it was incurred: the start of each of the days, else the one moment of the
    breach. `rule` is the id of the pack's rule, `act` the place in the history of the event that
    recorded it, where no clock did.
    """

    key: str
    source: Source
    subject: str
    amount: Decimal | None = None
    range: tuple[Decimal, Decimal] | None = None
    sanction: str | None = None
    days: tuple[int, int] | None = None
    clock: str | None = None
    rule: str = ""
    cycle: int = 1
    moments: tuple[datetime, ...] = ()
    act: int | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that stands in the way; `what` is a word of `replay.md`'s list."""

    what: str
    source: Source
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """Whether the regulation lets the case be closed now, and what is missing if not."""

    ready: bool
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True)
class Gate:
    """A step (an event kind) that the regulation does not allow yet, and what it waits for."""

    step: str
    what: str
    source: Source
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """An event of the history that has no effect, and why. `index` is its place in the history."""

    index: int
    kind: str
    reason: str
    source: Source
    accepted: str | None = None


@dataclass(frozen=True, slots=True)
class Flag:
    """A mark that people should see, such as `out_of_scope` or `calendar_provisional`."""

    name: str
    source: Source = ()


@dataclass(frozen=True, slots=True)
class Derived:
    """Something that follows by itself at `at`: derived.warned, derived.overdue, derived.upgraded.

    `key` is unique in the case; the live system appends one event for each key, once. `subject`
    is the clock's key, or the new grade.
    """

    key: str
    kind: str
    at: datetime
    subject: str
    source: Source


@dataclass(frozen=True, slots=True)
class Verdict:
    """Everything the regulation says about one history at one moment.

    `gates` says which steps would be refused if they came next *or, for a step that is the last
    event of the history, which of its own conditions are not met*. `derived` holds everything that
    has followed by itself up to and including the moment; `next_moment` is the next instant at
    which a verdict over the same history changes by itself, or None. `waiting` is a paused case.
    """

    regulation: str
    grade: Grade
    responsible: Responsible
    clocks: tuple[Clock, ...]
    reports: tuple[Report, ...]
    tasks: tuple[Task, ...]
    approvals: tuple[Approval, ...]
    penalties: tuple[Penalty, ...]
    closing: Closing
    gates: tuple[Gate, ...]
    refused: tuple[Refusal, ...]
    flags: tuple[Flag, ...]
    derived: tuple[Derived, ...]
    counts_in_rate: bool
    waiting: bool
    next_moment: datetime | None
