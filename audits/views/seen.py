"""Finding what a request is about, or answering as if there were none."""

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from accounts import access
from accounts.models import Role
from audits.models import Finding, Paper, Plan


def plans(actor, *roles: str) -> QuerySet[Plan]:
    """Return the plans of the units that this person audits, or sees in one of `roles`."""
    rows = Plan.objects.filter(regulation__unit__in=access.units_audited(actor, *roles))
    return rows.select_related("regulation__unit", "version", "draw__drawn_by", "made_by")


def papers(actor) -> QuerySet[Paper]:
    rows = Paper.objects.filter(case__unit__in=access.units_audited(actor))
    return rows.select_related("case__version__regulation", "auditor", "reviewer", "sample__draw")


def findings(actor) -> QuerySet[Finding]:
    rows = access.visible_findings(actor, Finding.objects.all())
    return rows.select_related("case__version__regulation", "department", "paper__auditor")


def found(request, subject: str, pk: int) -> Plan | Paper | Finding:
    """Return a plan, a paper or a finding that this person may see; 404 for any other."""
    rows = {"plans": plans, "papers": papers, "findings": findings}[subject]
    return get_object_or_404(rows(request.user.actor), pk=pk)


def plan_for_report(request, pk: int) -> Plan:
    return get_object_or_404(plans(request.user.actor, Role.MANAGEMENT), pk=pk)
