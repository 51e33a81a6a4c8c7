"""Registering a complaint: while somebody types, the page says what is known and keeps the draft."""

from contextlib import suppress
from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django_htmx.http import trigger_client_event

from accounts import access
from accounts.middleware import address_of
from accounts.models import Role
from complaints import drafts, revealing
from complaints.forms.base import content_of
from complaints.forms.intake import RECEIVER, RegisterForm, WhichForm
from complaints.handing import Waiting, shown, take, waiting
from complaints.intake import once, register
from complaints.models import Complaint
from complaints.previewing import conduct, preview_of
from complaints.refusals import KeyReused, NotPermitted, Refused
from complaints.wording import moment_words, refusal
from records import clock
from regulations import bindings
from regulations.models import Regulation, RegulationVersion

DRAFTS_SHOWN = 5
# What the page fills in by itself, or a tick alone, is no sign that somebody has typed.
FILLED_IN = frozenset({"key", "received_at", RECEIVER, "settled", "handed_in"})


def new(request):
    """Show the form of the regulation in force, or register what was entered."""
    if request.method == "POST":
        which, form = forms(request)
        status = 422
        if form.is_valid():
            response, status = _send(request, form)
            if response is not None:
                return response
        _keep(request, form)
        return _page(request, which, form, status=status)
    return _drawn(request)


def _drawn(request):
    """Show an empty form, or the draft that was asked for, by default the newest one."""
    kept = drafts.of(request.user)
    asked = request.GET.get("draft", "")
    chosen = next((one for one in kept if str(one.key) == asked), None)
    if chosen is None and not request.GET:
        chosen = next(iter(kept), None)
    which, form = forms(request, chosen)
    others = [one for one in kept if one is not chosen]
    return _page(request, which, form, chosen=chosen, others=others)


def preview(request):
    """Keep what is entered so far, and return what it leads to and what is known beside it.

    Without htmx it is the whole page again, with nothing said against what is not filled in yet.
    """
    which, form = forms(request)
    form.is_valid()
    at = _keep(request, form)
    if not request.htmx:
        form.errors.clear()
        return _page(request, which, form)
    context = preview_of(request.user.actor, form) | {"kept_at": at}
    response = render(request, "complaints/_preview.html", context)
    return trigger_client_event(response, "register:applies", {"fields": form.applies()})


def drop(request):
    """Forget a draft and begin again."""
    with suppress(ValueError):
        drafts.drop(request.user, UUID(request.POST.get("key", "")))
    return redirect(f"{request.path.removesuffix('drop/')}?new=1")


def _page(request, which, form: RegisterForm, *, status=200, chosen=None, others=()):
    key = form["key"].value()
    context = {
        "conduct": conduct(form.pack),
        "which": which,
        "form": form,
        "chosen": chosen and {"key": chosen.key, "at": moment_words(chosen.at)},
        "others": [_named(one) for one in others[:DRAFTS_SHOWN]],
        "ticket": drafts.ticket(request.user, key),
    }
    if form.typed.is_bound:
        context |= preview_of(request.user.actor, form.typed)
    return render(request, "complaints/register.html", context, status=status)


def _named(draft: drafts.Typed) -> dict:
    """Return by what its writer knows a draft again."""
    who = draft.entered.get("customer_name") or draft.entered.get("subject") or ""
    return {"key": draft.key, "at": moment_words(draft.at), "who": who[:12]}


def forms(request, draft: drafts.Typed | None = None) -> tuple[WhichForm, RegisterForm]:
    """Return the choice of the regulation, and the form of the one that is chosen."""
    entered = request.POST if request.method == "POST" else None
    typed = draft.entered if draft else None
    which, regulation = chosen_regulation(request, typed)
    now = clock.now()
    initial = {"key": draft.key} if draft else {}
    if handed := _handed_in(request):
        initial |= {"received_at": handed.received_at, "handed_in": handed.pk}
        if entered or revealing.to_register(request.user.actor, handed.pk, address_of(request)):
            initial |= handed.begins
    form = RegisterForm(entered, regulation=regulation, now=now, typed=typed, initial=initial)
    if not typed:
        form.initial[RECEIVER] = place_of(request.user.actor, form.version)
    return which, form


def _handed_in(request) -> Waiting | None:
    """Return what somebody handed in and this person now registers, None where it is not so.

    What cannot be read is not registered: its words would go with it.
    """
    wanted = (request.POST or request.GET).get("handed_in", "")
    row = waiting(request.user.actor).filter(pk=wanted).first() if wanted.isdecimal() else None
    found = shown(row) if row else None
    return found if found and found.readable else None


def chosen_regulation(request, typed=None) -> tuple[WhichForm, Regulation]:
    """Return the choice of the regulation and what is chosen: sent, in a draft, or the first."""
    wanted = (request.POST if request.method == "POST" else None) or typed or request.GET
    chosen = {"regulation": wanted["regulation"]} if "regulation" in wanted else None
    which = WhichForm(chosen, actor=request.user.actor)
    regulation = which.fields["regulation"].queryset.first()
    if which.is_bound and which.is_valid():
        regulation = which.cleaned_data["regulation"]
    if regulation is None:
        raise PermissionDenied
    which.initial["regulation"] = regulation.pk
    return which, regulation


def place_of(actor, version: RegulationVersion) -> str | None:
    """Return the regulation's word for the department in which somebody takes complaints in."""
    own = [h.department for h in actor.holdings if h.role == Role.CUSTOMER_SERVICE]
    terms = (bindings.term_of(version, pk) for pk in own)
    return next((term for term in terms if term), None)


def _keep(request, form: RegisterForm) -> str:
    """Keep a draft as soon as somebody has typed; return when it was kept, empty for not at all."""
    key = form.cleaned_data.get("key")
    if key is None or not set(form.changed_data) - FILLED_IN:
        return ""
    drafts.keep(request.user.pk, key, request.POST)
    return moment_words(clock.now())


def _send(request, form: RegisterForm):
    actor, key = request.user.actor, form.cleaned_data["key"]

    ticked = {*form.cleaned_data["repeats"], *form.cleaned_data["same_issue"]}
    known = access.visible(actor, Complaint.objects.filter(pk__in=ticked)).count()
    if known < len(ticked):
        form.add_error(None, _("所选的相关案件已不在您可查看的范围，请重新选择。"))
        return None, 409

    handed = _handed_in(request)

    def do():
        told = handed.told if handed else ""
        case = register(replace(form.intake(), handed_in=told), actor=actor)
        if handed:
            take(actor, handed.pk, case)
        drafts.drop(request.user, key)
        return case

    try:
        content = content_of(request.path, request.POST)
        case, _new = once(key, actor=actor, content=content, do=do)
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
