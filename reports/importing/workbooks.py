"""Opening a workbook that somebody sent: what is hostile or too large is refused before parsing.

The parsing itself runs in a child process with bounded memory and time. This module imports
nothing of Django, so the child starts quickly.
"""

import multiprocessing
import warnings
import zipfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

UNPACKED_BYTES = 50 * 2**20
RATIO = 100
PARTS = 1_000
DIRECTORY_BYTES = 2**20
ROWS = 20_000
COLUMNS = 100
CHILD_BYTES = 2**30
CHILD_SECONDS = 60

# The last record of a zip file, and the mark right before it that the file is of the 64-bit kind.
END_RECORD, END_BYTES, COMMENT_BYTES = b"PK\x05\x06", 22, 2**16
ZIP64_LOCATOR, LOCATOR_BYTES = b"PK\x06\x07", 20


class Unreadable(Exception):
    """The file is refused as a whole. `code` and `params` are put into words elsewhere."""

    def __init__(self, code: str, **params: Any):
        super().__init__(code)
        self.code, self.params = code, params

    def __reduce__(self):
        return _unreadable, (self.code, self.params)


def _unreadable(code: str, params: dict[str, Any]) -> Unreadable:
    return Unreadable(code, **params)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's value and openpyxl's letter for its type: s, n, d, b, e (an error), f (a formula)."""

    value: Any = None
    type: str = "n"

    @property
    def empty(self) -> bool:
        return self.value is None or (isinstance(self.value, str) and not self.value.strip())


@dataclass(frozen=True, slots=True)
class Row:
    """A row with something in it; `number` is the one that the spreadsheet program shows."""

    number: int
    cells: tuple[Cell, ...]

    def cell(self, place: int) -> Cell:
        """Return the cell in a column counted from 0; beyond the last one it is empty."""
        return self.cells[place] if place < len(self.cells) else Cell()


@dataclass(frozen=True)
class Sheet:
    """One sheet: the rows before and with the header, and the rows below it."""

    name: str
    head: tuple[Row, ...]
    header: tuple[str, ...]
    rows: tuple[Row, ...]


def read_sheet(path: Path, name: str | None = None, header_row: int = 1) -> Sheet:
    """Return a sheet of a workbook, the first where no name is given.

    Raises Unreadable for a file that is hostile, damaged, too large or without that sheet.
    """
    check_archive(path)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context, initializer=_limit) as child:
        try:
            return child.submit(parse, path, name, header_row).result()
        except (BrokenProcessPool, MemoryError):
            raise Unreadable("too_heavy") from None


def check_archive(path: Path) -> None:
    """Refuse a file that is no workbook, unpacks to too much, or declares XML entities."""
    try:
        _check_directory(path)
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            unpacked = sum(part.file_size for part in parts)
            packed = sum(part.compress_size for part in parts)
            if len(parts) > PARTS:
                raise Unreadable("too_many_parts", limit=PARTS)
            if unpacked > UNPACKED_BYTES:
                raise Unreadable("too_large", limit=UNPACKED_BYTES // 2**20)
            if unpacked > RATIO * max(packed, 1):
                raise Unreadable("packed_too_tightly", limit=RATIO)
            for part in parts:
                _check_part(archive, part)
    except OSError as problem:
        raise Unreadable("no_file", reason=problem.strerror or str(problem)) from None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError):
        raise Unreadable("not_a_workbook") from None


def _check_directory(path: Path) -> None:
    """Look at the last record alone, so that a directory of a million parts is never read."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - END_BYTES - COMMENT_BYTES - LOCATOR_BYTES))
        tail = file.read()
    place = tail.rfind(END_RECORD)
    if place < 0 or len(tail) < place + END_BYTES:
        raise Unreadable("not_a_workbook")
    if tail[max(0, place - LOCATOR_BYTES) : place].startswith(ZIP64_LOCATOR):
        raise Unreadable("too_many_parts", limit=PARTS)
    parts = int.from_bytes(tail[place + 10 : place + 12], "little")
    directory = int.from_bytes(tail[place + 12 : place + 16], "little")
    if parts > PARTS or directory > DIRECTORY_BYTES:
        raise Unreadable("too_many_parts", limit=PARTS)


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Read a part through, which also checks its sum; no office program writes a DOCTYPE."""
    content = archive.read(part)
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in content[:4]:
        content = content.replace(b"\0", b"")
    if not part.filename.endswith((".png", ".jpg", ".jpeg", ".bin")) and (
        b"<!DOCTYPE" in content or b"<!ENTITY" in content
    ):
        raise Unreadable("declares_entities")


def _limit() -> None:
    """Bound this process's memory and processor time, where the system can."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (CHILD_SECONDS, CHILD_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (CHILD_BYTES, CHILD_BYTES))


def parse(path: Path, name: str | None, header_row: int) -> Sheet:
    """Return a sheet of a checked file; formulas are kept as such, never their stored values."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            book = load_workbook(path, read_only=True, data_only=False, keep_links=False)
            found = [sheet for sheet in book.worksheets if name in (None, sheet.title)]
            if not found:
                names = "、".join(sheet.title for sheet in book.worksheets)
                raise Unreadable("no_such_sheet", name=name, names=names)
            sheet = _sheet(found[0], header_row)
            book.close()
        except (Unreadable, MemoryError):
            raise
        except Exception:
            # openpyxl meets a damaged part with whatever its parsers raise.
            raise Unreadable("not_a_workbook") from None
    return sheet


def _sheet(sheet, header_row: int) -> Sheet:
    head: list[Row] = []
    body: list[Row] = []
    for row in _rows(sheet, header_row + ROWS):
        (head if row.number <= header_row else body).append(row)
    header = head[-1] if head and head[-1].number == header_row else None
    if header is None:
        raise Unreadable("no_header", row=header_row)
    titles = tuple("" if cell.empty else str(cell.value).strip() for cell in header.cells)
    return Sheet(sheet.title, tuple(head), titles, tuple(body))


def _rows(sheet, last: int) -> Iterator[Row]:
    """Yield the rows with something in them. What a file says of its own size is not believed."""
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(max_row=last + 1), 1):
        if number > last:
            raise Unreadable("too_many_rows", limit=ROWS)
        kept = tuple(_cell(cell) for cell in cells[: COLUMNS + 1])
        while kept and kept[-1].empty:
            kept = kept[:-1]
        if len(kept) > COLUMNS or any(cell.value is not None for cell in cells[COLUMNS:]):
            raise Unreadable("too_many_columns", limit=COLUMNS)
        if kept:
            yield Row(number, kept)


def _cell(cell) -> Cell:
    if cell.data_type == "f":
        return Cell(str(getattr(cell.value, "text", None) or cell.value), "f")
    return Cell(cell.value, cell.data_type)
