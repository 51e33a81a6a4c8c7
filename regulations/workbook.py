"""A pack as a workbook that the regulation's owner can check, line by line against the paper."""

from collections.abc import Iterable, Sequence
from typing import BinaryIO

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from regulations.engine.pack import Fact, Pack
from regulations.lines import SECTIONS, Line, by_fact, by_section, lines_of
from regulations.words import FACT_KINDS
from workbooks.cells import header_cell, text_cell

# The sheets, in their order; `SECTIONS` says on which one each kind of rule stands.
CLAUSES = "条款"
SHEETS = (CLAUSES, "时限", "等级", "签批", "上报", "关闭", "考核", "奖励", "读法", "表单")
WIDTHS = (22, 18, 40, 26, 26, 16, 30, 24, 24, 24, 30)


def write_workbook(pack: Pack, file: BinaryIO) -> None:
    """Write a pack to a file. Every cell is text; the last column is empty, for the owner's check."""
    lines = lines_of(pack)
    book = Workbook(write_only=True)
    for name in SHEETS:
        sheet = book.create_sheet(name)
        for place, width in enumerate(WIDTHS, 1):
            sheet.column_dimensions[get_column_letter(place)].width = width
        if name == CLAUSES:
            _clauses(sheet, pack, lines)
        else:
            _rules(sheet, name, pack, lines)
    book.save(file)


def _clauses(sheet, pack: Pack, lines: Sequence[Line]) -> None:
    sheet.freeze_panes = "A3"
    said = by_fact(tuple(lines))
    sheet.append([text_cell(sheet, f"{pack.title}（{pack.reference}，{pack.issuer}）")])
    headers = (_("编号"), _("条款"), _("内容"), _("种类"), _("系统中的规则"), _("不采用的原因"))
    sheet.append([header_cell(sheet, header) for header in (*headers, _("核对"))])
    for fact in pack.facts.values():
        _row(sheet, _clause(fact, said.get(fact.id, ()), pack))


def _clause(fact: Fact, lines: Iterable[Line], pack: Pack) -> Sequence[str]:
    rules = "\n".join(sentence(line) for line in lines)
    kind = str(FACT_KINDS.get(fact.kind, fact.kind))
    return fact.id, fact.clause, fact.line, kind, rules, pack.unused.get(fact.id, "")


def _rules(sheet, name: str, pack: Pack, lines: Sequence[Line]) -> None:
    """Write the tables of a sheet one below the other, each under its name and headers."""
    for section, rows in by_section(tuple(lines)).items():
        if SECTIONS[section].sheet != name:
            continue
        sheet.append([header_cell(sheet, str(SECTIONS[section].label))])
        headers = map(str, SECTIONS[section].headers)
        mine = (_("条款"), _("编号"), _("现行"), _("核对"))
        sheet.append([header_cell(sheet, header) for header in (*headers, *mine)])
        for line in rows:
            clauses = "；".join(pack.facts[fact].clause for fact in line.source)
            use = "" if line.in_use else _("现未采用")
            _row(sheet, (*line.cells, clauses, "、".join(line.source), use))
        sheet.append([])


def _row(sheet, cells: Iterable[str]) -> None:
    sheet.append([text_cell(sheet, cell) for cell in (*cells, "")])


def sentence(line: Line) -> str:
    """Return a rule as one line of text: what it is, and what it says under each header."""
    said = "；".join(f"{header} {cell}" for header, cell in line.pairs())
    return f"{SECTIONS[line.section].label}：{said}"
