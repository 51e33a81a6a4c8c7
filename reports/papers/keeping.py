"""The page of a rule owner's own templates: bring one in, look at it, use it, go back to another."""

from dataclasses import dataclass, field

from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts import access
from records import clock
from regulations.engine.printed import Form
from regulations.models import Regulation, RegulationVersion
from reports.models import FormTemplate
from reports.papers import own, sample
from reports.papers.forms import PaperForm
from reports.papers.pdf import as_pdf
from reports.papers.sheet import printable
from reports.papers.views import DOCX, FORMATS, sent
from reports.papers.word import as_docx


@dataclass
class Paper:
    """One form of a regulation with what the house has made of it."""

    regulation: Regulation
    form: Form
    upload: PaperForm
    known: list[str]
    templates: list[FormTemplate] = field(default_factory=list)

    @property
    def in_use(self) -> FormTemplate | None:
        return next((row for row in self.templates if row.active), None)

    @property
    def outdated(self) -> list[str]:
        """Return what the template in use names and the newest version of the form does not have."""
        used = self.in_use.placeholders if self.in_use else []
        return [name for name in used if name not in self.known]


def form_templates(request):
    """Show every printable form of the regulations that this person owns."""
    return _page(request)


def form_template_upload(request, regulation, key):
    """Keep a document as the next version of a form's template; it is not in use yet."""
    version, form = _form(request, regulation, key)
    upload = PaperForm(request.POST, request.FILES, paper=form)
    if not upload.is_valid():
        return _page(request, upload)
    with transaction.atomic():
        row = Regulation.objects.select_for_update().get(pk=version.regulation_id)
        rows = FormTemplate.objects.filter(regulation=row, form=key)
        kept = FormTemplate(
            regulation=row,
            form=key,
            number=rows.count() + 1,
            placeholders=upload.placeholders,
            added_by=request.user,
            added_at=clock.now(),
        )
        kept.file.save("template.docx", upload.cleaned_data["file"], save=False)
        kept.save(force_insert=True)
    return _to_form(version.regulation, key)


def form_template_use(request, pk):
    """Use a version for its form, in place of the one before."""
    row = _template(request, pk)
    with transaction.atomic():
        Regulation.objects.select_for_update().get(pk=row.regulation_id)
        _put_away(row)
        FormTemplate.objects.filter(pk=row.pk).update(active=True)
    return _to_form(row.regulation, row.form)


def form_template_retire(request, pk):
    """Use the standard paper again."""
    row = _template(request, pk)
    _put_away(row)
    return _to_form(row.regulation, row.form)


def form_template_preview(request, pk):
    """Send a template filled in with a made-up case."""
    row = _template(request, pk)
    version, form = _form(request, row.regulation_id, row.form)
    body = own.written(row, sample.sample(form, version.pack))
    return sent(body, DOCX, f"{form.title}_v{row.number}.docx")


def form_start(request, regulation, key, format_name):
    """Send the standard paper: as DOCX with its placeholders, to begin with; as PDF, to look at."""
    version, form = _form(request, regulation, key)
    if format_name not in FORMATS:
        raise Http404
    if format_name == "pdf":
        body = as_pdf(sample.sample(form, version.pack))
        return sent(body, "application/pdf", f"{form.title}.pdf")
    body = as_docx(sample.placeholders(form, version.pack))
    return sent(body, DOCX, f"{form.title}.docx")


def _page(request, refused: PaperForm | None = None):
    papers = [
        Paper(version.regulation, form, PaperForm(paper=form), own.known(form))
        for version in _versions(request)
        for form in printable(version.pack.forms)
    ]
    rows = FormTemplate.objects.filter(regulation__in={one.regulation for one in papers})
    kept = list(rows.select_related("added_by").order_by("-number"))
    for paper in papers:
        paper.templates = [
            row
            for row in kept
            if (row.regulation_id, row.form) == (paper.regulation.pk, paper.form.key)
        ]
        if refused is not None and refused.paper == paper.form:
            paper.upload = refused
    context = {"papers": papers}
    status = 200 if refused is None else 422
    return render(request, "reports/form_templates.html", context, status=status)


def _versions(request) -> list[RegulationVersion]:
    """Return the newest version of each regulation that this person owns."""
    units = access.units_owned(request.user.actor)
    rows = RegulationVersion.objects.filter(regulation__unit__in=units)
    rows = rows.select_related("regulation__unit").order_by("regulation", "in_force_from", "number")
    return list({row.regulation_id: row for row in rows}.values())


def _form(request, regulation: int, key: str) -> tuple[RegulationVersion, Form]:
    for version in _versions(request):
        for form in printable(version.pack.forms):
            if (version.regulation_id, form.key) == (regulation, key):
                return version, form
    raise Http404


def _template(request, pk: int) -> FormTemplate:
    units = access.units_owned(request.user.actor)
    rows = FormTemplate.objects.filter(regulation__unit__in=units).select_related("regulation")
    return get_object_or_404(rows, pk=pk)


def _put_away(row: FormTemplate) -> None:
    same = FormTemplate.objects.filter(regulation=row.regulation_id, form=row.form, active=True)
    same.update(active=False)


def _to_form(regulation: Regulation, key: str):
    return redirect(f"{reverse('form_templates')}#form-{regulation.pk}-{key}")
