"""Registering several complaints that were pasted from a sheet."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from complaints.forms.base import content_of
from complaints.forms.intake import RegisterForm
from complaints.forms.pasting import Fault, PasteForm
from complaints.intake import once, register
from complaints.refusals import KeyReused, NotPermitted, Refused
from complaints.views.register import chosen_regulation, place_of
from complaints.wording import refusal
from records import clock


def paste(request):
    """Show the form for several complaints, or register all of them in one transaction."""
    which, regulation = chosen_regulation(request)
    sample = RegisterForm(None, regulation=regulation, now=clock.now())
    place = place_of(request.user.actor, sample.version)
    form = PasteForm(request.POST or None, sample=sample, place=place)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and (response := _send(request, form)):
            return response
    context = {"which": which, "form": form, "regulation": regulation}
    return render(request, "complaints/paste.html", context, status=status)


def _send(request, form: PasteForm):
    """Register every line, or none and say which one was refused."""
    actor = request.user.actor
    numbers: list[str] = []

    def do():
        case = None
        for line in form.complaints:
            try:
                case = register(line.intake(), actor=actor)
            except Refused as refused:
                at = form.complaints.index(line) + 2
                words = [refusal(reason, line.pack) for reason in refused.reasons]
                form.faults += [Fault(at, "", one) for one in words]
                raise
            numbers.append(case.number)
        return case

    content = content_of(request.path, request.POST)
    try:
        case, _new = once(form.cleaned_data["key"], actor=actor, content=content, do=do)
    except Refused:
        form.add_error(None, _("有一行不能登记，一件也没有登记。"))
        return None
    except NotPermitted:
        raise PermissionDenied from None
    except KeyReused:
        form.add_error(None, _("这份表单已经用不同的内容提交过，请重新打开登记页。"))
        return None
    first, last = (numbers[0], numbers[-1]) if numbers else (case.number, case.number)
    words = _("已登记 %(count)s 件：%(first)s 至 %(last)s")
    count = len(form.complaints)
    messages.success(request, words % {"count": count, "first": first, "last": last})
    return redirect("case_list")
