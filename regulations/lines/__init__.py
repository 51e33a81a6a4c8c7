"""A pack in words: every rule as a line with the facts it rests on."""

from collections.abc import Mapping

from regulations.engine.pack import Pack
from regulations.lines.beside import beside_lines
from regulations.lines.line import SECTIONS, Line, Section
from regulations.lines.rules import rule_lines
from regulations.lines.terms import term_lines

__all__ = ["SECTIONS", "Line", "Section", "by_fact", "by_section", "lines_of"]


def lines_of(pack: Pack) -> tuple[Line, ...]:
    """Return every rule of a pack in words, in the order of `SECTIONS`."""
    order = list(SECTIONS)
    lines = [*rule_lines(pack), *term_lines(pack), *beside_lines(pack)]
    return tuple(sorted(lines, key=lambda line: order.index(line.section)))


def by_section(lines: tuple[Line, ...]) -> dict[str, list[Line]]:
    """Return lines by section, in the order of `SECTIONS`; a section without lines is left out."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(line.section, []).append(line)
    return found


def by_fact(lines: tuple[Line, ...]) -> Mapping[str, list[Line]]:
    """Return the lines that rest on each fact, by its id."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        for fact in line.source:
            found.setdefault(fact, []).append(line)
    return found
