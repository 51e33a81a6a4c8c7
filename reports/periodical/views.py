"""The reports: those that wait for a signature, those that are signed, those published to the reader."""

from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts import access, access_log
from accounts.actors import Tree
from accounts.middleware import address_of
from accounts.models import Department
from complaints.refusals import NotPermitted, Refused
from records import clock
from reports.briefing import figures
from reports.briefing.scope import regulations
from reports.briefing.views import paper
from reports.models import DueReport, Publication, Report
from reports.periodical import making, quality
from reports.periodical.forms import PublishForm

SHOWN = 100
REFUSALS = {
    "numbers_changed": gettext_lazy("您打开以后数字有变动，报告没有签发；请看过新的数字再签。"),
    "already_signed": gettext_lazy("报告已有人签发，没有重复签发；签发的在“已签发”中。"),
}


def reports(request):
    """List what waits for a signature, what is signed, and what is published to the reader."""
    actor = request.user.actor
    whole = list(regulations(actor))
    due = DueReport.objects.filter(regulation__in=whole).select_related("regulation__unit")
    signed = Report.objects.filter(regulation__in=whole).select_related(
        "regulation", "version", "signed_by"
    )
    units = actor.units()
    told = Publication.objects.filter(report__regulation__unit__in=units).select_related(
        "report__regulation", "report__version", "published_by"
    )
    published = [row for row in told.order_by("-pk")[:SHOWN] if access.reads(actor, row.posts)]
    context = {
        "due": [_due(row) for row in due.order_by("first", "pk")],
        "signed": signed.order_by("-pk")[:SHOWN],
        "published": published,
        "whole": whole,
        "month": f"{figures.shifted(localdate(clock.now()).replace(day=1), -1):%Y-%m}",
        "appraised": [one for one in whole if _duty_of(one, "appraisal")],
        "meetings": [one for one in whole if _duty_of(one, "meeting")],
    }
    return render(request, "reports/periodical/list.html", context)


def _duty_of(regulation, report: str):
    version = making.version_of(regulation, clock.now())
    return next(iter(making.duties(version, report)), None) if version else None


def _due(row: DueReport) -> dict:
    version = making.version_of(row.regulation, clock.now())
    duty = next((one for one in making.duties(version) if one.key == row.key), None)
    return {
        "row": row,
        "duty": duty,
        "basis": version.pack.basis(duty.source) if duty else "",
        "scope": making.scope_of(row),
    }


def due_report(request, pk):
    """Show a report that waits, what is missing in its cases, and take its signature."""
    actor = request.user.actor
    row = get_object_or_404(DueReport.objects.select_related("regulation__unit"), pk=pk)
    version = making.version_of(row.regulation, clock.now())
    duty = next((one for one in making.duties(version) if one.key == row.key), None)
    if duty is None:
        raise Http404
    may_sign = making.may(actor, "report_signed", version, duty).allowed
    if not may_sign and not regulations(actor).filter(pk=row.regulation_id).exists():
        _refuse(request, "report_signed")
    if request.method == "POST":
        try:
            report = making.sign(row, actor=actor, seen=request.POST.get("seen", ""))
        except NotPermitted:
            _refuse(request, "report_signed")
        except Refused as refused:
            messages.error(request, str(REFUSALS[refused.reasons[0].code]))
            again = DueReport.objects.filter(pk=pk).exists()
            return redirect("report_due", pk=pk) if again else redirect("reports")
        messages.success(request, _("已签发：数字不再随案件变动。"))
        return redirect("report", pk=report.pk)
    made = making.content(row, version, duty)
    scope = making.scope_of(row)
    context = _due(row) | {
        "content": made,
        "seen": making.digest(made),
        "may_sign": may_sign,
        "faults": quality.faults(scope, version),
    }
    return render(request, "reports/periodical/due.html", context)


def report(request, pk):
    """Show a signed report, or send it as paper, to whom sees the whole or it is published to."""
    actor = request.user.actor
    row = get_object_or_404(
        Report.objects.select_related("regulation__unit", "version__regulation", "signed_by"),
        pk=pk,
    )
    sent = list(row.publications.select_related("published_by").order_by("pk"))
    whole = regulations(actor).filter(pk=row.regulation_id).exists()
    may_publish = making.may(actor, "report_published", row.version, row.duty).allowed
    if not (whole or may_publish or any(access.reads(actor, one.posts) for one in sent)):
        raise Http404
    names = dict(Department.objects.values_list("pk", "name"))
    context = {
        "report": row,
        "duty": row.duty,
        "basis": row.version.pack.basis(row.duty.source),
        "scope": making.scope_of(row),
        "content": row.content,
        "publications": [
            {"row": one, "posts": [f"{names.get(p, '')} · {title}" for p, title in one.audience]}
            for one in sent
        ],
        "form": PublishForm(places=_places(row)) if may_publish else None,
    }
    if request.GET.get("format") == "pdf":
        answer = HttpResponse(
            paper("reports/periodical/paper.html", context), content_type="application/pdf"
        )
        name = quote(f"report-{row.key}-{row.first:%Y-%m}.pdf")
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer
    return render(request, "reports/periodical/report.html", context)


@require_POST
def publish(request, pk):
    """Publish a signed report to some posts."""
    row = get_object_or_404(
        Report.objects.select_related("regulation__unit", "version__regulation"), pk=pk
    )
    if not making.may(request.user.actor, "report_published", row.version, row.duty).allowed:
        _refuse(request, "report_published")
    form = PublishForm(request.POST, places=_places(row))
    if not form.is_valid():
        messages.error(request, " ".join(form.errors.get("posts", [])))
        return redirect("report", pk=pk)
    making.publish(row, form.audience, actor=request.user.actor)
    messages.success(request, _("已发布到所选职务。"))
    return redirect("report", pk=pk)


def _places(row: Report) -> set[int]:
    tree = Tree.read()
    return tree.below({row.regulation.unit_id})


def _refuse(request, act: str) -> None:
    access_log.refused(actor=request.user, address=address_of(request), act=act)
    raise Http404  # what somebody may not see is not there
