"""A replay's result in words that a regulation's owner can read, clause by clause."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from regulations.engine.pack import Pack

STATES = {
    "met": "按时完成",
    "late": "逾期完成",
    "running": "进行中",
    "overdue": "已逾期",
    "paused": "暂停",
    "void": "作废",
    "no_limit": "无时限",
}
STAGES = {
    "transfer": "信息传递",
    "registration": "登记",
    "response": "响应",
    "dispatch": "分派",
    "acceptance": "接单",
    "visit": "上门查看",
    "investigation": "调查核实",
    "sampling": "抽样",
    "report": "检测报告",
    "plan": "处理方案",
    "staff_plan": "人员处理方案",
    "customer_talk": "与客户沟通",
    "execution": "执行",
    "inform": "告知客户",
    "followup": "回访",
    "close": "关闭",
    "answer": "答复",
}
WHATS = {
    "plan": "处理方案",
    "plan_organiser": "方案组织",
    "extension": "延期",
    "close": "关闭审批",
    "compensation": "赔偿",
    "cost": "成本测算",
    "legal": "法律意见",
    "payment": "付款审核",
    "staff_plan": "人员处理方案",
    "exception": "例外",
    "countersign": "会签",
    "conclusion": "调查结论",
    "verification": "核实判定",
    "report": "检测报告",
    "approval": "审批",
    "countersignature": "会签",
    "agreement": "与客户沟通",
    "result": "告知客户结果",
    "customer_confirmation": "客户确认",
    "property_confirmation": "物业确认",
    "followup": "回访",
    "review": "复核",
    "documents": "文书资料",
    "execution": "处理完成",
}
SUBJECTS = {
    "handler": "承办人",
    "responsible_person": "责任人",
    "department_head": "部门负责人",
    "customer_service": "客服责任人",
    "department": "部门",
    "leaders": "主管领导",
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
    for row in result["clocks"]:
        yield f"  时限　{STAGES.get(row['stage'], row['stage'])}　{_clock(row)}{_basis(pack, row)}"
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
