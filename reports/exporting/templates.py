"""The house's own workbook: a row of placeholders is drawn once for each case.

    {{投诉编号}} | {{收到时间}} | {{投诉人}} | {{投诉人}}（{{联系方式}}）

A cell that is nothing but one placeholder gets the typed value; others get text. Rows over and
under the row of placeholders stay as they are, with widths, heights, fonts and merged cells.
"""

import re
import tempfile
from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from shutil import copyfileobj
from typing import Any, BinaryIO

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter

from complaints.models import Complaint
from reports.columns import Column, columns
from reports.entries import Entry, Shape, Shown, entries, nothing, shape_of
from reports.importing import gate
from reports.importing.workbooks import opened
from workbooks.cells import NUMBER_FORMATS, text_cell, typed_cell

PLACEHOLDER = re.compile(r"\{\{\s*(.+?)\s*\}\}")
# A template is a page or two, not a ledger.
MOST_ROWS = 200
LARGEST_BYTES = 2 * 2**20


class BadTemplate(Exception):
    """A workbook that cannot be a template; `problems` says all of it at once."""

    def __init__(self, *problems: str):
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True)
class Template:
    """A sheet with its row of placeholders, counted from 1."""

    sheet: Any
    row: int


def check(path: Path, name: str, shape: Shape) -> None:
    """Refuse a workbook that is none, is hostile, or has no row of known placeholders.

    Raises Unreadable or BadTemplate.
    """
    gate.check(path, name)
    if path.stat().st_size > LARGEST_BYTES:
        raise BadTemplate(_("模板超过 %(limit)s MB。") % {"limit": LARGEST_BYTES // 2**20})
    rows: dict[int, list[str]] = {}
    with opened(path) as sheet:
        for row in (*sheet.head, *sheet.rows):
            if row.number > MOST_ROWS:
                raise BadTemplate(_("模板超过 %(limit)s 行。") % {"limit": MOST_ROWS})
            texts = [str(cell.value) for cell in row.cells if not cell.empty]
            if names := [name for text in texts for name in PLACEHOLDER.findall(text)]:
                rows[row.number] = names
    if len(rows) != 1:
        raise BadTemplate(
            _("模板须有且只有一行占位符，如 {{投诉编号}}；现有 %(count)s 行。")
            % {"count": len(rows)}
        )
    known = {column.header for column in columns(shape)}
    unknown = [name for name in next(iter(rows.values())) if name not in known]
    if unknown:
        raise BadTemplate(
            _("没有这些列：%(names)s；可用：%(known)s。")
            % {"names": "、".join(unknown), "known": "、".join(sorted(known))}
        )


def write_by_template(
    template: Any,
    cases: QuerySet[Complaint],
    file: BinaryIO,
    advance: Callable[[], Any] = lambda: None,
    shown: Shown = nothing,
) -> int:
    """Write the ledger of the cases into a copy of a stored template; return how many rows.

    Raises BadTemplate where the cases' regulations do not have a column that it names.
    """
    shape = shape_of(cases)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.xlsx"
        with template.open("rb") as source, path.open("wb") as target:
            copyfileobj(source, target)
        check(path, "template.xlsx", shape)
        drawn = _template(path)
        return _write(drawn, columns(shape), entries(cases, shown), file, advance)


def _template(path: Path) -> Template:
    sheet = load_workbook(path).worksheets[0]
    for row in sheet.iter_rows(max_row=MOST_ROWS):
        if any(isinstance(cell.value, str) and PLACEHOLDER.search(cell.value) for cell in row):
            return Template(sheet, row[0].row)
    raise BadTemplate(_("模板的第一张工作表没有占位符。"))


def _write(
    template: Template,
    ledger: Iterable[Column],
    cases: Iterable[Entry],
    file: BinaryIO,
    advance: Callable[[], Any],
) -> int:
    source, row = template.sheet, template.row
    book = Workbook(write_only=True)
    sheet = book.create_sheet(source.title)
    for letter, width in source.column_dimensions.items():
        sheet.column_dimensions[letter].width = width.width
    sheet.freeze_panes = source.freeze_panes or f"A{row}"
    for number in range(1, row):
        sheet.row_dimensions[number].height = source.row_dimensions[number].height
        sheet.append([_same(sheet, cell) for cell in source[number]])
    pattern = [_Pattern(sheet, cell, {c.header: c for c in ledger}) for cell in source[row]]
    count = 0
    for entry in cases:
        sheet.append([one.cell(entry) for one in pattern])
        count += 1
        advance()
    for number in range(row + 1, source.max_row + 1):
        sheet.append([_same(sheet, cell) for cell in source[number]])
    for area in source.merged_cells.ranges:
        if area.max_row < row:
            sheet.merged_cells.ranges.add(area)
    if row > 1:
        last = get_column_letter(len(pattern))
        sheet.auto_filter.ref = f"A{row - 1}:{last}{row - 1 + count}"
    book.save(file)
    return count


def _same(sheet, cell) -> Any:
    if cell.value is None and not cell.has_style:
        return None
    fresh = WriteOnlyCell(sheet, cell.value)
    _dress(fresh, cell)
    return fresh


def _dress(fresh, cell) -> None:
    if cell.has_style:
        fresh.font, fresh.fill, fresh.border = copy(cell.font), copy(cell.fill), copy(cell.border)
        fresh.alignment, fresh.number_format = copy(cell.alignment), cell.number_format


class _Pattern:
    """One cell of the row of placeholders: what it draws of a case, in its own looks."""

    def __init__(self, sheet, cell, ledger: dict[str, Column]):
        self.sheet, self.looks, self.ledger = sheet, cell, ledger
        self.text = str(cell.value or "")
        alone = PLACEHOLDER.fullmatch(self.text)
        self.column = ledger[alone[1]] if alone else None

    def cell(self, entry: Entry) -> Any:
        if self.column is not None:
            drawn = typed_cell(self.sheet, self.column.value(entry), self.column.type)
            if not hasattr(drawn, "font"):
                drawn = WriteOnlyCell(self.sheet, drawn)
            kind = self.column.type
        else:
            words = PLACEHOLDER.sub(lambda m: _word(self.ledger[m[1]].value(entry)), self.text)
            drawn, kind = text_cell(self.sheet, words), "text"
        _dress(drawn, self.looks)
        if drawn.number_format == "General" and kind in NUMBER_FORMATS:
            drawn.number_format = NUMBER_FORMATS[kind]
        return drawn


def _word(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)
