"""Registering a complaint, with a preview of what the regulation will make of it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from complaints import presenting
from complaints.forms.base import content_of
from complaints.forms.intake import RegisterForm, WhichForm
from complaints.histories import verdict_of
from complaints.intake import once, register
from complaints.lifecycle import Kind
from complaints.models import Complaint
from complaints.refusals import KeyReused, NotPermitted, Refused
from complaints.wording import refusal
from records import clock
from regulations.engine.history import Event, History


def new(request):
    """Show the form of the regulation in force, or register what was entered."""
    which, form = _forms(request)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            response, status = _send(request, form)
            if response is not None:
                return response
    return _page(request, which, form, status)


def preview(request):
    """Return the clocks, the grade and the department that what is entered so far leads to.

    Without htmx it is the whole page again, with nothing said against what is not filled in yet.
    """
    which, form = _forms(request)
    form.is_valid()
    if request.htmx:
        return render(request, "complaints/_preview.html", _preview(form))
    form.errors.clear()
    return _page(request, which, form, 200)


def _page(request, which, form: RegisterForm, status: int):
    context = {"which": which, "form": form} | (_preview(form) if form.is_bound else {})
    return render(request, "complaints/register.html", context, status=status)


def _forms(request):
    entered = request.POST if request.method == "POST" else None
    which = WhichForm(
        entered
        or ({"regulation": request.GET["regulation"]} if "regulation" in request.GET else None),
        actor=request.user.actor,
    )
    regulation = which.fields["regulation"].queryset.first()
    if which.is_bound and which.is_valid():
        regulation = which.cleaned_data["regulation"]
    if regulation is None:
        raise PermissionDenied
    which.initial["regulation"] = regulation.pk
    return which, RegisterForm(entered, regulation=regulation, now=clock.now())


def _send(request, form: RegisterForm):
    actor = request.user.actor
    try:
        case, _new = once(
            form.cleaned_data["key"],
            actor=actor,
            content=content_of(request.path, request.POST),
            do=lambda: register(form.intake(), actor=actor),
        )
    except Refused as refused:
        for reason in refused.reasons:
            field = reason.field if reason.field in form.fields else None
            form.add_error(field, refusal(reason, form.pack))
        return None, 409
    except NotPermitted:
        raise PermissionDenied from None
    except KeyReused:
        form.add_error(None, _("这份表单已经用不同的内容提交过，请重新打开登记页。"))
        return None, 409
    messages.success(request, _("已登记，编号 %(number)s") % {"number": case.number})
    return redirect("case", number=case.number), 302


def _preview(form: RegisterForm) -> dict:
    """Judge the facts entered so far as if the complaint were registered now."""
    pack, facts = form.pack, form.facts()
    received = form.cleaned_data.get("received_at") or form.now
    history = History(
        "preview",
        facts,
        (
            Event(received, Kind.RECEIVED, {"calendar": form.version.calendar}),
            Event(form.now, Kind.REGISTERED),
        ),
    )
    verdict = verdict_of(Complaint(version=form.version), history, form.now)
    return {
        "clocks": [presenting.clock_view(c, pack, form.now) for c in verdict.clocks],
        "grade": verdict.grade.name or "",
        "grade_basis": pack.basis(verdict.grade.source) if verdict.grade.source else "",
        "responsible": verdict.responsible,
        "responsible_basis": pack.basis(verdict.responsible.source)
        if verdict.responsible.source
        else "",
        "reports": [{"to": r.to, "basis": pack.basis(r.source)} for r in verdict.reports],
    }
