"""Printing a case's forms: every print is in the access log before it is sent."""

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header

from accounts import access_log
from accounts.middleware import address_of
from accounts.models import AccessEntry
from complaints.models import Complaint
from complaints.revealing import sight_of
from complaints.views.finding import case_for
from records import clock
from regulations.engine.printed import Form
from reports.papers.filling import fill
from reports.papers.own import own_template, written
from reports.papers.pdf import as_pdf
from reports.papers.sheet import Sheet, printable
from reports.papers.word import as_docx

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FORMATS = {"pdf": "application/pdf", "docx": DOCX}


def case_form(request, number, key, format_name):
    """Send a form of the case's regulation, filled in: `format_name` is pdf or docx.

    Whoever may see the case sees its form, and nobody else; the complainant's values are on it for
    whom they are shown to now. The DOCX is by the unit's own template
    where one is in use.
    """
    case = case_for(request, number)
    form = next((one for one in printable(case.version.pack.forms) if one.key == key), None)
    if form is None or format_name not in FORMATS:
        raise Http404
    address = request.build_absolute_uri(reverse("case", args=[case.number]))
    sight = sight_of(request.user.actor, case, "case_form", address_of(request))
    sheet = fill(
        case, form, address=address, now=clock.now(), by=request.user.name, veil=sight.veil
    )
    body = as_pdf(sheet) if format_name == "pdf" else _docx(case, form, sheet)
    access_log.record(
        AccessEntry.Kind.REVEALED,
        actor=request.user,
        address=address_of(request),
        data={"page": "case_form", "case": case.pk, "form": key, "format": format_name},
    )
    return sent(body, FORMATS[format_name], f"{form.title}_{case.number}.{format_name}")


def sent(body: bytes, content_type: str, name: str) -> HttpResponse:
    """Return a file as a download that no cache keeps."""
    answer = HttpResponse(body, content_type=content_type)
    answer.headers["Content-Disposition"] = content_disposition_header(True, name)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _docx(case: Complaint, form: Form, sheet: Sheet) -> bytes:
    template = own_template(case.version.regulation, form.key)
    return as_docx(sheet) if template is None else written(template, sheet)
