"""What changes for one case when it is judged under another pack. Pure: values in, values out."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from regulations.engine.verdict import Clock, Verdict

LATE = frozenset({"late", "overdue"})


@dataclass(frozen=True, slots=True)
class Side:
    """What one version says of a case: grade, clocks that ran late, what its lapses cost.

    `late` holds stages, each once for each clock of it that was late. `money` is in CNY; charges
    that a person decides within a range, and sanctions, are counted in `undecided`.
    """

    grade: str | None
    department: str | None
    late: tuple[str, ...]
    money: Decimal
    undecided: int

    @classmethod
    def of(cls, verdict: Verdict) -> "Side":
        amounts = [row.amount for row in verdict.penalties]
        return cls(
            grade=verdict.grade.name,
            department=verdict.responsible.first,
            late=tuple(sorted(clock.stage for clock in verdict.clocks if _is_late(clock))),
            money=sum((amount for amount in amounts if amount is not None), Decimal(0)),
            undecided=sum(amount is None for amount in amounts),
        )


def _is_late(clock: Clock) -> bool:
    return clock.state in LATE


@dataclass(frozen=True, slots=True)
class Compared:
    """One case under both: its number, the place and month it is counted in, and the two sides."""

    case: int
    number: str
    department: str
    month: str
    before: Side
    after: Side

    @property
    def changes(self) -> bool:
        """Whether the draft says anything else of the case."""
        return self.before != self.after

    def as_json(self) -> dict[str, Any]:
        """Return plain values; amounts as text with two places."""
        row = asdict(self)
        for side in (row["before"], row["after"]):
            side["money"] = f"{side['money']:.2f}"
            side["late"] = list(side["late"])
        return row


@dataclass(slots=True)
class Tally:
    """Sums over some cases: how many, how many change, late clocks and money on both sides."""

    cases: int = 0
    changed: int = 0
    regraded: int = 0
    late_before: int = 0
    late_after: int = 0
    became_late: int = 0
    came_in_time: int = 0
    money_before: Decimal = Decimal(0)
    money_after: Decimal = Decimal(0)

    def add(self, one: Compared) -> None:
        """Count one case."""
        before, after = one.before, one.after
        self.cases += 1
        self.changed += one.changes
        self.regraded += before.grade != after.grade
        self.late_before += len(before.late)
        self.late_after += len(after.late)
        self.became_late += len(_more(after.late, before.late))
        self.came_in_time += len(_more(before.late, after.late))
        self.money_before += before.money
        self.money_after += after.money

    def as_json(self) -> dict[str, Any]:
        row = asdict(self)
        return row | {key: f"{row[key]:.2f}" for key in ("money_before", "money_after")}


def _more(some: Iterable[str], others: Iterable[str]) -> list[str]:
    """Return the stages that `some` holds more often than `others`, each as often."""
    left = list(others)
    more = []
    for stage in some:
        if stage in left:
            left.remove(stage)
        else:
            more.append(stage)
    return more
