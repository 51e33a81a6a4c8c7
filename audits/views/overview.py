"""审计: what is due, how far each quarter is, whose papers wait; improvements after major cases."""

from django.db.models import OuterRef, Subquery
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import access
from audits.models import Finding, FindingState, Paper, PaperState
from audits.progress import progress, reminders
from audits.tips.handling import open_tips
from audits.views import seen
from complaints.lifecycle import State
from complaints.models import Complaint
from complaints.wording import moment_words
from regulations.models import Regulation
from sla.models import Clock

PLANS, PAPERS, CASES = 12, 20, 100


def audits(request):
    """Show what an auditor has to do: missing draws and audits, the quarters, the papers that wait."""
    actor = request.user.actor
    plans = list(seen.plans(actor).order_by("-first", "-pk")[:PLANS])
    drawn = [plan.draw for plan in plans if hasattr(plan, "draw")]
    far = progress(drawn)
    waiting = seen.papers(actor).filter(state__in=[PaperState.OPEN, PaperState.SUBMITTED])
    mine = waiting.filter(auditor=actor.user, state=PaperState.OPEN)
    others = waiting.filter(state=PaperState.SUBMITTED).exclude(auditor=actor.user)
    context = {
        "reminders": [_reminder(one) for one in reminders(access.units_audited(actor), actor.at)],
        "plans": [
            {"plan": plan, "progress": far.get(plan.draw.pk) if hasattr(plan, "draw") else None}
            for plan in plans
        ],
        "mine": [_paper(row) for row in mine.order_by("pk")[:PAPERS]],
        "second": [_paper(row) for row in others.order_by("pk")[:PAPERS]],
        "open_tips": open_tips(actor),
        "open_findings": seen.findings(actor).open().count(),
    }
    return render(request, "audits/overview.html", context)


def _reminder(one) -> dict:
    if one.quarter:
        words = _("%(regulation)s：%(quarter)s 尚未抽查")
        url = (
            reverse("admin:audits_plan_add")
            + f"?regulation={one.regulation.pk}&quarter={one.quarter}"
        )
    else:
        words = _("%(regulation)s：%(year)s 年度专项审计尚无记录")
        url = reverse("admin:audits_specialaudit_add")
        url += f"?regulation={one.regulation.pk}&year={one.year}"
    said = {"regulation": one.regulation.title, "quarter": one.quarter, "year": one.year}
    return {"words": words % said, "basis": one.basis, "url": url, "late": one.late}


def _paper(row: Paper) -> dict:
    return {
        "number": row.case.number,
        "auditor": row.auditor.name if row.auditor else _("未指定"),
        "url": reverse("admin:audits_paper_change", args=[row.pk]),
    }


def improvements(request):
    """List major cases with what became of their rectification, for audit to supervise (TOB-38)."""
    actor = request.user.actor
    cases = Complaint.objects.filter(unit__in=access.units_audited(actor), grade__in=_major(actor))
    cases = cases.select_related("department", "version__regulation").prefetch_related(
        "plans__measures"
    )
    clock = Clock.objects.filter(case=OuterRef("pk"), stage="improvement").order_by("-pk")
    found = Finding.objects.filter(case=OuterRef("pk")).exclude(state=FindingState.DISMISSED)
    cases = cases.annotate(
        improvement=Subquery(clock.values("state")[:1]),
        improvement_due=Subquery(clock.values("due_at")[:1]),
        finding=Subquery(found.order_by("-pk").values("pk")[:1]),
        finding_state=Subquery(found.order_by("-pk").values("state")[:1]),
        finding_due=Subquery(found.order_by("-pk").values("due_on")[:1]),
    )
    context = {"rows": [_improvement(case) for case in cases.order_by("-pk")[:CASES]]}
    return render(request, "audits/improvements.html", context)


def _major(actor) -> set[str]:
    """Return the names of the highest grades, 重大 and above, in the units' regulations."""
    names = set()
    rows = Regulation.objects.filter(unit__in=access.units_audited(actor))
    for regulation in rows.prefetch_related("versions"):
        for version in regulation.versions.all():
            ranks = [level.name for level in version.pack.grades]
            first = next((n for n, name in enumerate(ranks) if name.startswith("重大")), None)
            names |= set(ranks[first:] if first is not None else ranks[-1:])
    return names


def _improvement(case) -> dict:
    plan = case.newest_plan
    return {
        "case": case,
        "state": State(case.state).label,
        "measures": plan.measures.body if plan and plan.measures else "",
        "finishes_on": plan.finishes_on if plan else None,
        "clock": case.improvement,
        "clock_due": moment_words(case.improvement_due) if case.improvement_due else "",
        "finding": case.finding,
        "finding_state": FindingState(case.finding_state).label if case.finding_state else "",
        "finding_due": case.finding_due,
    }
