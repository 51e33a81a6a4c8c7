"""The ledger's columns: one definition for every way out.

A column has a name for programs, a header for people, the type of its cells and the function that
draws its value from an entry. Times are local and without offset, as a workbook needs them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from complaints.lifecycle import Kind
from regulations.words import STAGES
from reports.entries import MILESTONES, Entry
from workbooks.cells import CellType


@dataclass(frozen=True)
class Column:
    """One column; `width` is in characters of the workbook's standard font."""

    name: str
    header: str
    type: CellType
    value: Callable[[Entry], Any]
    width: int = 14


def columns(stages: Iterable[str]) -> list[Column]:
    """Return the ledger's columns in the language of the moment, with the clocks of `stages`."""
    return [
        *_identity(),
        *_milestones(),
        *_place(),
        *_content(),
        *(column for stage in stages for column in _clock(stage)),
        *_outcome(),
    ]


def _moment(at: datetime | None) -> datetime | None:
    return localtime(at).replace(tzinfo=None) if at else None


def _identity() -> list[Column]:
    return [
        Column("number", _("投诉编号"), "text", lambda e: e.case.number),
        Column("regulation", _("制度版本"), "text", lambda e: str(e.version), 18),
        Column("state", _("状态"), "text", lambda e: e.case.get_state_display(), 8),
        Column("grade", _("等级"), "text", lambda e: e.case.grade, 10),
        Column("received_at", _("收到时间"), "datetime", lambda e: _moment(e.case.received_at), 18),
    ]


def _milestones() -> list[Column]:
    return [
        *(_milestone(kind) for kind in MILESTONES),
        Column("ended_at", _("结束时间"), "datetime", lambda e: _moment(e.case.ended_at), 18),
    ]


def _milestone(kind: Kind) -> Column:
    return Column(
        f"{kind.value}_at",
        _("%(act)s时间") % {"act": kind.label},
        "datetime",
        lambda entry: _moment(entry.milestones.get(kind)),
        18,
    )


def _place() -> list[Column]:
    return [
        Column("kind", _("事项"), "text", lambda e: e.case.kind, 8),
        Column("category", _("类别"), "text", lambda e: e.case.category),
        Column("channel", _("渠道"), "text", lambda e: e.case.channel, 10),
        Column("project", _("项目"), "text", lambda e: e.case.project),
        Column("department", _("责任部门"), "text", lambda e: _name(e.case.department)),
        Column("supporting", _("配合部门"), "text", lambda e: "、".join(e.supporting), 20),
        Column("handler", _("承办人"), "text", lambda e: _name(e.case.handler), 10),
    ]


def _name(thing) -> str:
    return thing.name if thing else ""


def _content() -> list[Column]:
    """Personal values: whoever may see the case may see them, nobody else gets its row."""
    return [
        Column("name", _("投诉人"), "text", lambda e: e.case.particulars.name, 12),
        Column("phone", _("联系方式"), "text", lambda e: e.case.particulars.phone),
        Column("subject", _("投诉主题"), "text", lambda e: e.case.particulars.subject, 30),
        Column("description", _("投诉内容"), "text", lambda e: e.case.particulars.description, 50),
        Column("demand", _("客户诉求"), "text", lambda e: e.case.particulars.demand, 30),
    ]


def _clock(stage: str) -> list[Column]:
    """Return due time, stop, state and late days of one stage's clock."""
    named = {"stage": STAGES[stage]}

    def of_clock(draw: Callable[[Any], Any]) -> Callable[[Entry], Any]:
        return lambda entry: draw(entry.clocks[stage]) if stage in entry.clocks else None

    return [
        Column(
            f"{stage}_due",
            _("%(stage)s到期") % named,
            "datetime",
            of_clock(lambda clock: _moment(clock.due_at)),
            18,
        ),
        Column(
            f"{stage}_stopped",
            _("%(stage)s停止") % named,
            "datetime",
            of_clock(lambda clock: _moment(clock.stopped_at)),
            18,
        ),
        Column(
            f"{stage}_state",
            _("%(stage)s时限状态") % named,
            "text",
            of_clock(lambda clock: clock.get_state_display()),
        ),
        Column(
            f"{stage}_late_days",
            _("%(stage)s逾期天数") % named,
            "number",
            of_clock(lambda clock: clock.late_days),
        ),
    ]


def _outcome() -> list[Column]:
    return [
        Column("next_due", _("最近时限"), "datetime", lambda e: _moment(e.case.next_due), 18),
        Column("satisfaction", _("满意度"), "text", lambda e: e.said.get("satisfaction"), 10),
        Column("conclusion", _("调查结论"), "text", lambda e: e.said.get("conclusion"), 10),
        Column("closing_mode", _("关闭方式"), "text", _closing_mode, 20),
        Column("counts_in_rate", _("计入关闭率"), "boolean", lambda e: e.case.counts_in_rate, 10),
        Column("cycle", _("轮次"), "number", lambda e: e.case.cycle, 6),
        Column("origin", _("来源"), "text", lambda e: e.case.get_origin_display(), 10),
    ]


def _closing_mode(entry: Entry) -> str:
    """Return the closing mode in the words of the case's own regulation."""
    name = entry.said.get("mode", "")
    return next((mode.label for mode in entry.version.pack.closing if mode.name == name), name)
