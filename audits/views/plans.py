"""A plan with its samples, and the report on its quarter."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from audits.forms import PLAN_STEPS, offered
from audits.models import Axis, Finding, FindingState, PaperState, Part, Plan, Sample
from audits.progress import by_auditor, findings_by_clause, progress
from audits.share import SAMPLE, duty
from audits.views import seen
from audits.views.findings import line
from complaints.joining import listed
from complaints.wording import clauses, moment_words
from records import clock


def audit_plan(request, pk):
    """Show a plan, and once it is drawn its samples with how far their papers are."""
    plan = seen.found(request, "plans", pk)
    context = _about(plan) | {
        "plan": plan,
        "steps": offered(PLAN_STEPS, request.user.actor, plan),
        "rows": [_sample(row) for row in _samples(plan)],
        "early": not plan.is_drawn and clock.now() < plan.quarter.until,
    }
    return render(request, "audits/plan.html", context)


def _about(plan: Plan) -> dict:
    own = duty(plan.version.pack, SAMPLE)
    draw = plan.draw if plan.is_drawn else None
    return {
        "draw": draw,
        "progress": progress([draw])[draw.pk] if draw else None,
        "auditors": by_auditor(draw) if draw else [],
        "drawn_at": moment_words(draw.drawn_at) if draw else "",
        "share": f"{plan.share * 100:.2f}".rstrip("0").rstrip(".") + "%",
        "axes": listed(Axis(axis).label for axis in plan.axes) or _("不分层"),
        "basis": plan.version.pack.basis(own.source) if own else _("单位设定"),
    }


def _samples(plan: Plan):
    rows = Sample.objects.filter(draw__plan=plan).order_by("pk")
    return rows.select_related("member", "paper__auditor", "replaces__member")


def _sample(row: Sample) -> dict:
    return {
        "sample": row,
        "part": Part(row.part).label,
        "stratum": " · ".join(row.member.stratum) or "—",
        "state": PaperState(row.paper.state).label,
        "url": reverse("admin:audits_paper_change", args=[row.paper.pk]),
    }


def audit_report(request, pk):
    """Report on a quarter: drawn, share, shortfall, findings by clause, rectifications still open."""
    plan = seen.plan_for_report(request, pk)
    about, today = _about(plan), localdate(clock.now())
    pack, rows = plan.version.pack, Finding.objects.none()
    if about["draw"]:
        rows = Finding.objects.filter(paper__sample__draw=about["draw"])
    open_ = rows.filter(state__in=[FindingState.RECTIFYING, FindingState.RECTIFIED])
    open_ = open_.select_related("case__version__regulation", "department").order_by("due_on", "pk")
    context = about | {
        "plan": plan,
        "clauses": [
            (
                clauses(pack, source) or _("单位设定"),
                pack.basis(source) if source else "",
                count,
                left,
            )
            for source, count, left in (findings_by_clause(about["draw"]) if about["draw"] else ())
        ],
        "rectifications": [line(row, today) for row in open_],
        "total": rows.exclude(state=FindingState.DISMISSED).count(),
        "made": moment_words(clock.now()),
    }
    return render(request, "audits/report.html", context)
