"""A replay's result in words that a regulation's owner can read, clause by clause."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from regulations.engine.explanation import Explanation
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
    began = "" if one.began_at == one.started_at else f"，自{_moment(one.began_at)}开始计"
    start = STARTS.get(one.started_by, one.started_by)
    yield f"自{start}（{_moment(one.started_at)}）起算{began}：{period_words(one.period)}"
    for day in one.days:
        kind = "开放日" if day.is_open else "休息日"
        stood = "，暂停" if day.paused else ""
        yield f"{day.day.isoformat()}　{kind}　计{span_words(day.counted)}{stood}"
    for since, until in one.pauses:
        yield f"暂停　{_moment(since)} 至 {_moment(until) if until else '今'}"
    if one.extended and one.due_at:
        yield f"经批准延期至 {_moment(one.due_at)}"
    for reading in one.readings:
        yield f"读法　{reading.label}：{reading.value if reading.value is not None else '未设定'}"
    for other in one.others:
        due = _moment(other.due_at) if other.due_at else "无时限"
        yield f"另一读法　{other.label}＝{other.value}：{due}"


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
