"""The one writer of workbook cells: what somebody has typed stays text, whatever it begins with.

openpyxl takes text that begins with "=" for a formula. Here every text is stored as a text (INV-34).
"""

from datetime import date, datetime
from typing import Any, Literal

from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font, PatternFill

CellType = Literal["text", "number", "date", "datetime", "boolean"]
NUMBER_FORMATS = {"date": "yyyy-mm-dd", "datetime": "yyyy-mm-dd hh:mm:ss"}
# What Excel holds in one cell; longer text is cut there.
LONGEST_TEXT = 32_767
# A spreadsheet program takes a CSV field that begins so for a formula, or takes it apart.
DANGEROUS = tuple("=+-@{|＝＋－＠｛")
HEADER_FONT = Font(bold=True)
HEADER_FILL = PatternFill("solid", fgColor="E8EEF7")


def typed_cell(sheet, value: Any, kind: CellType):
    """Return what a write-only sheet appends for one value; None stays an empty cell."""
    if value is None or value == "":
        return None
    if kind == "text":
        return text_cell(sheet, str(value))
    if kind in NUMBER_FORMATS:
        cell = WriteOnlyCell(sheet, value)
        cell.number_format = NUMBER_FORMATS[kind]
        return cell
    return value


def text_cell(sheet, text: str):
    """Return a text cell; characters that XML cannot hold become U+FFFD."""
    cell = WriteOnlyCell(sheet)
    cell._value = ILLEGAL_CHARACTERS_RE.sub("�", text)[:LONGEST_TEXT]
    cell.data_type = "s"
    return cell


def header_cell(sheet, text: str):
    """Return a bold header cell."""
    cell = text_cell(sheet, text)
    cell.font, cell.fill = HEADER_FONT, HEADER_FILL
    return cell


def csv_field(value: Any) -> str:
    """Return a value for a CSV file; an apostrophe keeps dangerous text from being a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    if not isinstance(value, str):
        return str(value)
    begins = value.lstrip()
    risky = begins.startswith(DANGEROUS) or value.startswith(("\t", "\r", "\n"))
    return f"'{value}" if risky else value
