"""Taking a step on a plan, a paper or a finding; fixing responsibility for an investigated case."""

import logging

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import access, access_log, limits
from accounts.limits import OverLimit
from accounts.middleware import address_of
from audits import words
from audits.forms import STEPS, InvestigateForm
from audits.models import Finding, Paper, Plan
from audits.refusals import refusal
from audits.views.seen import found
from complaints.attachments.keeping import NotKept, kept
from complaints.forms.base import content_of
from complaints.intake import once
from complaints.refusals import KeyReused, NotPermitted, Refused
from complaints.views.finding import case_for

log = logging.getLogger(__name__)


def audit_act(request, subject, pk, act):
    """Show the form of a step, or take it."""
    form_class = STEPS.get((subject, act))
    if form_class is None:
        raise Http404
    thing, actor = found(request, subject, pk), request.user.actor
    decision = form_class.permission(actor, thing)
    form = form_class(request.POST or None, request.FILES or None, thing=thing, actor=actor)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            status = _send(request, form, thing, act)
            if status == 302:
                messages.success(request, _("已记录：%(what)s") % {"what": form.title})
                return redirect(address(thing))
    elif not decision.allowed:
        status = _not_permitted(request, form, decision, act)
    context = {"form": form, "title": form.title, "back": address(thing)} | _about(thing)
    return render(request, "audits/step.html", context, status=status)


def finding_raise(request, number):
    """Show the form that fixes responsibility for a case, or record it."""
    case, actor = case_for(request, number), request.user.actor
    form = InvestigateForm(request.POST or None, case=case, actor=actor)
    title, status = _("调查定责"), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            status = _send(request, form, case, "finding_raised")
            if status == 302:
                messages.success(request, _("已记录：%(what)s") % {"what": title})
                return redirect("findings")
    back = reverse("admin:audits_flaggedcase_changelist")
    context = {"form": form, "title": title, "back": back, "number": number}
    return render(request, "audits/step.html", context, status=status)


def address(thing: Plan | Paper | Finding) -> str:
    """Return the page of a thing; a paper's is in the admin, where auditors work on it."""
    if isinstance(thing, Paper):
        return reverse("admin:audits_paper_change", args=[thing.pk])
    return thing.get_absolute_url()


def _about(thing: Plan | Paper | Finding) -> dict:
    if isinstance(thing, Plan):
        return {"number": str(thing.quarter), "what": thing.regulation.title}
    if isinstance(thing, Paper):
        return {"number": thing.case.number, "what": _("审计底稿")}
    return {
        "number": thing.case.number,
        "what": words.what(thing),
        "basis": words.basis(thing, thing.case.version.pack),
    }


def _send(request, form, thing, act: str) -> int:
    content = content_of(request.path, request.POST, request.FILES)
    files = form.uploads() if hasattr(form, "uploads") else []

    def do():
        limits.spend_on_files(request.user, [one.size for one in lying])
        result = form.send(lying) if hasattr(form, "uploads") else form.send()
        return getattr(result, "case", None)

    try:
        with kept(files) as lying:
            once(form.cleaned_data["key"], actor=form.actor, content=content, do=do)
    except OverLimit as over:
        form.add_error(None, limits.refuse(over, address_of(request)))
        return 429
    except Refused as refused:
        for reason in refused.reasons:
            field = reason.field if reason.field in form.fields else None
            form.add_error(field, refusal(reason, _pack(thing)))
        _log(request, thing, act, [reason.code for reason in refused.reasons])
        return 409
    except NotPermitted as refused:
        return _not_permitted(request, form, refused.decision, act)
    except NotKept:
        log.exception("a file could not be kept")
        form.add_error(None, _("存储空间不足或不可用，文件未能保存，记录没有变化。请稍后再试。"))
        return 507
    except KeyReused:
        form.add_error(None, _("这份表单已经用不同的内容提交过，请重新打开。"))
        return 409
    return 302


def _pack(thing):
    if isinstance(thing, Plan):
        return thing.version.pack
    case = getattr(thing, "case", thing)
    return case.version.pack


def _not_permitted(request, form, decision, act: str) -> int:
    form.is_bound = True
    form.cleaned_data = getattr(form, "cleaned_data", {})
    form.full_clean()
    apart = decision.needed == (access.SOMEBODY_ELSE,)
    said = _("须由与此案无关、此前未经手的人进行（回避）。") if apart else _("您不能进行此操作。")
    form.add_error(None, said)
    _log(request, getattr(form, "thing", form), act, list(decision.needed))
    return 403


def _log(request, thing, act: str, why: list[str]) -> None:
    address_, subject = address_of(request), type(thing).__name__.lower()
    access_log.refused(
        actor=request.user,
        address=address_,
        audit=subject,
        row=getattr(thing, "pk", None),
        act=act,
        why=why,
    )
