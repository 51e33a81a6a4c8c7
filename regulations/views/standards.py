"""The library of standards and training material: the list, one with its editions, writing another."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from accounts import access
from accounts.policy import policy
from records import clock
from regulations import standards as library
from regulations.forms.standards import EditionForm, StandardForm
from regulations.models import Standard


def standards(request):
    """Show the standards of the person's units, each with the edition in force."""
    actor, today = request.user.actor, localdate(clock.now())
    rows = access.regulations(actor, Standard.objects.select_related("unit"))
    rows = rows.prefetch_related("editions__added_by").order_by("kind", "title")
    context = {
        "rows": [
            {"standard": row, "newest": row.editions.all()[0], "now": _in_force(row, today)}
            for row in rows
        ],
        "may_write": policy().allows("regulations:standard_new", "GET", actor.roles),
    }
    return render(request, "regulations/standards.html", context)


def new(request):
    """Show the form of a new standard, or store it."""
    form = StandardForm(request.POST or None, units=access.units_owned(request.user.actor))
    if request.method == "POST" and form.is_valid():
        try:
            row = library.begin(**form.cleaned_data, by=request.user)
        except ValidationError as problem:
            form.add_error("title", problem)
        else:
            messages.success(request, _("已发布。"))
            return redirect(row)
    context = {"form": form}
    return render(
        request, "regulations/standard_new.html", context, status=422 if form.is_bound else 200
    )


def standard(request, pk):
    """Show a standard: the edition in force or the one that was asked for, and all the others."""
    return _page(request, _found(request, pk))


def revise(request, pk):
    """Store the next edition."""
    row, form = _found(request, pk), EditionForm(request.POST)
    if row.unit_id not in access.units_owned(request.user.actor):
        raise Http404
    if form.is_valid():
        try:
            edition = library.revise(row.pk, by=request.user, **form.cleaned_data)
        except ValidationError as problem:
            form.add_error("in_force_from", problem)
        else:
            messages.success(request, _("第%(number)s版已发布。") % {"number": edition.number})
            return redirect(row)
    return _page(request, row, form, status=422)


def _found(request, pk: int) -> Standard:
    rows = access.regulations(request.user.actor, Standard.objects.select_related("unit"))
    return get_object_or_404(rows.prefetch_related("editions__added_by"), pk=pk)


def _page(request, row: Standard, form=None, status=200):
    editions, asked = list(row.editions.all()), request.GET.get("edition", "")
    now = _in_force(row, localdate(clock.now()))
    wanted = next((one for one in editions if str(one.number) == asked), now or editions[0])
    if row.unit_id in access.units_owned(request.user.actor):
        form = form or EditionForm(initial={"text": editions[0].text})
    context = {"standard": row, "shown": wanted, "now": now, "editions": editions, "form": form}
    return render(request, "regulations/standard.html", context, status=status)


def _in_force(row: Standard, day):
    return library.in_force(row.editions.all(), day)
