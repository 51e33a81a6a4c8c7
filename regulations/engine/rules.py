"""What a pack rules: grades, clocks, reports, signatures, gates, closing, penalties and rewards.

`source` is always a tuple of fact ids of the regulation.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from regulations.engine.conditions import ALWAYS, NEVER, Condition
from regulations.engine.periods import Period
from regulations.engine.terms import Source

SUPPORTING = "supporting"  # each department that supports the responsible one


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion of a grade. With `after`, it holds only once that long has passed unresolved.

    A criterion also holds when one of its fact ids stands among the case's `tags`. One that a
    reading rules out is not in the pack.
    """

    id: str
    when: Condition
    source: Source
    text: str
    after: Period | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """A grade with its criteria, any of which suffices; `otherwise` marks the remaining one.

    `requires` are criteria all of which this grade needs: each that is known to fail lifts the
    case to the next grade. A grade is given only while `when` holds.
    """

    name: str
    criteria: tuple[Criterion, ...]
    otherwise: Source | None = None
    source: Source = ()
    requires: tuple[Criterion, ...] = ()
    when: Condition = ALWAYS


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

    `has` names fields that must be filled in, with whatever value. `since` names a kind: only events after the last one of that kind count. `in_round` leaves out
    what came before the last dissatisfied follow-up or failed review.
    """

    event: str
    data: Mapping[str, frozenset[Any]] = field(default_factory=lambda: MappingProxyType({}))
    since: str | None = None
    in_round: bool = False
    has: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClockRow:
    """One figure of a clock and the cases it is for; `period` None names a stage without figure.

    `promised` names a field of the start event that holds the due day. `at_work` lets the clock
    begin in working time only. `counted_from` names a fact, a moment, from which the period counts
    in place of the start.
    """

    when: Condition
    period: Period | None
    source: Source
    stops: tuple[Pattern, ...]
    promised: str | None = None
    at_work: bool = False
    counted_from: str | None = None


@dataclass(frozen=True, slots=True)
class ClockRule:
    """A deadline: where it starts, what stops it, and its figures; the first row that fits holds.

    `each` starts a clock at every start event, else only the first of a cycle starts one. `again`
    starts it anew when a case is reopened. `until_closing` stops it at the confirmations that
    closing needs or at the closing. `who` is receiving, responsible or owner. `once_true` lets it
    start only when one of its rows first fits. `window` is a span in which something is so, not
    one in which something must be done: it just ends. `assumed` is where the figures are borrowed
    because the text is cut off. `pausable` lets it stand while the case waits. `outside` is set by
    somebody else's order, and nobody here can extend it. With `answers`, a field, only an act that
    has the same value there as the start stops it.
    """

    id: str
    stage: str
    starts: tuple[Pattern, ...]
    rows: tuple[ClockRow, ...]
    who: str
    each: bool = False
    again: bool = False
    until_closing: bool = False
    once_true: bool = False
    window: bool = False
    pausable: bool = False
    outside: bool = False
    answers: str | None = None
    assumed: Condition = NEVER


@dataclass(frozen=True, slots=True)
class PauseRule:
    """A reason for which clocks may stand; `longest` ends the pause by itself.

    `by` is the post that must sign for it, None where nobody need.
    """

    reason: str
    source: Source
    longest: Period | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class ExtensionRule:
    """Who signs for a time that cannot be kept; a written reason is needed."""

    by: str
    when: Condition
    source: Source
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportRule:
    """Who must be told, from the first event that `on` means at which the condition holds.

    A complaint found invalid is told of to nobody, but by a rule that is `invalid`. With `late`, a
    stage, they are told once a clock of that stage has so many late `days` and the condition held;
    None is a number of days that the house has not set.
    """

    to: str
    on: Pattern
    when: Condition
    source: Source
    invalid: bool = False
    late: str | None = None
    days: int | None = 1


@dataclass(frozen=True, slots=True)
class TaskRule:
    """Something that must be done beside the loop, by a post or department, and recorded as done.

    It arises at the first event that `on` means at which the condition holds, once in a case.
    """

    id: str
    to: str
    text: str
    on: Pattern
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

    `bands` charge late days. A recorded offence names any id of `source`; where the clause names
    several `subjects`, it says which of them is meant, the first one if it does not. `range` is
    what a person decides within, both ends included. `decided_by` is the post that the clause
    names for the decision, None where it names none. `leaders` is the post that it means by
    leaders, where one of its subjects are they.
    """

    id: str
    subjects: tuple[str, ...]
    source: Source
    text: str
    when: Condition = ALWAYS
    stage: str | None = None
    amount: Decimal | None = None
    range: tuple[Decimal, Decimal] | None = None
    sanction: str | None = None
    bands: tuple[Band, ...] = ()
    decided_by: str | None = None
    leaders: str | None = None


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
class FlagRule:
    """A mark that people should see while the condition holds."""

    name: str
    when: Condition
    source: Source
    text: str
