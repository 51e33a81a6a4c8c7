"""A large sheet written row after row, as fast as can be; texts stay texts (INV-34), as in `cells`."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from rustpy_xlsxwriter import Format, write_worksheet

from workbooks.cells import LONGEST_TEXT, NUMBER_FORMATS, CellType

HEADER_COLOUR = "#E8EEF7"


@dataclass(frozen=True)
class Head:
    """A column: its title, the type of its cells, and its width in characters."""

    title: str
    type: CellType
    width: int


def write_sheet(
    file: BinaryIO,
    name: str,
    heads: Sequence[Head],
    rows: Iterable[Sequence[Any]],
    advance: Callable[[], Any] = lambda: None,
) -> int:
    """Write one sheet with a frozen header, filters and typed cells; return how many rows it has.

    `advance` is called after each row. Titles must differ from each other. Moments are local and
    without offset.
    """
    titles = [head.title for head in heads]
    if len({*titles}) != len(titles):
        raise ValueError("two columns have the same title")
    texts = [head.type == "text" for head in heads]
    count = 0

    def records() -> Iterator[dict[str, Any]]:
        nonlocal count
        for row in rows:
            cells = (
                _text(value) if text else value for value, text in zip(row, texts, strict=True)
            )
            yield dict(zip(titles, cells, strict=True))
            count += 1
            advance()

    write_worksheet(
        _at_least_the_header(records(), titles),
        file,
        sheet_name=name,
        freeze_row=1,
        freeze_col=1,
        autofilter=True,
        header_format=Format().set_bold().set_background_color(HEADER_COLOUR),
        column_widths={head.title: float(head.width) for head in heads},
        column_formats={
            head.title: Format().set_num_format(NUMBER_FORMATS[head.type])
            for head in heads
            if head.type in NUMBER_FORMATS
        },
    )
    return count


def _at_least_the_header(records: Iterator[dict], titles: Sequence[str]) -> Iterator[dict]:
    """The writer takes the titles from the first row; without rows there is an empty one."""
    empty = True
    for record in records:
        empty = False
        yield record
    if empty:
        yield dict.fromkeys(titles)


def _text(value: Any) -> str | None:
    if value is None or value == "":
        return None
    text = value if isinstance(value, str) else str(value)
    if text.isprintable():  # most are, and there is nothing in them to mend
        return text[:LONGEST_TEXT]
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return ILLEGAL_CHARACTERS_RE.sub("�", text)[:LONGEST_TEXT]
