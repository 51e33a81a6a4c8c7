"""Giving cases to a person of the department: several at once, each an act of its own.

What one of them is refused for leaves the others as they are done.
"""

from hashlib import sha256
from uuid import UUID, uuid5

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from accounts.models import User
from complaints import pipeline
from complaints.histories import history_of, verdict_of
from complaints.intake import once
from complaints.lifecycle import Kind, State
from complaints.pipeline import Act
from complaints.refusals import KeyReused, NotPermitted, Overtaken, Refused
from complaints.views.case import log_refusal, not_permitted_words, overtaken_words
from complaints.views.finding import case_for
from complaints.wording import refusal
from records import clock

MOST = 100


class HandOut(forms.Form):
    """Who gets which cases; `key` makes a second sending harmless."""

    key = forms.UUIDField()
    person = forms.IntegerField()


def hand_out(request):
    """Give the ticked cases to one person, case by case; tell each that was refused, and why."""
    form = HandOut(request.POST)
    back = _back(request)
    ticked = [_ticked(one) for one in dict.fromkeys(request.POST.getlist("case"))]
    if not form.is_valid() or not 0 < len(ticked) <= MOST:
        messages.error(request, _("请勾选案件（至多 %(most)d 件）并选择承办人。") % {"most": MOST})
        return redirect(back)
    person = User.objects.filter(pk=form.cleaned_data["person"]).first()
    done, refused = [], []
    for seen, number in ticked:
        key = uuid5(form.cleaned_data["key"], number)
        why = _give(request, number, seen, form.cleaned_data["person"], key)
        done.append(number) if why is None else refused.append({"number": number, "why": why})
    if done:
        words = _("已交给%(who)s：%(count)d 件。") % {"who": person.name, "count": len(done)}
        messages.success(request, words)
    if not refused:
        return redirect(back)
    context = {"done": done, "refused": refused, "person": person, "back": back}
    return render(request, "complaints/handed_out.html", context, status=200 if done else 409)


def _ticked(value: str) -> tuple[int, str]:
    seen, _colon, number = value.partition(":")
    try:
        return int(seen), number
    except ValueError:
        raise BadRequest("case") from None


def _give(request, number: str, seen: int, person: int, key: UUID) -> str | None:
    """Give one case to somebody; return why not, None where it is done."""
    actor = request.user.actor
    try:
        case = case_for(request, number)
    except Http404:
        return _("没有这件案件，或您看不到它。")
    # What was sent already is answered as it was then, whatever has become of the case.
    kind = Kind.ACCEPTED if case.state == State.ASSIGNED else Kind.HANDED_OVER
    act = Act(kind=kind, data={"handler": person})
    content = sha256(f"{number} {person}".encode()).hexdigest()

    def do():
        return pipeline.act(case.pk, [act], actor=actor, seen=seen)

    try:
        once(key, actor=actor, content=content, do=do)
    except Refused as refused:
        log_refusal(request, case, kind, [one.code for one in refused.reasons])
        return "".join(refusal(one, case.version.pack) for one in refused.reasons)
    except NotPermitted as refused:
        log_refusal(request, case, kind, list(refused.decision.needed))
        verdict = verdict_of(case, history_of(case.events.order_by("seq")), clock.now())
        return not_permitted_words(case, kind, refused.decision, verdict)
    except Overtaken as overtaken:
        return overtaken_words(overtaken.events, case.version.pack)
    except KeyReused:
        return _("这份表单已经用不同的内容提交过。")
    return None


def _back(request) -> str:
    asked = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if safe and asked.startswith("/") else "/cases/"
