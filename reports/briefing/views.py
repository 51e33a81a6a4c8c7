"""The briefing, its PDF, and the cases behind each of its figures."""

from pathlib import Path
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from accounts import access, access_log
from accounts.middleware import address_of
from complaints import lines
from complaints.columns import USUAL, headed
from complaints.models import Complaint
from complaints.views import paging
from complaints.views.lists import case_rows
from records import clock
from reports.briefing import page
from reports.briefing.forms import ScopeForm
from reports.briefing.scope import Scope
from reports.briefing.words import asked_words
from reports.models import Watermark
from reports.periodical import making
from reports.periodical.deciding import may_enter
from reports.periodical.forms import HotSpotForm

STYLE = Path(__file__).with_name("paper.css")
KEYS = ("what", "category", "project", "cause", "stage", "place", "of")


def briefing(request):
    """Show the briefing of a scope; `format=pdf` sends it as paper."""
    form = ScopeForm(request.GET, request.user.actor)
    scope = scope_of(request, form)
    mark = Watermark.objects.first()
    context = {
        "form": form,
        "scope": scope,
        "query": urlencode(scope.query()),
        "counted_at": mark and mark.at,
        "place": form.cleaned_data.get("department") if hasattr(form, "cleaned_data") else None,
        "hot_form": _hot_form(request, scope),
    } | page.briefing(scope)
    if request.GET.get("format") == "pdf":
        answer = HttpResponse(paper("reports/briefing/paper.html", context))
        answer["Content-Type"] = "application/pdf"
        answer["Content-Disposition"] = f'attachment; filename="briefing-{scope.until:%Y-%m}.pdf"'
        return answer
    return render(request, "reports/briefing/page.html", context)


def _hot_form(request, scope: Scope) -> HotSpotForm | None:
    version = making.version_of(scope.regulation, clock.now())
    if version is None or not may_enter(request.user.actor, version):
        return None
    return HotSpotForm(categories=[row.name for row in version.pack.categories])


def cases(request):
    """List the cases that a figure counts, as many as it says, but those that concern the reader."""
    form = ScopeForm(request.GET, request.user.actor)
    scope = scope_of(request, form)
    asked = {key: request.GET[key] for key in KEYS if key in request.GET}
    if not all(asked[key].isdigit() for key in ("place", "of") if key in asked):
        raise Http404
    counted = Complaint.objects.filter(pk__in=scope.figures(asked).values("pk"))
    seen = access.visible(request.user.actor, counted)
    found = paging.newest(seen, request.GET.get("after", ""), lines.read)
    query = {name: value for name, value in request.GET.items() if name != "after"}
    every, shown = counted.order_by().count(), seen.order_by().count()
    context = {
        "scope": scope,
        "asked_words": asked_words(asked),
        "rows": case_rows(found.rows, clock.now()),
        "columns": headed(USUAL),
        "count": every,
        "hidden": every - shown,
        "older": "?" + urlencode(query | {"after": found.after}) if found.after else "",
        "back": urlencode(scope.query()),
    }
    return render(request, "reports/briefing/cases.html", context)


def scope_of(request, form: ScopeForm) -> Scope:
    """Return what the form asks for; 404 for somebody who does not see the whole."""
    if form.scope is None:
        access_log.refused(actor=request.user, address=address_of(request), page="briefing")
        raise Http404  # what somebody may not see is not there
    return form.scope


def paper(template: str, context: dict) -> bytes:
    """Return a page as a PDF; nothing is fetched for it. The library is loaded here: see statements.pdf."""
    from weasyprint import CSS, HTML

    text = render_to_string(template, context)
    return HTML(string=text, base_url="about:blank").write_pdf(stylesheets=[CSS(STYLE)])
