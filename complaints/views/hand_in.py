"""Handing in a complaint that was received elsewhere in the house."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from complaints.forms.handing import HandInForm
from complaints.handing import hand_in


def new(request):
    """Show the form, or pass on what was entered."""
    form = HandInForm(request.POST or None, actor=request.user.actor)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        hand_in(form.version, request.user.actor, given["received_at"], form.entered())
        place = form.version.owner_department.name
        messages.success(request, _("已转交%(place)s登记。") % {"place": place})
        return redirect("desk")
    status = 422 if form.is_bound else 200
    return render(request, "complaints/hand_in.html", {"form": form}, status=status)
