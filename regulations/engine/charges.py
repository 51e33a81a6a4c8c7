"""Penalties as the ledger keeps them: one charge for each overdue day, else for each occurrence."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from regulations.engine.verdict import Penalty, Source


@dataclass(frozen=True, slots=True)
class Charge:
    """One line of the ledger: what one offence, or one day of it, costs one subject.

    `offence`, `cycle`, `day` and `subject` name it once in the case; `day` is None where no days
    are counted. Exactly as with `Penalty`, one of `amount`, `range` and `sanction` is set at least.
    `key` is that of the verdict's row. `at` is the moment at which it was incurred.
    """

    key: str
    offence: str
    cycle: int
    day: int | None
    subject: str
    source: Source
    rule: str
    at: datetime
    amount: Decimal | None = None
    range: tuple[Decimal, Decimal] | None = None
    sanction: str | None = None
    clock: str | None = None
    act: int | None = None

    @property
    def identity(self) -> tuple[str, int, int | None, str]:
        return self.offence, self.cycle, self.day, self.subject


def charges(penalties: Iterable[Penalty]) -> tuple[Charge, ...]:
    """Return the charges of a verdict's penalties; amounts add up to the same to the cent."""
    return tuple(charge for row in penalties for charge in _split(row))


def _split(row: Penalty) -> Iterator[Charge]:
    numbers = [None] if row.days is None else list(range(row.days[0], row.days[1] + 1))
    share = row.amount if row.amount is None else row.amount / len(numbers)
    for number, moment in zip(numbers, row.moments, strict=True):
        yield Charge(
            key=row.key,
            offence=_offence(row),
            cycle=row.cycle,
            day=number,
            subject=row.subject,
            source=row.source,
            rule=row.rule,
            at=moment,
            amount=share,
            range=row.range,
            sanction=row.sanction,
            clock=row.clock,
            act=row.act,
        )


def _offence(row: Penalty) -> str:
    """Return the offence's name: days are late days of a clock, the rest are counted occurrences.

    What is decided beyond the last band is an offence of its own beside the days.
    """
    if row.days is not None:
        return f"{row.rule}:{row.clock}"
    return row.key
