"""What is refused before a file is parsed: hostile, encrypted, with macros, or not what its name says.

This module imports nothing of Django, so the child that parses starts quickly.
"""

import re
import zipfile
from pathlib import Path
from typing import Any, Literal

Kind = Literal["xlsx", "csv"]

UNPACKED_BYTES = 50 * 2**20
CSV_BYTES = 50 * 2**20
RATIO = 100
PARTS = 1_000
DIRECTORY_BYTES = 2**20
# No workbook has more columns; a row with more cells is no row of a ledger.
WIDEST_ROW = 16_384

# The last record of a zip file, and the mark right before it that the file is of the 64-bit kind.
END_RECORD, END_BYTES, COMMENT_BYTES = b"PK\x05\x06", 22, 2**16
ZIP64_LOCATOR, LOCATOR_BYTES = b"PK\x06\x07", 20
# The container of old office files (.xls), and of every encrypted one.
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
ZIP = b"PK"
SHEET_PART = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
# The beginnings of a cell's tag, with and without a prefix, whatever blank follows its name.
CELL_MARKS = tuple(
    start + end for start in (b"<c", b":c") for end in (b" ", b">", b"/", b"\n", b"\r", b"\t")
)


class Unreadable(Exception):
    """The file is refused as a whole. `code` and `params` are put into words elsewhere."""

    def __init__(self, code: str, **params: Any):
        super().__init__(code)
        self.code, self.params = code, params

    def __reduce__(self):
        return _unreadable, (self.code, self.params)


def _unreadable(code: str, params: dict[str, Any]) -> Unreadable:
    return Unreadable(code, **params)


def check(path: Path, name: str | None = None) -> Kind:
    """Return what kind of table a file is; `name` is what its sender called it.

    Raises Unreadable where the content is none, is hostile, or is not what the name says.
    """
    suffix = Path(name or path.name).suffix.lower()
    if suffix in (".xlsm", ".xltm", ".xlsb"):
        raise Unreadable("macros")
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as problem:
        raise Unreadable("no_file", reason=problem.strerror or str(problem)) from None
    if start == OLE:
        raise Unreadable("encrypted" if _holds(path, ENCRYPTED_STREAM) else "old_format")
    packed = start.startswith(ZIP)
    if suffix not in (".xlsx", ".csv") or (suffix == ".csv" and packed):
        raise Unreadable("wrong_extension", name=suffix or "—")
    if suffix == ".csv":
        check_text(path)
        return "csv"
    check_archive(path)
    return "xlsx"


def check_text(path: Path) -> None:
    """Refuse a text that is too large or holds NULs, as no table of text does."""
    size = path.stat().st_size
    if size > CSV_BYTES:
        raise Unreadable("too_large", limit=CSV_BYTES // 2**20)
    if size == 0:
        raise Unreadable("empty_file")
    if _holds(path, b"\0"):
        raise Unreadable("binary_text")


def _holds(path: Path, wanted: bytes) -> bool:
    """Say whether a file has some bytes in it, however large it is."""
    kept = b""
    with path.open("rb") as file:
        while part := file.read(2**20):
            if wanted in kept + part:
                return True
            kept = part[-len(wanted) :]
    return False


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
            if any(part.flag_bits & 1 for part in parts):
                raise Unreadable("encrypted")
            if any(part.filename.lower().endswith("vbaproject.bin") for part in parts):
                raise Unreadable("macros")
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
    if part.filename == "[Content_Types].xml" and b"macroEnabled" in content:
        raise Unreadable("macros")
    if SHEET_PART.fullmatch(part.filename):
        _check_width(content)


def _check_width(content: bytes) -> None:
    """Refuse a row of more cells than a workbook has columns, before anything is built of it."""
    start = 0
    while start >= 0:
        end = content.find(b"row>", start)
        stop = len(content) if end < 0 else end
        # A cell takes four bytes at least: a short row need not be counted.
        if (
            stop - start > 4 * WIDEST_ROW
            and sum(content.count(mark, start, stop) for mark in CELL_MARKS) > WIDEST_ROW
        ):
            raise Unreadable("too_many_columns", limit=WIDEST_ROW)
        start = end + 1 if end >= 0 else -1
