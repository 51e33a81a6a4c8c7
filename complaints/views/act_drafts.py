"""Keeping what somebody types into the form of an act, and forgetting it when they begin again."""

from uuid import UUID

from django.http import Http404
from django.shortcuts import redirect, render

from accounts import access
from complaints import act_drafts, drafts
from complaints.forms.acts import FORMS
from complaints.views.finding import case_for
from complaints.wording import moment_words
from records import clock


def keep(request, number, kind):
    """Keep the form as it stands, for whom it was drawn; say when, or that it was not kept."""
    case = _case(request, number, kind)
    kept = _drawn_for(request, number, kind) and act_drafts.keep(
        request.user.pk, case, kind, request.POST
    )
    at = moment_words(clock.now()) if kept else ""
    return render(request, "complaints/_kept.html", {"kept_at": at})


def drop(request, number, kind):
    """Forget the draft and draw the form anew."""
    act_drafts.drop(request.user, _case(request, number, kind), kind)
    return redirect("case_act", number=number, kind=kind)


def _case(request, number, kind):
    if kind not in FORMS:
        raise Http404
    return case_for(request, number, sees=access.within_reach)


def _drawn_for(request, number, kind) -> bool:
    """Say whether the form was drawn for whoever is signed in now."""
    try:
        key = UUID(request.POST.get("key", ""))
    except ValueError:
        return False
    sent = request.POST.get(drafts.TICKET, "")
    return drafts.holder(sent, key, number, kind) == request.user.pk
