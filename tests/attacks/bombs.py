"""Twenty workbooks that want to be a burden: each by its name, with what its sender calls it."""

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.reports import books
from tests.reports import test_hostile_workbooks as known

DOCTYPE = '<?xml version="1.0"?><!DOCTYPE x [%s]><x>&z;</x>'
LAUGHS = '<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">'
    for before, name in zip("abcdefgh", "bcdefghz", strict=True)
)
OUTSIDE = '<!ENTITY z SYSTEM "file:///etc/passwd">'


def packed_too_tightly(path: Path) -> None:
    books.rebuilt(path, xl__media__bomb_xml=b" " * (20 * 2**20))


def parts(count: int) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w") as archive:
            for number in range(count):
                archive.writestr(str(number), b"")

    return write


def entities(declared: str, encoding: str = "utf-8") -> Callable[[Path], None]:
    def write(path: Path) -> None:
        books.rebuilt(path, xl__sharedStrings_xml=(DOCTYPE % declared).encode(encoding))

    return write


def cell(place: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        row = "".join(filter(str.isdigit, place)).encode()
        content = b'<row r="%s"><c r="%s"><v>1</v></c></row>' % (row, place.encode())
        known.sheet(path, known.HEAD + content)

    return write


def heavy_row(path: Path) -> None:
    cells = b"".join(b"<c\n><v>%d</v></c>" % (n % 7919) for n in range(2_400_000))
    known.sheet(path, known.HEAD + b'<row r="2">' + cells + b"</row>")


def torn(path: Path) -> None:
    books.write(path, [books.row()])
    path.write_bytes(path.read_bytes()[:-2_000])


def in_itself(path: Path) -> None:
    """A zip of zips of nothing but zeros."""
    content = b"\0" * (40 * 2**20)
    for _depth in range(3):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/workbook.xml", content)
        content = path.read_bytes()


def lying_size(path: Path) -> None:
    """A part of 51 MB of which the directory says that it has a hundred bytes."""
    known.bomb(path)
    content = bytearray(path.read_bytes())
    place = content.rfind(b"PK\x01\x02")
    content[place + 24 : place + 28] = (100).to_bytes(4, "little")
    path.write_bytes(content)


BOMBS: dict[str, tuple[Callable[[Path], None], str]] = {
    "51 MB of zeros in one part": (known.bomb, "a.xlsx"),
    "packed a thousand times": (packed_too_tightly, "a.xlsx"),
    "a size that lies": (lying_size, "a.xlsx"),
    "zips in zips": (in_itself, "a.xlsx"),
    "1,001 parts": (parts(1_001), "a.xlsx"),
    "70,000 parts": (parts(70_000), "a.xlsx"),
    "entities of entities": (entities(LAUGHS), "a.xlsx"),
    "entities in UTF-16": (entities(LAUGHS, "utf-16"), "a.xlsx"),
    "an entity of a file of the server": (entities(OUTSIDE), "a.xlsx"),
    "a cell in the last row": (cell("A1048576"), "a.xlsx"),
    "a cell in the last column": (cell("XFD2"), "a.xlsx"),
    "a million cells in a row": (known.million_columns, "a.xlsx"),
    "a row that eats memory": (heavy_row, "a.xlsx"),
    "macros": (known.with_macros, "a.xlsx"),
    "encrypted": (known.encrypted, "a.xlsx"),
    "parts marked as encrypted": (known.locked_parts, "a.xlsx"),
    "an old container": (known.old, "a.xls"),
    "a torn workbook": (torn, "a.xlsx"),
    "a workbook called CSV": (known.workbook, "a.csv"),
    "NULs called CSV": (known.nuls, "a.csv"),
}


def written(folder: Path) -> Iterator[tuple[str, str, bytes]]:
    """Yield each bomb's name, what its sender calls it, and its bytes."""
    for number, (name, (write, called)) in enumerate(BOMBS.items()):
        path = folder / f"{number}-{called}"
        write(path)
        yield name, called, path.read_bytes()
