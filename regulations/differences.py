"""What one version of a regulation changes against another: clauses, rules and figures, in words."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from regulations.engine.pack import Pack
from regulations.engine.terms import Source
from regulations.lines import SECTIONS, Line, lines_of
from regulations.words import FACT_KINDS

Kind = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class Change:
    """One rule that is new, gone, or says something else.

    `cells` are (header, before, after) of what differs; for a rule that is only in one of the two
    versions, everything that it says. `source` are the facts of both.
    """

    kind: Kind
    section: str
    name: str
    cells: tuple[tuple[str, str, str], ...]
    source: Source

    @property
    def label(self) -> str:
        """Return what sort of rule it is."""
        return str(SECTIONS[self.section].label) if self.section in SECTIONS else _("条款")


def differences(old: Pack, new: Pack) -> list[Change]:
    """Return what differs, in the order of the clauses of the new version, then of the old one."""
    changes = [*_of_facts(old, new), *_of_rules(lines_of(old), lines_of(new))]
    order = {fact: place for place, fact in enumerate([*new.facts, *old.facts])}
    order |= {fact: place for place, fact in enumerate(new.facts)}
    return sorted(changes, key=lambda one: order.get(one.source[0], 0) if one.source else -1)


def _of_facts(old: Pack, new: Pack) -> Iterable[Change]:
    for name in dict.fromkeys([*old.facts, *new.facts]):
        before, after = _fact_cells(old, name), _fact_cells(new, name)
        if before == after:
            continue
        kind: Kind = "changed" if before and after else "added" if after else "removed"
        cells = _compared((_("条款"), _("种类"), _("内容"), _("不采用的原因")), before, after)
        yield Change(kind, "", name, cells, (name,))


def _fact_cells(pack: Pack, name: str) -> tuple[str, ...]:
    fact = pack.facts.get(name)
    if fact is None:
        return ()
    kind = str(FACT_KINDS.get(fact.kind, fact.kind))
    return fact.clause, kind, fact.line, pack.unused.get(name, "")


def _of_rules(old: Iterable[Line], new: Iterable[Line]) -> Iterable[Change]:
    """Yield the rules that differ; those that say the same in both versions fall out first."""
    gone, come = _unlike(old, new), _unlike(new, old)
    for before, after in _pairs(gone, come):
        headers = [str(header) for header in SECTIONS[before.section].headers]
        cells = _compared(headers, before.cells, after.cells)
        cells += _moved(before, after)
        source = tuple(dict.fromkeys((*after.source, *before.source)))
        yield Change("changed", after.section, after.name, cells, source)
    for line in gone:
        yield _whole("removed", line)
    for line in come:
        yield _whole("added", line)


def _unlike(lines: Iterable[Line], others: Iterable[Line]) -> list[Line]:
    there = set(others)
    return [line for line in lines if line not in there]


def _pairs(gone: list[Line], come: list[Line]) -> Iterable[tuple[Line, Line]]:
    """Take out of both lists, and yield, the lines that are the same rule in two wordings.

    That is a rule of one key, else one of the same section that rests on the same fact.
    """
    for same in (_by_key, _by_fact):
        waiting: dict[object, list[Line]] = defaultdict(list)
        for line in come:
            waiting[same(line)].append(line)
        for line in list(gone):
            if found := waiting[same(line)]:
                other = found.pop(0)
                gone.remove(line)
                come.remove(other)
                yield line, other


def _by_key(line: Line) -> object:
    return line.section, line.key


def _by_fact(line: Line) -> object:
    return line.section, line.source[:1]


def _moved(before: Line, after: Line) -> tuple[tuple[str, str, str], ...]:
    """Return the basis of a rule where it has changed, and that a reading has switched it."""
    cells = []
    if before.source != after.source:
        cells.append((_("依据"), "、".join(before.source), "、".join(after.source)))
    if before.in_use != after.in_use:
        words = {True: _("采用"), False: _("现未采用")}
        cells.append((_("读法"), words[before.in_use], words[after.in_use]))
    return tuple(cells)


def _compared(
    headers: Iterable[str], before: tuple[str, ...], after: tuple[str, ...]
) -> tuple[tuple[str, str, str], ...]:
    names = list(headers)
    before, after = (cells or ("",) * len(names) for cells in (before, after))
    rows = zip(names, before, after, strict=True)
    return tuple((name, one, other) for name, one, other in rows if one != other)


def _whole(kind: Kind, line: Line) -> Change:
    nothing = ("",) * len(line.cells)
    pair = (line.cells, nothing) if kind == "removed" else (nothing, line.cells)
    headers = [str(header) for header in SECTIONS[line.section].headers]
    return Change(kind, line.section, line.name, _compared(headers, *pair), line.source)


def by_kind(changes: Iterable[Change]) -> Mapping[str, int]:
    """Return how many changes there are of each kind."""
    counts = {"added": 0, "removed": 0, "changed": 0}
    for change in changes:
        counts[change.kind] += 1
    return counts
