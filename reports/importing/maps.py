"""The map of an import: which column is what, read from a small YAML file.

    regulation: tobacco-2026
    columns: {number: 留言编号, received_at: 留言时间, subject: 留言主题}
    constants: {category: 其他类}

`docs/ledger-import.md` describes every key.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from dataclasses import fields as dataclass_fields
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from reports.importing.faults import BadMap
from reports.importing.values import strptime_format

DATES = (
    "YYYY-MM-DD hh:mm:ss",
    "YYYY-MM-DD hh:mm",
    "YYYY-MM-DD",
    "YYYY/MM/DD hh:mm:ss",
    "YYYY/MM/DD hh:mm",
    "YYYY/MM/DD",
)
LARGEST_MAP = 64 * 1024
NUMBER, CONTENT = "number", "content"
REFUSE, FIRST = "refuse", "first"
CONTINUE = "continue"


@dataclass(frozen=True)
class Map:
    """A read map. `columns` is field → header, `values` field → text in the file → text meant."""

    regulation: str
    columns: dict[str, str]
    sheet: str | None = None
    header_row: int = 1
    optional: frozenset[str] = frozenset()
    constants: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    dates: tuple[str, ...] = DATES
    number_prefix: str = ""
    # What tells rows apart: their number, or receipt, name and text where the file has no numbers.
    key: str = NUMBER
    # What is done with a row whose key stands in the file already.
    repeated: str = REFUSE
    # Numbers of the regulation's own series and period: refused, or the series goes on after them.
    series: str = REFUSE

    @property
    def fields(self) -> list[str]:
        return [*self.columns, *self.constants]

    def content(self) -> dict[str, Any]:
        """Return the map as plain values, from which `map_of` makes the same map."""
        kept = {one.name: getattr(self, one.name) for one in dataclass_fields(self)}
        kept |= {"optional": sorted(self.optional), "dates": list(self.dates)}
        return {name: value for name, value in kept.items() if value not in (None, "", {}, [])}

    @property
    def date_formats(self) -> tuple[str, ...]:
        return tuple(map(strptime_format, self.dates))


def read_map(path: Path) -> Map:
    """Return the map that a file holds. Raises BadMap with everything that is wrong with it."""
    try:
        if path.stat().st_size > LARGEST_MAP:
            raise BadMap([_("映射文件过大。")])
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as problem:
        raise BadMap([_("无法读取映射文件：%(problem)s") % {"problem": problem}]) from None
    if not isinstance(content, dict):
        raise BadMap([_("映射文件应为“键: 值”的列表。")])
    return map_of(content)


def map_of(content: dict[Any, Any]) -> Map:
    """Return the map that plain values describe. Raises BadMap."""
    problems: list[str] = []
    known = {key: content[key] for key in KEYS if content.get(key) is not None}
    for key in content.keys() - KEYS.keys():
        problems.append(
            _("没有“%(key)s”这个键；可用：%(known)s。") % {"key": key, "known": "、".join(KEYS)}
        )
    for key in ("regulation", "columns"):
        if key not in known:
            problems.append(_("缺少“%(key)s”。") % {"key": key})
    values = {key: _read(key, value, problems) for key, value in known.items()}
    if not problems:
        problems += _inconsistent(values)
    if problems:
        raise BadMap(problems)
    return Map(**values)


def _read(key: str, value: Any, problems: list[str]) -> Any:
    shape, words = KEYS[key]
    try:
        return shape(value)
    except (TypeError, ValueError):
        problems.append(_("“%(key)s”应为%(words)s。") % {"key": key, "words": words()})
        return None


def _inconsistent(values: dict[str, Any]) -> list[str]:
    columns, constants = values["columns"], values.get("constants", {})
    problems = []
    if twice := columns.keys() & constants.keys():
        problems.append(
            _("既在 columns 又在 constants：%(names)s。") % {"names": "、".join(sorted(twice))}
        )
    for key, names in (
        ("optional", values.get("optional", frozenset())),
        ("values", values.get("values", {}).keys()),
    ):
        if loose := set(names) - columns.keys():
            problems.append(
                _("%(key)s 中的 %(names)s 不在 columns 之列。")
                % {"key": key, "names": "、".join(sorted(loose))}
            )
    by_number = values.get("key", NUMBER) == NUMBER
    for name in ("number", "received_at") if by_number else ("received_at",):
        if name not in columns:
            problems.append(_("columns 须有 %(name)s。") % {"name": name})
    if not {"subject", "description"} & columns.keys():
        problems.append(_("columns 须有 subject 或 description。"))
    return problems


def _word(value: Any) -> str:
    if not isinstance(value, str | int) or isinstance(value, bool) or not str(value).strip():
        raise TypeError
    return str(value).strip()


def _words(value: Any) -> dict[str, str]:
    return {_word(key): _constant(one) for key, one in dict(value).items()}


def _constant(value: Any) -> str:
    """Return a constant as it would stand in a cell; YAML reads 是 as text and yes as true."""
    if isinstance(value, bool):
        return "是" if value else "否"
    return _word(value)


def _nested(value: Any) -> dict[str, dict[str, str]]:
    return {_word(key): _words(one) for key, one in dict(value).items()}


def _names(value: Any) -> frozenset[str]:
    if not isinstance(value, list):
        raise TypeError
    return frozenset(map(_word, value))


def _one_of(*words: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in words:
            raise ValueError
        return value

    return read


def _row(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 100:
        raise ValueError
    return value


def _dates(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise TypeError
    for one in value:
        strptime_format(_word(one))
    return tuple(map(_word, value))


# Key → how it is read, and in words what it should be.
KEYS = {
    "regulation": (_word, lambda: _("制度代码")),
    "sheet": (_word, lambda: _("工作表名称")),
    "header_row": (_row, lambda: _("表头所在行（1至100）")),
    "columns": (_words, lambda: _("“字段: 表头”的列表")),
    "optional": (_names, lambda: _("可为空的字段的列表")),
    "constants": (_words, lambda: _("“字段: 值”的列表")),
    "values": (_nested, lambda: _("“字段: {文件中的值: 制度用语}”的列表")),
    "dates": (_dates, lambda: _("日期格式的列表，如 YYYY/MM/DD hh:mm:ss")),
    "number_prefix": (_word, lambda: _("编号前缀")),
    "key": (_one_of(NUMBER, CONTENT), lambda: _("number（按编号认行）或 content（按内容认行）")),
    "series": (_one_of(REFUSE, CONTINUE), lambda: _("refuse（报错）或 continue（接着编号）")),
    "repeated": (_one_of(REFUSE, FIRST), lambda: _("refuse（报错）或 first（只取第一行）")),
}
