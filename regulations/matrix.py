"""The clocks of a pack as a matrix: stages and circumstances down, grades (or urgencies) across."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from regulations.condition_words import narrowing
from regulations.engine.conditions import ALWAYS, All, Among, Condition, ruled_out
from regulations.engine.pack import ClockRow, ClockRule, Pack
from regulations.engine.terms import Source
from regulations.lines.line import Line
from regulations.lines.rules import clock_line

AXES = ("grade", "urgency")  # what stands across; the first one that a clock asks for


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of a row: in words, and the facts it rests on, for one or more `columns`."""

    columns: tuple[str, ...]
    figure: str
    counting: str
    source: Source
    in_use: bool

    @property
    def span(self) -> int:
        """Return over how many columns the figure stands."""
        return len(self.columns)


@dataclass(slots=True)
class Row:
    """One circumstance of one clock: `cells` by column, None where no figure is for it."""

    stage: str
    when: str
    starts: str
    stops: list[str]
    who: str
    notes: str
    cells: list[Cell | None] = field(default_factory=list)

    @property
    def counting(self) -> str:
        """Return how all of its figures are counted, empty where they are counted otherwise."""
        ways = {cell.counting for cell in self.cells if cell is not None}
        return ways.pop() if len(ways) == 1 else ""


@dataclass(frozen=True, slots=True)
class Matrix:
    """`columns` are the names across; empty where no clock tells grades or urgencies apart."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def clock_matrix(pack: Pack) -> Matrix:
    """Return a pack's clocks; a figure stands under each grade for which it is the first to fit."""
    axis = next((one for one in AXES if _asked(pack, one)), None)
    columns = tuple(_names(pack, axis)) if axis else (_("时限"),)
    rows = [row for rule in pack.clocks for row in _rows(rule, axis, columns, pack)]
    return Matrix(columns if axis else (), tuple(rows))


def _asked(pack: Pack, axis: str) -> bool:
    return any(_values(row.when, axis) for rule in pack.clocks for row in rule.rows)


def _names(pack: Pack, axis: str) -> Iterable[str]:
    levels = pack.grades if axis == "grade" else pack.urgencies
    return (level.name for level in levels)


def _rows(rule: ClockRule, axis: str | None, columns: Sequence[str], pack: Pack) -> list[Row]:
    """Return a row for each circumstance that a clock tells apart beside the columns."""
    found: dict[str, Row] = {}
    for figure in rule.rows:
        values = _values(figure.when, axis) or frozenset(columns)
        when = narrowing(_without(figure.when, axis), pack) or _otherwise(found)
        line = clock_line(rule, figure, pack)
        stage, _figure, _when, starts, stops, who, _counting, notes = line.cells
        row = found.setdefault(
            when, Row(stage, when, starts, [], who, notes, [None] * len(columns))
        )
        row.stops += [] if stops in row.stops else [stops]
        for place, name in enumerate(columns):
            if name in values and row.cells[place] is None:
                row.cells[place] = _cell(name, line, figure)
    return [_joined(row) for row in found.values()]


def _otherwise(found: Collection[str]) -> str:
    """Return what a row without a circumstance is for, after those that have one."""
    return _("其余情况") if found and "" not in found else ""


def _cell(column: str, line: Line, figure: ClockRow) -> Cell:
    in_use = not ruled_out(figure.when)
    return Cell((column,), line.cells[1], line.cells[6], figure.source, in_use)


def _joined(row: Row) -> Row:
    """Let equal figures of the same clauses side by side be one wide cell."""
    cells: list[Cell | None] = []
    for cell in row.cells:
        last = cells[-1] if cells else None
        if cell is not None and last is not None and _same(last, cell):
            cells[-1] = replace(cell, columns=(*last.columns, *cell.columns))
        else:
            cells.append(cell)
    row.cells = cells
    return row


def _same(one: Cell, other: Cell) -> bool:
    return replace(one, columns=other.columns) == other


def _values(condition: Condition, axis: str | None) -> frozenset[str]:
    """Return the values of the axis that a condition asks for, none where it asks for none."""
    for part in _parts(condition):
        if isinstance(part, Among) and part.fact == axis and not part.negated:
            return part.values
    return frozenset()


def _without(condition: Condition, axis: str | None) -> Condition:
    """Return what a condition asks for beside the axis."""
    rest = tuple(
        part
        for part in _parts(condition)
        if not (isinstance(part, Among) and part.fact == axis and not part.negated)
    )
    return All(rest) if rest else ALWAYS


def _parts(condition: Condition) -> tuple[Condition, ...]:
    return condition.parts if isinstance(condition, All) else (condition,)
