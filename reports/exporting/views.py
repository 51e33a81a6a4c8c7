"""Starting an export, and keeping the unit's templates."""

import json

from django.core.files.base import ContentFile
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.policy import policy
from jobs import work
from records import clock
from reports.exporting.forms import ExportForm, TemplateForm
from reports.models import LedgerTemplate


def export(request):
    """Show what can be exported; POST starts it, with the filters of the list."""
    units = request.user.actor.units()
    initial = request.GET.dict() if request.GET else {}
    form = ExportForm(request.POST or None, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        return redirect("job", pk=_start(request.user, form).pk)
    return _page(request, form, TemplateForm(units=units))


def template(request):
    """Keep a template; one of the same name is replaced."""
    units = request.user.actor.units()
    form = TemplateForm(request.POST, request.FILES, units=units)
    if not form.is_valid():
        return _page(request, ExportForm(user=request.user), form)
    name, unit = form.cleaned_data["name"], min(units)
    file = form.cleaned_data["file"]
    file.seek(0)
    with transaction.atomic():
        LedgerTemplate.objects.filter(unit=unit, name=name, retired=False).update(retired=True)
        row = LedgerTemplate(unit_id=unit, name=name, added_by=request.user, added_at=clock.now())
        row.file.save("template.xlsx", file, save=False)
        row.save()
    return _to_templates()


def template_retire(request, pk):
    """Offer a template no longer."""
    rows = LedgerTemplate.objects.filter(unit__in=request.user.actor.units(), retired=False)
    row = get_object_or_404(rows, pk=pk)
    row.retired = True
    row.save(update_fields=["retired"])
    return _to_templates()


def _start(user, form: ExportForm):
    cleaned = form.cleaned_data
    params = {"format": cleaned["format"]}
    if cleaned["template"]:
        params["template"] = cleaned["template"].pk
    if cleaned.get("personal"):
        params["personal"] = cleaned["personal"]
    # What was searched for may be a person's name or phone: it is no parameter of a task.
    query = ContentFile(json.dumps(form.query(), ensure_ascii=False).encode())
    return work.start("ledger_export", owner=user, params=params, upload=query)


def _page(request, form, template_form):
    rows = LedgerTemplate.objects.filter(unit__in=request.user.actor.units(), retired=False)
    bound = form.is_bound or template_form.is_bound
    context = {
        "form": form,
        "template_form": template_form,
        "templates": rows.order_by("name"),
        "may_keep": policy().allows("ledger_template", "POST", request.user.actor.roles),
    }
    return render(request, "reports/ledger_export.html", context, status=422 if bound else 200)


def _to_templates():
    return HttpResponseRedirect(reverse("ledger_out") + "#templates")
