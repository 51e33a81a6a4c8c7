"""Finding the table in a file, and what each of its columns is, before a person looks at it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from regulations.engine.pack import Pack
from reports.columns import columns
from reports.importing.faults import BadMap
from reports.importing.fields import STEPS, converters
from reports.importing.headers import plain_title, titles
from reports.importing.maps import DATES, Map
from reports.importing.tables import Peek, texts

ALIASES = Path(__file__).with_name("aliases.yaml")
SAMPLES = 3
SAMPLE_LENGTH = 40
# How dates are written in ledgers, tried in this order; the regulation's own way is in the map.
USUAL_DATES = (
    *DATES,
    "YYYY年MM月DD日 hh:mm:ss",
    "YYYY年MM月DD日 hh:mm",
    "YYYY年MM月DD日",
    "YYYY.MM.DD hh:mm:ss",
    "YYYY.MM.DD hh:mm",
    "YYYY.MM.DD",
)


# A ledger with this column was written by this system; its titles are known exactly.
OWN_MARK = "regulation"
OWN_NAMES = {"name": "customer_name", "customer_informed_at": "answered_at"}


@dataclass(frozen=True)
class Table:
    """Where a table stands in a file: its sheet, its header, and some values of each column."""

    sheet: str
    header_row: int
    header: tuple[str, ...]
    samples: tuple[tuple[str, ...], ...]


@cache
def aliases() -> dict[str, str]:
    """Return each usual title of a column, as compared, with its field."""
    content = yaml.safe_load(ALIASES.read_text(encoding="utf-8"))
    return {plain_title(str(word)): name for name, words in content.items() for word in words}


def labels(pack: Pack) -> dict[str, str]:
    """Return the fields that a column can be, with their names for people."""
    own = {field.key: field.label for field in pack.intake}
    own |= {name: _("%(act)s时间") % {"act": kind.label} for kind, name in STEPS}
    own |= {
        "number": _("投诉编号"),
        "received_at": _("收到时间"),
        "responded_at": _("响应时间"),
        "kind": _("事项"),
        "answer": _("处理结果（答复）"),
        "answered_at": _("答复时间（告知客户）"),
        "department": _("责任部门"),
        "handler": _("承办人"),
        "conclusion": _("调查结论"),
        "option": _("处理方式"),
        "opinion": _("客户意见"),
        "customer_confirmation": _("客户确认形式"),
        "property_confirmation": _("物业确认形式"),
        "satisfaction": _("满意度"),
        "closing_mode": _("关闭方式"),
    }
    fallback = {
        "customer_name": _("投诉人"),
        "phone": _("联系方式"),
        "subject": _("投诉主题"),
        "description": _("投诉内容"),
        "demand": _("客户诉求"),
    }
    order = ["number", "received_at", *(field.key for field in pack.intake)]
    known = converters(pack, Map("", {}))
    names = [name for name in dict.fromkeys([*order, *known]) if name in known]
    return {name: own.get(name) or fallback.get(name, name) for name in names}


def found(peeks: Sequence[Peek], known: Iterable[str]) -> Table:
    """Return the table of a file: the row of which most titles are known, else the fullest one.

    `known` are titles as compared. Raises BadMap where no sheet has two titles in a row.
    """
    known = {*known, *aliases()}
    best: tuple[tuple[int, int], Table] | None = None
    for peek in peeks:
        for row in peek.rows:
            if any(top <= row.number < bottom for _l, top, _r, bottom in peek.merged):
                continue
            table = _table(peek, row.number)
            named = [plain_title(title) for title in table.header if title]
            score = (len({*named} & known), min(len(named), 2))
            if len(named) >= 2 and (best is None or score > best[0]):
                best = (score, table)
    if best is None:
        raise BadMap([_("没有找到表头：没有一行有两个以上的列名。")])
    return best[1]


def table_at(peeks: Sequence[Peek], sheet: str, header_row: int) -> Table:
    """Return the table whose header somebody has named. Raises BadMap where there is none."""
    for peek in peeks:
        if peek.name == sheet and any(row.number == header_row for row in peek.rows):
            return _table(peek, header_row)
    raise BadMap(
        [_("工作表“%(sheet)s”第 %(row)s 行没有表头。") % {"sheet": sheet, "row": header_row}]
    )


def _table(peek: Peek, header_row: int) -> Table:
    head = [row for row in peek.rows if row.number <= header_row]
    body = [row for row in peek.rows if row.number > header_row]
    header = titles(texts(head), peek.merged)
    return Table(
        peek.name, header_row, header, tuple(_samples(body, n) for n in range(len(header)))
    )


def _samples(body, place: int) -> tuple[str, ...]:
    cells = (row.cell(place) for row in body)
    said = (" ".join(str(cell.value).split()) for cell in cells if not cell.empty)
    return tuple(list(dict.fromkeys(text[:SAMPLE_LENGTH] for text in said))[:SAMPLES])


def _own_titles() -> dict[str, str]:
    """Return the titles of the ledger that this system writes, as compared, with their fields."""
    return {
        plain_title(column.header): OWN_NAMES.get(column.name, column.name) for column in columns()
    }


def proposed(table: Table, pack: Pack, earlier: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the map of a table as plain values: an earlier one with these titles, else a new one.

    A column is what an earlier map calls its title, else what the regulation's form or the
    usual titles do; each field is one column's, the first one's.
    """
    for content in earlier:
        if {*content["columns"].values()} <= {*table.header}:
            return {**content, "sheet": table.sheet, "header_row": table.header_row}
    names = labels(pack)
    own = _own_titles()
    called = aliases() | {plain_title(label): name for name, label in names.items()}
    if OWN_MARK in {own.get(plain_title(title)) for title in table.header}:
        called |= own
    for content in reversed(earlier):
        called |= {plain_title(title): name for name, title in content["columns"].items()}
    columns: dict[str, str] = {}
    for title in table.header:
        name = called.get(plain_title(title)) if title else None
        if name in names and table.header.count(title) == 1:
            columns.setdefault(name, title)
    return {"columns": columns, "sheet": table.sheet, "header_row": table.header_row}
