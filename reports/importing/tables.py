"""Cells, rows and sheets as they are read, and the parsers of the two kinds of file.

Runs in the child process; imports nothing of Django.
"""

import csv
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, takewhile
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

from reports.importing import headers
from reports.importing.gate import Unreadable

ROWS = 100_000
COLUMNS = 100
# So many rows of each sheet are looked through for the header.
PEEK_ROWS = 30
ENCODINGS = ("utf-8-sig", "gb18030")
DELIMITERS = ",\t;"
CSV_SHEET = "CSV"
MERGED = re.compile(rb'mergeCell\s[^>]*?ref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"')


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's value and openpyxl's letter for its type: s, n, d, b, e (an error), f (a formula)."""

    value: Any = None
    type: str = "n"

    @property
    def empty(self) -> bool:
        return self.value is None or (isinstance(self.value, str) and not self.value.strip())


NOTHING = Cell()


@dataclass(frozen=True, slots=True)
class Row:
    """A row with something in it; `number` is the one that the spreadsheet program shows."""

    number: int
    cells: tuple[Cell, ...]

    def cell(self, place: int) -> Cell:
        """Return the cell in a column counted from 0; beyond the last one it is empty."""
        return self.cells[place] if place < len(self.cells) else NOTHING


@dataclass(frozen=True)
class Sheet:
    """One sheet: the rows before and with the header, its titles, and the rows below it."""

    name: str
    head: tuple[Row, ...]
    header: tuple[str, ...]
    rows: Iterable[Row]


@dataclass(frozen=True)
class Peek:
    """The first rows of a sheet and its merged cells as (column, row, column, row), from 1."""

    name: str
    rows: tuple[Row, ...]
    merged: tuple[tuple[int, int, int, int], ...]


def sheet_of(kind: str, path: Path, name: str | None, header_row: int) -> Sheet:
    """Return a sheet of a checked file; its rows are read as they are asked for."""
    peek, rows = _begun(kind, path, name)
    head: list[Row] = []
    first = None
    for row in rows:
        if row.number > header_row:
            first = row
            break
        head.append(row)
    if not head or head[-1].number != header_row:
        raise Unreadable("no_header", row=header_row)
    titles = headers.titles(texts(head), peek.merged)
    return Sheet(peek.name, tuple(head), titles, _body(first, rows, header_row + ROWS))


def texts(rows: Sequence[Row]) -> dict[int, list[str]]:
    """Return the texts of each row by its number."""
    return {
        row.number: ["" if cell.empty else str(cell.value).strip() for cell in row.cells]
        for row in rows
    }


def _body(first: Row | None, rows: Iterator[Row], last: int) -> Iterator[Row]:
    for row in chain([first] if first else [], rows):
        if row.number > last:
            raise Unreadable("too_many_rows", limit=ROWS)
        yield row


def peeks(kind: str, path: Path) -> Iterator[Peek]:
    """Yield the beginning of every sheet of a checked file."""
    if kind == "csv":
        yield Peek(CSV_SHEET, tuple(islice(_csv_rows(path), PEEK_ROWS)), ())
        return
    for sheet in _workbook(path).worksheets:
        rows = tuple(takewhile(lambda row: row.number <= PEEK_ROWS, _rows(sheet)))
        yield Peek(sheet.title, rows, _merged(path, sheet))


def _begun(kind: str, path: Path, name: str | None) -> tuple[Peek, Iterator[Row]]:
    if kind == "csv":
        return Peek(CSV_SHEET, (), ()), _csv_rows(path)
    book = _workbook(path)
    found = [sheet for sheet in book.worksheets if name in (None, sheet.title)]
    if not found:
        names = "、".join(sheet.title for sheet in book.worksheets)
        raise Unreadable("no_such_sheet", name=name, names=names)
    sheet = found[0]
    return Peek(sheet.title, (), _merged(path, sheet)), _rows(sheet)


# -- workbooks


def _workbook(path: Path):
    """Open a workbook; what openpyxl raises on a damaged part is a refusal."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return load_workbook(path, read_only=True, data_only=False, keep_links=False)
        except MemoryError:
            raise
        except Exception:
            raise Unreadable("not_a_workbook") from None


def _merged(path: Path, sheet) -> tuple[tuple[int, int, int, int], ...]:
    """Return the merged cells that begin where a header may stand; openpyxl skips them."""
    with zipfile.ZipFile(path) as archive:
        content = archive.read(sheet._worksheet_path.lstrip("/"))
    found = (range_boundaries(one.decode()) for one in MERGED.findall(content))
    return tuple(one for one in found if one[1] <= PEEK_ROWS)


def _rows(sheet) -> Iterator[Row]:
    """Yield the rows with something in them. What a file says of its own size is not believed."""
    sheet.reset_dimensions()
    rows = enumerate(sheet.iter_rows(), 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        while True:
            try:
                number, cells = next(rows)
            except StopIteration:
                return
            except MemoryError:
                raise
            except Exception:
                # openpyxl meets a damaged part with whatever its parsers raise.
                raise Unreadable("not_a_workbook") from None
            if number > PEEK_ROWS + ROWS + 1:
                raise Unreadable("too_many_rows", limit=ROWS)
            kept = _trimmed(tuple(_cell(cell) for cell in cells[: COLUMNS + 1]))
            if len(kept) > COLUMNS or any(cell.value is not None for cell in cells[COLUMNS:]):
                raise Unreadable("too_many_columns", limit=COLUMNS)
            if kept:
                yield Row(number, kept)


def _cell(cell) -> Cell:
    if cell.value is None:
        return NOTHING
    if cell.data_type == "f":
        return Cell(str(getattr(cell.value, "text", None) or cell.value), "f")
    return Cell(cell.value, cell.data_type)


def _trimmed(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    while cells and cells[-1].empty:
        cells = cells[:-1]
    return cells


# -- text


def _csv_rows(path: Path) -> Iterator[Row]:
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        first = file.readline()
        file.seek(0)
        delimiter = max(DELIMITERS, key=first.count)
        reader = csv.reader(file, delimiter=delimiter)
        try:
            for number, values in enumerate(reader, 1):
                if number > PEEK_ROWS + ROWS + 1:
                    raise Unreadable("too_many_rows", limit=ROWS)
                kept = _trimmed(tuple(Cell(_unescaped(one), "s") for one in values))
                if len(kept) > COLUMNS:
                    raise Unreadable("too_many_columns", limit=COLUMNS)
                if kept:
                    yield Row(number, kept)
        except csv.Error:
            raise Unreadable("not_a_table") from None


def _unescaped(value: str) -> str | None:
    """Return a field as it was before an export put an apostrophe before it (workbooks.cells)."""
    if value.startswith("'") and value[1:].lstrip()[:1] in tuple("=+-@{|＝＋－＠｛"):
        return value[1:]
    return value or None


def _encoding(path: Path) -> str:
    for encoding in ENCODINGS:
        try:
            with path.open(encoding=encoding) as file:
                while file.read(2**20):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    raise Unreadable("unknown_encoding")
