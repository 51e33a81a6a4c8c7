"""Rules as tables: a section of a pack with the columns that say something in it."""

from collections.abc import Iterable
from dataclasses import dataclass

from regulations.engine.terms import Source
from regulations.lines import SECTIONS, Line, by_section


@dataclass(frozen=True)
class Row:
    """One rule: (header, cell) by column, the facts it rests on, whether a reading lets it hold."""

    cells: tuple[tuple[str, str], ...]
    source: Source
    in_use: bool


@dataclass(frozen=True)
class Table:
    """One section of a pack."""

    key: str
    label: str
    headers: tuple[str, ...]
    rows: tuple[Row, ...]


def tables(lines: tuple[Line, ...], sections: Iterable[str]) -> list[Table]:
    """Return the sections that have lines, in this order."""
    found = by_section(lines)
    return [table(section, found[section]) for section in sections if section in found]


def table(section: str, lines: Iterable[Line], without: int = 0) -> Table:
    """Return lines as a table; its first `without` columns, and empty ones, are left out."""
    rows = list(lines)
    headers = [str(header) for header in SECTIONS[section].headers]
    used = [
        place for place in range(without, len(headers)) if any(line.cells[place] for line in rows)
    ]
    return Table(
        key=section,
        label=str(SECTIONS[section].label),
        headers=tuple(headers[place] for place in used),
        rows=tuple(
            Row(
                tuple((headers[place], line.cells[place]) for place in used),
                line.source,
                line.in_use,
            )
            for line in rows
        ),
    )
