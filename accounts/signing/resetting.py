"""An administrator takes away somebody's second factors, with a reason; the person is told."""

from functools import partial

from django import forms
from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.signing import factors
from accounts.tasks import tell_of_reset


class ResetForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=200,
        widget=forms.Textarea,
        help_text=gettext_lazy("记入配置变更，并告知本人，例如：手机丢失，已当面核实身份。"),
    )


def reset(request, pk):
    """Ask for the reason and take the factors away; nobody does it to themselves."""
    person = get_object_or_404(User.objects.exclude(pk=request.user.pk), pk=pk)
    form = ResetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            row = factors.reset(person, request.user, form.cleaned_data["reason"])
            transaction.on_commit(partial(tell_of_reset.delay, row.pk), robust=True)
        messages.success(request, _("已重置 %(name)s 的第二因素。") % {"name": person.name})
        return redirect("admin:accounts_user_change", person.pk)
    return render(request, "registration/factor_reset.html", {"form": form, "person": person})
