"""A copy of an imported sheet with its faults marked, to be corrected and imported again.

Rows and columns stay where they were; each faulty cell is filled and has a comment, and a last
column says all that is wrong with its row.
"""

from collections.abc import Sequence
from datetime import date, datetime, time
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import Cell as BookCell
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils import column_index_from_string

from complaints.joining import labelled
from reports.importing.faults import Fault
from reports.importing.tables import Cell, Row, Sheet
from workbooks.cells import header_cell, text_cell, typed_cell

FAULTY = PatternFill("solid", fgColor="FFC7CE")
AUTHOR = "闭环"
COMMENT_WIDTH, COMMENT_HEIGHT = 320, 120


def write_marked(path: Path | BinaryIO, sheet: Sheet, faults: Sequence[Fault]) -> None:
    """Write the marked copy, row after row; `path` may be a file open for writing.

    Raises OSError where the file cannot be written.
    """
    found: dict[int, list[Fault]] = {}
    for fault in faults:
        found.setdefault(fault.row, []).append(fault)
    book = Workbook(write_only=True)
    copy = book.create_sheet(sheet.name)
    header_row = sheet.head[-1].number
    copy.freeze_panes = f"A{header_row + 1}"
    last = len(sheet.header)
    written = 0
    for row in chain(sheet.head, sheet.rows):
        for _gap in range(written + 1, row.number):
            copy.append([])
        written = row.number
        cells = _cells(copy, row, found.get(row.number, []), max(last, len(row.cells)))
        if row.number == header_row:
            cells.append(header_cell(copy, _("错误说明")))
        copy.append(cells)
    book.save(path)


def _cells(copy, row: Row, faults: Sequence[Fault], last: int) -> list[Any]:
    cells = [_same(copy, row.cell(place)) for place in range(last)]
    for fault in faults:
        if fault.column:
            place = column_index_from_string(fault.column) - 1
            cells[place] = _marked(copy, cells[place], fault)
    if faults:
        cells.append(text_cell(copy, "\n".join(_line(fault) for fault in faults)))
    return cells


def _same(copy, cell: Cell) -> Any:
    """Return a cell as it was; a formula or an error comes as its text."""
    value = cell.value
    if isinstance(value, datetime):
        return typed_cell(copy, value, "datetime")
    if isinstance(value, date):
        return typed_cell(copy, value, "date")
    if isinstance(value, time):
        return typed_cell(copy, value.isoformat(), "text")
    if isinstance(value, bool | int | float):
        return typed_cell(copy, value, "number")
    return typed_cell(copy, value if value is None else str(value), "text")


def _marked(copy, cell: Any, fault: Fault) -> BookCell:
    if not isinstance(cell, BookCell):
        cell = WriteOnlyCell(copy, cell)
    cell.fill = FAULTY
    said = f"{cell.comment.text}\n" if cell.comment else ""
    comment = Comment(said + fault.words, AUTHOR)
    comment.width, comment.height = COMMENT_WIDTH, COMMENT_HEIGHT
    cell.comment = comment
    return cell


def _line(fault: Fault) -> str:
    return labelled(fault.header, fault.words) if fault.header else fault.words
