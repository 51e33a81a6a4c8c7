"""What the briefing shows of a scope: read from the kept sums, each figure with the list of its cases."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from accounts.models import Department
from regulations.words import STAGES
from reports.briefing import figures
from reports.briefing.figures import Sums, Timeliness
from reports.briefing.scope import Scope
from reports.models import CaseTally, HotSpot, StageTally

COUNTS = Sums.__slots__


@dataclass(frozen=True)
class Figure:
    """A count and the address of its cases."""

    count: int
    url: str


def sums(scope: Scope, *by: str) -> dict[tuple, Sums]:
    """Return the sums of a scope's cases by some columns of CaseTally (one query)."""
    rows = scope.within(CaseTally.objects.order_by())
    found = rows.values_list(*by).annotate(*(Sum(name) for name in COUNTS))
    return {tuple(row[: len(by)]): Sums(*row[len(by) :]) for row in found}


def briefing(scope: Scope) -> dict:
    """Return the briefing's parts (nine queries)."""
    january = scope.of(_reach(scope), scope.until)
    every = {key[0]: found for key, found in sums(january, "month").items()}
    asked = figures.months(scope.since, scope.until)
    whole = figures.total(every.get(month, Sums()) for month in asked)
    begun = min((month for month, one in every.items() if one.received), default=scope.until)
    rates = figures.rates(every, min(max(scope.since, begun), scope.until), scope.until)
    return {
        "whole": whole,
        "links": _links(scope),
        "trend": figures.Trend(rates),
        "rates": [{"rate": one, "links": _links(scope.of(one.month)),
                   "year_links": _links(scope.of(one.month.replace(month=1), one.month))}
                  for one in reversed(rates)],
        "categories": pareto(scope, "category"),
        "causes": pareto(scope, "cause"),
        "departments": by_department(scope),
        "stages": by_stage(scope),
        "projects": projects(scope),
        "hot": automatic(scope),
        "entered": scope.within_months(HotSpot.objects.order_by("-month", "pk")),
        "early": early_warning(scope, every),
    }  # fmt: skip


def _reach(scope: Scope) -> date:
    """Return from where on months are read: January, and what the last month is compared with."""
    before = figures.shifted(scope.until, -figures.MONTHS_BEFORE)
    return min(scope.since.replace(month=1), before)


def _links(scope: Scope, **names: object) -> dict[str, str]:
    return {
        what: scope.link(what, **names)
        for what in (*COUNTS, "invalid", "open")
        if what != "minutes"
    }


def pareto(scope: Scope, column: str) -> list[dict]:
    """Return the valid cases by category or cause, the most frequent first; none given stays apart."""
    counts = {key[0]: found.valid for key, found in sums(scope, column).items()}
    unknown = counts.pop("", 0)
    rows = [
        {"row": row, "url": scope.link("valid", **{column: row.name})}
        for row in figures.pareto(counts)
    ]
    missing = {"count": unknown, "url": scope.link("valid", **{column: ""})} if unknown else None
    return {"rows": rows, "missing": missing}


def by_department(scope: Scope) -> list[dict]:
    """Return how departments kept their deadlines, the worst first."""
    rows = scope.within(StageTally.objects.filter(everywhere=False, stage=""))
    names = dict(Department.objects.values_list("pk", "name"))
    return _timely(
        scope,
        _kept(rows, "department"),
        lambda key: names.get(key, _("未分派")),
        lambda key: {"place": key},
    )


def by_stage(scope: Scope) -> list[dict]:
    """Return how the deadlines of each stage were kept, the worst first."""
    rows = StageTally.objects.filter(everywhere=scope.department is None).exclude(stage="")
    return _timely(
        scope,
        _kept(scope.within(rows), "stage"),
        lambda key: STAGES.get(key, key),
        lambda key: {"stage": key},
    )


def _kept(rows: QuerySet, column: str) -> Iterable[tuple]:
    return rows.order_by().values_list(column).annotate(Sum("kept"), Sum("late"))


def _timely(scope: Scope, rows: Iterable[tuple], name, names) -> list[dict]:
    found = [Timeliness(str(name(key)), key, kept, late) for key, kept, late in rows]
    found.sort(key=lambda row: (row.share, row.name))
    return [
        {
            "row": row,
            "kept_url": scope.link("stage_kept", **names(row.key)),
            "late_url": scope.link("stage_late", **names(row.key)),
        }
        for row in found
    ]


def projects(scope: Scope) -> list[dict]:
    """Return the projects in the order of their indicators."""
    found = {key[0]: one for key, one in sums(scope, "project").items() if key[0]}
    return [
        {"row": row, "links": _links(scope, project=row.name)}
        for row in figures.ranking(found, settings.FEW_CASES)
    ]


def automatic(scope: Scope) -> list[dict]:
    """Return what has piled up in the last month, against the three before it."""
    reach = scope.of(figures.shifted(scope.until, -figures.MONTHS_BEFORE), scope.until)
    counts = {
        key: found.received for key, found in sums(reach, "month", "category", "project").items()
    }
    last = scope.of(scope.until)
    return [
        {"row": row, "url": last.link("received", category=row.category, project=row.project)}
        for row in figures.hot_spots(counts, scope.until)
    ]


def early_warning(scope: Scope, by_month: dict[date, Sums]) -> list[dict]:
    """Return the last month's valid complaints and its demands, apart."""
    last = scope.of(scope.until)
    words = {"valid": _("有效投诉"), "demands": _("需求（咨询、建议、沟通）")}
    return [
        {"row": row, "name": words[row.sort], "url": last.link(row.sort)}
        for row in figures.early_warning(by_month, scope.until)
    ]
