"""内部举报: the page for staff, the page for whoever has a code, the pages of the auditors.

Nothing of a report, and no code, is in an address, a log line, a session or a message.
"""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts import access, access_log
from accounts.middleware import address_of
from accounts.models import AccessEntry, Department
from audits.models import Tip, TipState
from audits.recusal import auditors
from audits.tips import handling
from audits.tips.forms import CodeForm, StepForm, TipForm

LISTED = 100


def tip_new(request):
    """Take a report from staff, and show its code once; whose session it was is not kept."""
    actor = request.user.actor
    unit = get_object_or_404(Department, pk=min(actor.units(), default=0))
    form = TipForm(request.POST or None, auditors=auditors(unit.pk, actor.tree, actor.at))
    if request.method == "POST" and form.is_valid():
        code = handling.send(unit, form.said, form.people)
        return _unkept(render(request, "tips/sent.html", {"code": code}))
    return render(request, "tips/new.html", {"form": form}, status=422 if form.is_bound else 200)


def tip_follow(request):
    """Say how a report stands, and its answer, to whoever has its code."""
    sent = request.method == "POST"
    form = CodeForm(request.POST if sent else None)
    context, status = {"form": form}, 200
    if sent:
        tip = handling.by_code(form.cleaned_data["code"]) if form.is_valid() else None
        if tip is None:
            form.add_error("code", _("没有这个查询码。"))
            status = 422
        else:
            context |= {"tip": tip, "state": TipState(tip.state).label} | _answer(tip)
    return _unkept(render(request, "tips/follow.html", context, status=status))


def _answer(tip: Tip) -> dict:
    last = tip.last
    if last is None or last.state != TipState.ANSWERED:
        return {}
    return {"outcome": last.get_outcome_display(), "answer": handling.told(last), "at": last.at}


def tips(request):
    """List the reports that an auditor may see; what they say is on their own pages."""
    rows = _seen(request).order_by("-pk").prefetch_related("steps")[:LISTED]
    listed = [{"tip": tip, "state": TipState(tip.state).label} for tip in rows]
    return render(request, "tips/list.html", {"rows": listed})


def tip(request, pk):
    """Show a report to an auditor, which is logged, and take what the auditor did."""
    found = _seen(request).filter(pk=pk).first()
    if found is None:
        raise Http404
    form = StepForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            handling.step(found, request.user, given["state"], given["text"], given["outcome"])
        except handling.AlreadyAnswered:
            messages.error(request, _("这份举报已经答复，不能再改。"))
        return redirect("tip", pk=pk)
    access_log.record(
        AccessEntry.Kind.REVEALED,
        actor=request.user,
        address=address_of(request),
        data={"page": "tip", "tip": pk},
    )
    context = {
        "tip": found,
        "said": handling.said(found),
        "state": TipState(found.state).label,
        "steps": [
            {"row": row, "text": handling.told(row)}
            for row in found.steps.select_related("auditor").order_by("pk")
        ],
        "form": None if found.state == TipState.ANSWERED else form,
    }
    return _unkept(render(request, "tips/tip.html", context, status=422 if form.errors else 200))


def _seen(request):
    actor = request.user.actor
    return Tip.objects.seen_by(actor.user, access.units_audited(actor))


def _unkept(response):
    """Keep a page out of every cache, the browser's too."""
    response["Cache-Control"] = "no-store"
    return response
