"""The ledger's columns: one definition for every way out.

A column has a name for programs, a header for people, the type of its cells and the function that
draws its value from an entry. Times are local and without offset, as a workbook needs them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.lifecycle import Kind, State
from complaints.models import Complaint
from regulations.engine.pack import Field
from regulations.words import STAGES
from reports.entries import MILESTONES, Entry, Shape
from sla.models import ClockState
from workbooks.cells import CellType

STANDARD = Shape()


@dataclass(frozen=True)
class Column:
    """One column; `width` is in characters of the workbook's standard font."""

    name: str
    header: str
    type: CellType
    value: Callable[[Entry], Any]
    width: int = 14


def columns(shape: Shape = STANDARD) -> list[Column]:
    """Return the ledger's columns in the language of the moment, each title once."""
    every = [
        *_identity(),
        *_milestones(),
        *_place(),
        *_content(),
        *(_intake(label, fields) for label, fields in shape.fields.items()),
        *(column for stage in shape.stages for column in _clock(stage)),
        *_outcome(),
    ]
    return list({column.header: column for column in reversed(every)}.values())[::-1]


def _identity() -> list[Column]:
    states = {value: str(label) for value, label in State.choices}
    return [
        Column("number", _("投诉编号"), "text", lambda e: e.case.number),
        Column("regulation", _("制度版本"), "text", lambda e: str(e.version), 18),
        Column("state", _("状态"), "text", lambda e: states[e.case.state], 8),
        Column("grade", _("等级"), "text", lambda e: e.case.grade, 10),
        Column("received_at", _("收到时间"), "datetime", lambda e: e.case.received_at, 18),
    ]


def _milestones() -> list[Column]:
    return [
        *(_milestone(kind) for kind in MILESTONES),
        Column("ended_at", _("结束时间"), "datetime", lambda e: e.case.ended_at, 18),
    ]


def _milestone(kind: Kind) -> Column:
    return Column(
        f"{kind.value}_at",
        _("%(act)s时间") % {"act": kind.label},
        "datetime",
        lambda entry: entry.milestones.get(kind),
        18,
    )


def _place() -> list[Column]:
    return [
        Column("kind", _("事项"), "text", lambda e: e.case.kind, 8),
        Column("category", _("类别"), "text", lambda e: e.case.category),
        Column("channel", _("渠道"), "text", lambda e: e.case.channel, 10),
        Column("project", _("项目"), "text", lambda e: e.case.project),
        Column("department", _("责任部门"), "text", lambda e: e.department),
        Column("supporting", _("配合部门"), "text", lambda e: "、".join(e.supporting), 20),
        Column("handler", _("承办人"), "text", lambda e: e.handler, 10),
    ]


def _content() -> list[Column]:
    """Personal values, as they may be read (`reports.entries.Shown`)."""
    return [
        Column("name", _("投诉人"), "text", lambda e: e.particulars.name, 12),
        Column("phone", _("联系方式"), "text", lambda e: e.particulars.phone),
        Column("subject", _("投诉主题"), "text", lambda e: e.particulars.subject, 30),
        Column("description", _("投诉内容"), "text", lambda e: e.particulars.description, 50),
        Column("demand", _("客户诉求"), "text", lambda e: e.particulars.demand, 30),
    ]


def _intake(label: str, fields: Sequence[Field]) -> Column:
    """Return the column of a field of the intake form that has none of its own."""
    number = all(field.type in ("int", "decimal") for field in fields)

    def draw(entry: Entry) -> Any:
        for field in fields:
            value = entry.particulars.more.get(field.key)
            if value not in (None, ""):
                return _number(value) if number else _words(field, str(value))
        return None

    return Column(f"intake_{fields[0].key}_{label}", label, "number" if number else "text", draw)


def _words(field: Field, value: str) -> str:
    labels = dict(field.options) | ({"yes": "是", "no": "否"} if field.type == "bool" else {})
    return "；".join(labels.get(word, word) for word in value.split("；"))


def _number(value: Any) -> Any:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return str(value)
    return int(number) if number.is_integer() else number


def _clock(stage: str) -> list[Column]:
    """Return due time, stop, state, late days and clause of one stage's clock."""
    named = {"stage": STAGES[stage]}
    states = {value: str(label) for value, label in ClockState.choices}

    def of_clock(draw: Callable[[Any], Any]) -> Callable[[Entry], Any]:
        return lambda entry: draw(entry.clocks[stage]) if stage in entry.clocks else None

    return [
        Column(
            f"{stage}_due",
            _("%(stage)s到期") % named,
            "datetime",
            of_clock(lambda clock: clock.due_at),
            18,
        ),
        Column(
            f"{stage}_stopped",
            _("%(stage)s停止") % named,
            "datetime",
            of_clock(lambda clock: clock.stopped_at),
            18,
        ),
        Column(
            f"{stage}_state",
            _("%(stage)s时限状态") % named,
            "text",
            of_clock(lambda clock: states[clock.state]),
        ),
        Column(
            f"{stage}_late_days",
            _("%(stage)s逾期天数") % named,
            "number",
            of_clock(lambda clock: clock.late_days),
        ),
        Column(
            f"{stage}_basis",
            _("%(stage)s依据") % named,
            "text",
            lambda entry: _basis(entry, stage),
            20,
        ),
    ]


def _basis(entry: Entry, stage: str) -> str | None:
    clock = entry.clocks.get(stage)
    return entry.version.pack.basis(tuple(clock.source)) if clock else None


def _outcome() -> list[Column]:
    origins = {value: str(label) for value, label in Complaint.Origin.choices}
    return [
        Column("next_due", _("最近时限"), "datetime", lambda e: e.case.next_due, 18),
        Column("answer", _("处理结果"), "text", lambda e: e.result, 40),
        Column("option", _("处理方式"), "text", lambda e: e.said.get("option")),
        Column("opinion", _("客户意见"), "text", lambda e: e.said.get("opinion"), 10),
        *(_confirmation(by, header) for by, header in CONFIRMED_BY),
        Column("satisfaction", _("满意度"), "text", lambda e: e.said.get("satisfaction"), 10),
        Column("conclusion", _("调查结论"), "text", lambda e: e.said.get("conclusion"), 10),
        Column("closing_mode", _("关闭方式"), "text", _closing_mode, 20),
        Column("counts_in_rate", _("计入关闭率"), "boolean", lambda e: e.case.counts_in_rate, 10),
        Column("cycle", _("轮次"), "number", lambda e: e.case.cycle, 6),
        Column("origin", _("来源"), "text", lambda e: origins[e.case.origin], 10),
    ]


CONFIRMED_BY = (
    ("customer", gettext_lazy("客户确认形式")),
    ("property", gettext_lazy("物业确认形式")),
)
FORMS = {"written": gettext_lazy("书面"), "recorded_call": gettext_lazy("电话录音")}


def _confirmation(by: str, header: Any) -> Column:
    name = f"{by}_confirmation"
    return Column(name, str(header), "text", lambda e: str(FORMS.get(e.said.get(name), "")), 12)


def _closing_mode(entry: Entry) -> str:
    """Return the closing mode in the words of the case's own regulation."""
    name = entry.said.get("mode", "")
    return next((mode.label for mode in entry.version.pack.closing if mode.name == name), name)
