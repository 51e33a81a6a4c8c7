"""Headers: what each column is called, also where title cells are merged or stand in two rows."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

Merged = Sequence[tuple[int, int, int, int]]


def plain_title(text: str) -> str:
    """Return a title for comparing: half-width, lower case, without blanks and notes in brackets."""
    text = unicodedata.normalize("NFKC", text).lower()
    return re.sub(r"\(.*?\)|[\s:*_/\-]", "", text)


def titles(rows: Mapping[int, Sequence[str]], merged: Merged) -> tuple[str, ...]:
    """Return the title of each column; `rows` are texts by row number, the header's row last.

    A cell that is merged with one above it is called what stands there. Where a title stands more
    than once, what is merged over it goes before it: 投诉人/姓名, 承办人/姓名.
    """
    last = max(rows)
    own = list(rows[last])
    above = [area for area in merged if area[1] < last]
    for left, top, _right, bottom in above:
        if bottom >= last and left > len(own):
            own += [""] * (left - len(own))
        if bottom >= last and not own[left - 1]:
            own[left - 1] = _text(rows, top, left)
    return tuple(
        _full(title, place, rows, above, last) if own.count(title) > 1 else title
        for place, title in enumerate(own, 1)
    )


def _full(title: str, place: int, rows, above: Merged, last: int) -> str:
    """Return a title with the nearest title that is merged over it before it."""
    over = [
        (top, _text(rows, top, left))
        for left, top, right, bottom in above
        if left <= place <= right and bottom < last
    ]
    group = max(over, default=(0, ""))[1]
    return f"{group}/{title}" if title and group else title


def _text(rows: Mapping[int, Sequence[str]], row: int, column: int) -> str:
    cells = rows.get(row, ())
    return cells[column - 1] if column <= len(cells) else ""
