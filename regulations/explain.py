"""A replay's result in words that a regulation's owner can read, clause by clause."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from regulations.engine.explanation import CountedDay, Explanation
from regulations.engine.pack import Pack
from regulations.period_words import period_words, span_words
from regulations.words import STAGES, STARTS, SUBJECTS, WHATS

STATES = {
    "met": "按时完成",
    "late": "逾期完成",
    "running": "进行中",
    "overdue": "已逾期",
    "paused": "暂停",
    "void": "作废",
    "no_limit": "无时限",
}
Row = Mapping[str, Any]


def explain(result: Row, pack_of: Callable[[str], Pack]) -> str:
    """Return one result of a replay as text; an error as one line."""
    if "error" in result:
        error = result["error"]
        return f"{result['case']}：第{error['line']}行 {error['field']}：{error['message']}"
    pack = pack_of(result["regulation"])
    return "\n".join([f"{result['case']}　{result['regulation']}", *_lines(result, pack)])


def _lines(result: Row, pack: Pack) -> Iterator[str]:
    grade, responsible = result["grade"], result["responsible"]
    yield f"  等级　{grade['name'] or '—'}{_basis(pack, grade)}"
    names = "、".join(filter(None, [responsible["first"], *responsible["supporting"]])) or "—"
    yield f"  部门　{names}{_basis(pack, responsible)}"
    counted = {one.key: one for one in result.get("explanations", ())}
    for row in result["clocks"]:
        yield f"  时限　{STAGES.get(row['stage'], row['stage'])}　{_clock(row)}{_basis(pack, row)}"
        if row["key"] in counted:
            yield from (f"    {line}" for line in counting(counted[row["key"]]))
    for row in result["reports"]:
        yield f"  上报　{row['to']}　{row['at']}{_basis(pack, row)}"
    for row in result["approvals"]:
        yield f"  签批　{WHATS.get(row['what'], row['what'])}　{row['by']}　{row['at'] or '待签'}{_basis(pack, row)}"
    for row in result["penalties"]:
        yield f"  考核　{SUBJECTS[row['subject']]}　{_price(row)}{_basis(pack, row)}"
    yield f"  关闭　{'可以关闭' if result['closing']['ready'] else '尚不能关闭'}"
    for row in result["closing"]["missing"]:
        yield f"    尚缺　{WHATS.get(row['what'], row['what'])}{_basis(pack, row)}"
    for row in result["refused"]:
        yield f"  未采纳　第{row['index'] + 1}条 {row['kind']}：{row['reason']}{_basis(pack, row)}"


def _clock(row: Row) -> str:
    late = f"　逾期{row['late_days']}天" if row["late_days"] else ""
    return f"{row['started_at']} 起　{row['due_at'] or '—'} 止　{STATES[row['state']]}{late}"


def counting(one: Explanation) -> Iterator[str]:
    """Yield how a clock was counted: the rule, each day that counted, and the other readings."""
    yield _("自%(start)s（%(at)s）起算：%(period)s") % {
        "start": STARTS.get(one.started_by, one.started_by),
        "at": _moment(one.started_at),
        "period": period_words(one.period),
    }
    if one.began_at != one.started_at:
        yield _("自 %(at)s 开始计") % {"at": _moment(one.began_at)}
    for day in one.days:
        yield _day_words(day)
    for since, until in one.pauses:
        yield _("暂停 %(since)s 至 %(until)s") % {
            "since": _moment(since),
            "until": _moment(until) if until else _("今"),
        }
    if one.extended and one.due_at:
        yield _("经批准延期至 %(at)s") % {"at": _moment(one.due_at)}
    for reading in one.readings:
        value = _("未设定") if reading.value is None else reading.value
        yield _("读法 %(label)s：%(value)s") % {"label": reading.label, "value": value}
    for other in one.others:
        yield _("另一读法 %(label)s＝%(value)s：%(due)s") % {
            "label": other.label,
            "value": other.value,
            "due": _moment(other.due_at) if other.due_at else _("无时限"),
        }


def _day_words(day: CountedDay) -> str:
    words = _("%(day)s 开放日 计%(span)s") if day.is_open else _("%(day)s 休息日 计%(span)s")
    if day.paused:
        words = _("%(day)s 暂停 计%(span)s")
    return words % {"day": day.day.isoformat(), "span": span_words(day.counted)}


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}".removesuffix(":00")


def _price(row: Row) -> str:
    words = []
    if row["days"]:
        words.append(f"第{row['days'][0]}至{row['days'][1]}天")
    if row["amount"]:
        words.append(f"{row['amount']}元")
    if row.get("range"):
        words.append("至".join(row["range"]) + "元")
    if row.get("sanction"):
        words.append(row["sanction"])
    return "　".join(words)


def _basis(pack: Pack, row: Row) -> str:
    return f"　［{pack.basis(tuple(row['source']))}］" if row["source"] else ""
