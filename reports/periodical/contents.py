"""What stands in each report: tables of words and numbers, drawn from the same sums as the briefing."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Department
from penalties import statements
from penalties.periods import Span
from penalties.scoring import scores
from regulations.models import RegulationVersion
from reports.briefing import figures, page
from reports.briefing.figures import Sums
from reports.briefing.scope import Scope
from reports.models import CaseFigure, HotSpot
from reports.satisfaction import SATISFIED

# {"title", "head": [...], "rows": [[...]]}; the first cell of a row names it.
Table = dict[str, Any]
DISSATISFIED = "不满意"


def tables(report: str, scope: Scope, version: RegulationVersion) -> list[Table]:
    """Return the tables of a kind of report (regulations.engine.reading.REPORTS) over a scope."""
    return BUILDERS[report](scope, version)


def _table(title: str, head: list[str], rows: list[list]) -> Table:
    return {"title": title, "head": head, "rows": [[_plain(cell) for cell in row] for row in rows]}


def _plain(cell: object) -> object:
    if cell is None:
        return "—"
    return cell if isinstance(cell, int) else str(cell)


def _share(value: Decimal | None) -> str | None:
    return None if value is None else f"{value}%"


def _ranking(scope: Scope, version: RegulationVersion) -> list[Table]:
    rows = [
        [row.name, row.rank, row.sums.valid, row.sums.closed, _share(row.sums.rate),
         _share(row.sums.efficiency), _share(row.sums.satisfaction), _("样本偏少") if row.few else ""]
        for row in (one["row"] for one in page.projects(scope))
    ]  # fmt: skip
    head = [
        _("项目"),
        _("名次"),
        _("有效"),
        _("已关闭"),
        _("完成率"),
        _("效率（按时关闭）"),
        _("满意度"),
        _("说明"),
    ]
    return [_table(_("项目排名"), head, rows)]


def _closing_rate(scope: Scope, version: RegulationVersion) -> list[Table]:
    year = scope.of(scope.since.replace(month=1), scope.until)
    by_month = {key[0]: found for key, found in page.sums(year, "month").items()}
    rows = [
        [f"{one.month:%Y-%m}", one.own.valid, one.own.closed, _share(one.own.rate),
         one.year.valid, one.year.closed, _share(one.year.rate)]
        for one in figures.rates(by_month, scope.since, scope.until)
    ]  # fmt: skip
    head = [
        _("自然月"),
        _("有效"),
        _("已关闭"),
        _("当月关闭率"),
        _("年内有效"),
        _("年内已关闭"),
        _("自然年累计"),
    ]
    return [_table(_("投诉关闭率"), head, rows)]


def _pareto(scope: Scope, column: str, title: str, head: str) -> Table:
    found = page.pareto(scope, column)
    rows: list[list] = [
        [one["row"].name, one["row"].count, _share(one["row"].share), _share(one["row"].reached)]
        for one in found["rows"]
    ]
    if found["missing"]:
        rows.append([_("未填"), found["missing"]["count"], None, None])
    return _table(title, [head, _("件数"), _("占比"), _("累计")], rows)


def _management(scope: Scope, version: RegulationVersion) -> list[Table]:
    return [
        _pareto(scope, "category", _("高频类型"), _("类别")),
        _pareto(scope, "cause", _("主要原因"), _("根本原因")),
        *_closing_rate(scope, version),
    ]


def _departments(scope: Scope, version: RegulationVersion) -> list[Table]:
    """By the department that handles; how many of its cases missed a deadline stands beside."""
    names = dict(Department.objects.values_list("pk", "name"))
    rows = [
        [names.get(key[0], _("未分派")), one.received, one.valid, one.closed, one.open, one.late,
         _share(one.rate)]
        for key, one in sorted(
            page.sums(scope, "department").items(), key=lambda row: (-row[1].late, row[0][0] or 0)
        )
    ]  # fmt: skip
    head = [
        _("部门"),
        _("收到"),
        _("有效"),
        _("已关闭"),
        _("在办"),
        _("有逾期"),
        _("关闭率"),
    ]
    late = [
        [one["row"].name, one["row"].kept, one["row"].late, _share(one["row"].share)]
        for one in page.by_department(scope)
    ]
    return [
        _table(_("各部门办理情况"), head, rows),
        _table(
            _("各部门逾期情况"),
            [_("部门"), _("按时（件）"), _("逾期（件）"), _("及时率")],
            late,
        ),
    ]


def _follow_ups(scope: Scope, version: RegulationVersion) -> list[Table]:
    names = dict(Department.objects.values_list("pk", "name"))
    answers = scope.within(CaseFigure.objects.filter(valid=True)).exclude(satisfaction="")
    counts: dict[int | None, dict[str, int]] = {}
    for place, said in answers.values_list("department", "satisfaction"):
        own = counts.setdefault(place, {})
        own[said] = own.get(said, 0) + 1
    asked = [*SATISFIED, DISSATISFIED]
    rows = [
        [names.get(place, _("未分派")), sum(own.values()), *(own.get(word, 0) for word in asked),
         _share(figures.percent(sum(own.get(w, 0) for w in SATISFIED), sum(own.values())))]
        for place, own in sorted(counts.items(), key=lambda row: row[0] or 0)
    ]  # fmt: skip
    head = [_("部门"), _("已回访"), _("满意"), _("基本满意"), _("不满意"), _("满意度")]
    return [_table(_("回访结果"), head, rows)]


def _indicators(scope: Scope, version: RegulationVersion) -> list[Table]:
    """The appraisal's indicators of each month; they are counted where the month's statement counts them."""
    return [
        _table(
            _("%(month)s 部门指标") % {"month": f"{month:%Y-%m}"},
            [_("部门"), _("及时（%）"), _("满意（%）"), _("办结（%）")],
            [[row.department.name, row.timeliness, row.satisfaction, row.effectiveness] for row in
             indicators(scope.of(month), version)],
        )
        for month in figures.months(scope.since, scope.until)
    ]  # fmt: skip


def indicators(scope: Scope, version: RegulationVersion) -> list[statements.Indicators]:
    """Return the three indicators of each department for the month of a scope.

    Satisfaction is the customers' part of the score where the regulation scores, else the share of
    the satisfied.
    """
    span = Span(scope.since)
    satisfaction = statements.satisfaction_of((), scores(version, span))
    if not version.pack.scoring:
        found = page.sums(scope, "department")
        satisfaction = {
            key[0]: one.satisfaction
            for key, one in found.items()
            if key[0] and one.satisfaction is not None
        }
    return statements.indicators(scope.regulation.unit, span, satisfaction)


def _early_warning(scope: Scope, version: RegulationVersion) -> list[Table]:
    found = page.sums(scope, "category")
    rows = [[key[0] or _("未填"), one.valid, one.demands] for key, one in sorted(found.items())]
    whole: Sums = figures.total(found.values())
    rows.append([_("合计"), whole.valid, whole.demands])
    return [
        _table(_("有效投诉与需求"), [_("类别"), _("有效投诉"), _("需求")], rows),
    ]


def _sources(scope: Scope, version: RegulationVersion) -> list[Table]:
    found = page.sums(scope, "category", "cause")
    rows = [
        [f"{category or _('未填')} / {cause or _('未填')}", one.valid]
        for (category, cause), one in sorted(found.items(), key=lambda row: -row[1].valid)
        if one.valid
    ]
    return [_table(_("类别与原因"), [_("类别 / 原因"), _("件数")], rows)]


def _hot(scope: Scope) -> Table:
    found = scope.within_months(HotSpot.objects.all()).order_by("pk")
    rows: list[list] = [
        [f"{one['row'].category} {one['row'].project}".strip(), _("自动发现"), one["row"].count]
        for one in page.automatic(scope)
    ]
    rows += [[one.text, str(one.get_found_display()), None] for one in found]
    return _table(_("热点难点"), [_("热点难点"), _("来源"), _("件数")], rows)


BUILDERS: dict[str, Callable[[Scope, RegulationVersion], list[Table]]] = {
    "ranking": _ranking,
    "closing_rate": _closing_rate,
    "management": lambda scope, version: [*_management(scope, version), _hot(scope)],
    "departments": _departments,
    "follow_ups": _follow_ups,
    "indicators": _indicators,
    "early_warning": _early_warning,
    "sources": _sources,
}
