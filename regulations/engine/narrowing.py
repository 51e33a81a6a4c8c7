"""Whether a unit's own rules beneath those of its group narrow them: never more time, none left out."""

from collections.abc import Iterator
from dataclasses import dataclass

from regulations.engine.pack import ClockRow, ClockRule, Pack, Source
from regulations.engine.periods import Period

# Units of the clock on the wall, in minutes; time at work is compared with its like alone.
MINUTES = {"minutes": 1, "hours": 60, "days": 24 * 60}


@dataclass(frozen=True, slots=True)
class Loosened:
    """A deadline of the group that a unit's pack does not keep, with the group's facts."""

    stage: str
    source: Source


def loosened(group: Pack, own: Pack) -> tuple[Loosened, ...]:
    """Return the deadlines of the group that a unit gives more time, starts elsewhere or leaves out.

    What the group leaves without a figure a unit may set as it likes.
    """
    return tuple(
        Loosened(rule.stage, row.source)
        for rule in group.clocks
        for row in rule.rows
        if row.period is not None and not rule.window
        if not any(_keeps(row.period, mine.period) for mine in _alike(rule, row, own))
    )


def _alike(rule: ClockRule, row: ClockRow, own: Pack) -> Iterator[ClockRow]:
    """Yield the unit's rows for the same stage, the same start and the same cases."""
    for mine in own.clocks:
        if mine.stage == rule.stage and mine.starts == rule.starts:
            yield from (one for one in mine.rows if one.when == row.when)


def _keeps(group: Period, own: Period | None) -> bool:
    if own is None:
        return False
    if own.unit == group.unit:
        later = own.deferred and not group.deferred
        return own.limit <= group.limit and own.within == group.within and not later
    if own.unit in MINUTES and group.unit in MINUTES:
        return not own.deferred and own.limit * MINUTES[own.unit] <= (
            group.limit * MINUTES[group.unit]
        )
    return False
