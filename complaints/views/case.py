"""The case page, and the one view through which every act on a case goes."""

import logging
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import access, access_log, limits
from accounts.limits import OverLimit
from accounts.middleware import address_of
from complaints import act_drafts, drafts, people, pipeline, presenting, revealing
from complaints.assisting import narrowed, only_assists, without_persons
from complaints.attachments.keeping import NotKept, kept
from complaints.forms.acts import FORMS
from complaints.forms.base import content_of
from complaints.forms.revealing import RevealForm
from complaints.histories import (
    calendar_of,
    facts_of,
    history_of,
    nearest,
    situation_of,
    verdict_of,
)
from complaints.intake import first_result, once
from complaints.joining import listed
from complaints.lifecycle import Kind, states_of
from complaints.models import CaseEvent, Complaint
from complaints.presence import look
from complaints.refusals import KeyReused, NotPermitted, Overtaken, Refused, wrong_state
from complaints.revealing import Sight
from complaints.views.case_page import page, seen_of
from complaints.views.finding import case_for, gone
from complaints.views.lists import grade_rank
from complaints.wording import moment_words, refusal
from records import clock
from regulations.engine.explanation import explain
from regulations.engine.verdict import Verdict
from regulations.explain import counting
from regulations.words import STAGES

log = logging.getLogger(__name__)

# Answers to an act that was not recorded, though its case is in sight.
NOT_TAKEN = frozenset({403, 409, 422, 429, 507})


def case(request, number):
    """Show one case: where it stands, what is due, what this person may do now."""
    complaint = case_for(request, number, sees=access.within_reach)
    now = clock.now()
    events = list(complaint.events.select_related("actor").order_by("seq"))
    verdict = verdict_of(complaint, history_of(events), now)
    context = page(request, complaint, events, verdict, now)
    if only_assists(request.user.actor, complaint):
        context = narrowed(context, request.user.actor, complaint, events)
    return render(request, "complaints/case.html", context)


def reveal(request, number):
    """Take the reason for which somebody needs a case's personal values; the case page shows them then."""
    complaint, actor = case_for(request, number), request.user.actor
    if not revealing.revealable(actor, complaint):
        access_log.refused(
            actor=actor.user, address=address_of(request), case=complaint.pk, act=revealing.PAGE
        )
        raise PermissionDenied
    form = RevealForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请选择用途；选“其他”时请写明用途。"))
        return redirect("case", number=number)
    given = form.cleaned_data
    try:
        revealing.give_reason(
            actor, complaint, given["reason"], given["words"], address_of(request)
        )
    except revealing.NotShown:
        messages.error(request, _("访问日志暂时无法写入，个人信息仍被遮蔽。请稍后再试。"))
    return redirect(reverse("case", args=[number]) + "#particulars")


def presence(request, number):
    """Return who else is looking at a case, for its page to ask again and again."""
    complaint = case_for(request, number, sees=access.within_reach)
    context = {"case": complaint, "lookers": look(complaint, request.user, clock.now())}
    return render(request, "complaints/_presence.html", context)


def clocks(request, number):
    """Show how each deadline of a case was counted, day by day, and the other readings."""
    complaint, now = case_for(request, number), clock.now()
    pack, history = complaint.version.pack, history_of(complaint.events.order_by("seq"))
    rows = explain(pack, history, calendar_of(history), now, complaint.version.other_packs)
    context = {
        "case": complaint,
        "rows": [
            {
                "key": row.key,
                "label": STAGES.get(row.stage, row.stage),
                "due_at": moment_words(row.due_at) if row.due_at else "",
                "basis": pack.basis(row.source),
                "lines": list(counting(row)),
            }
            for row in rows
        ],
    }
    return render(request, "complaints/clocks.html", context)


def act(request, number, kind):
    """Show the form of an act, or send it through the pipeline; what is refused stays as a draft."""
    response = _act(request, number, kind)
    if request.method == "POST" and response.status_code in NOT_TAKEN:
        act_drafts.keep_refused(request.user.pk, number, kind, request.POST)
    return response


def _act(request, number, kind):
    form_class = FORMS.get(kind)
    if form_class is None:
        raise Http404
    seen = _seen(request)
    try:
        complaint = case_for(request, number, sees=access.within_reach)
    except Http404:
        return _sent_again(request, kind) or _out_of_sight(request, number, seen)
    now = clock.now()
    verdict = verdict_of(complaint, history_of(complaint.events.order_by("seq")), now)
    decision = access.may(request.user.actor, kind, situation_of(complaint, verdict))
    newer = [] if seen is None else pipeline.newer_acts(complaint, seen)
    if newer and (answer := _sent_again(request, kind)):
        return answer
    if not decision.allowed and not newer:
        return _not_permitted(request, complaint, kind, decision, verdict)
    if complaint.state not in states_of(kind) and not newer:
        return _not_possible(request, complaint, kind)
    drawing = request.method == "GET"
    draft = act_drafts.of(request.user, complaint, kind, now) if drawing else None
    begun = (draft.entered.dict() if draft else {}) | request.GET.dict()
    form = form_class(
        request.POST or None,
        request.FILES or None,
        case=complaint,
        verdict=verdict,
        actor=request.user.actor,
        initial={name: begun[name] for name in form_class.begun_by if name in begun},
    )
    restored = draft is not None and act_drafts.begin_with(form, draft)
    status = 200
    if newer:
        if not decision.allowed:
            log_refusal(request, complaint, kind, list(decision.needed))
        status = _say_overtaken(form, newer)
    elif request.method == "POST":
        status = 422
        if form.is_valid():
            response, status = _send(request, complaint, form, verdict)
            if response is not None:
                return response
    at = moment_words(draft.at) if restored else ""
    return _drawn(request, form, verdict, now, at, status)


def _drawn(request, form, verdict: Verdict, now, restored: str, status: int):
    """Show the form of an act beside its case; the page of signatures asks for the form alone."""
    complaint, kind = form.case, form.kind
    context = {"case": complaint, "kind": kind, "title": form.title, "form": form}
    if request.method == "GET" and request.htmx:
        return render(request, "complaints/_signing.html", context)
    sight = revealing.sight_of(request.user.actor, complaint, "case_act", address_of(request))
    context |= _beside(complaint, kind, verdict, now, sight) | {
        "restored": restored,
        "ticket": drafts.ticket(request.user, form["key"].value(), complaint.number, kind),
    }
    if only_assists(request.user.actor, complaint):
        context |= {"facts": without_persons(context["facts"], complaint), "plans": []}
    return render(request, "complaints/act.html", context, status=status)


def _beside(complaint, kind, verdict: Verdict, now, sight: Sight) -> dict:
    """Return what somebody must have in view while they record an act."""
    pack = complaint.version.pack
    veil = sight.veil
    return {
        **seen_of(sight),
        "facts": presenting.fact_rows(complaint, facts_of(complaint.events.order_by("seq")), veil),
        "grade": complaint.grade,
        "grade_rank": grade_rank(pack, complaint.grade),
        "nearest": [presenting.clock_view(c, pack, now) for c in nearest(verdict.clocks)],
        "plans": presenting.plan_rows(complaint, veil)[:1],
        "misses": presenting.missing_rows(verdict, kind, pack),
    }


def _seen(request) -> int | None:
    """Return the number of the last event that the sent form was drawn from."""
    try:
        return int(request.POST.get("seen", ""))
    except ValueError:
        return None


def _sent_again(request, kind):
    """Return the first answer again where this very form has recorded its act already, else None.

    The act itself may have ended the right to it, or the sight of the case.
    """
    try:
        key = UUID(request.POST.get("key", ""))
        content = content_of(request.path, request.POST, request.FILES)
        first = first_result(key, actor=request.user.actor, content=content)
    except (ValueError, KeyReused):
        return None
    return _taken(request, first, kind) if first else None


def _send(request, complaint, form, verdict):
    """Return a redirect where the act was taken, else None and the status; the form has the why."""
    given, actor = form.cleaned_data, request.user.actor
    content = content_of(request.path, request.POST, request.FILES)

    def do():
        limits.spend_on_files(request.user, [one.size for one in files])
        act_drafts.drop(request.user, complaint, form.kind)
        return pipeline.act(complaint.pk, [form.act(files)], actor=actor, seen=given["seen"])

    try:
        with kept(form.uploads()) as files:
            once(given["key"], actor=actor, content=content, do=do)
    except Refused as refused:
        for reason in refused.reasons:
            field = reason.field if reason.field in form.fields else None
            form.add_error(field, refusal(reason, complaint.version.pack))
        log_refusal(request, complaint, form.kind, [r.code for r in refused.reasons])
        return None, 409
    except Overtaken as overtaken:
        return None, _say_overtaken(form, overtaken.events)
    except NotPermitted as refused:
        return _not_permitted(request, complaint, form.kind, refused.decision, verdict), 403
    except NotKept:
        log.exception("a file could not be kept")
        form.add_error(None, _("存储空间不足或不可用，文件未能保存，案件没有变化。请稍后再试。"))
        return None, 507
    except OverLimit as over:
        form.add_error(None, limits.refuse(over, address_of(request)))
        return None, 429
    except KeyReused:
        form.add_error(None, _("这份表单已经用不同的内容提交过，请从案件页重新打开。"))
        return None, 409
    return _taken(request, complaint, form.kind), 302


def _taken(request, complaint, kind):
    """Go on to the case, or to the desk where the act took the case out of the person's sight."""
    messages.success(request, _("已记录：%(what)s") % {"what": Kind(kind).label})
    cases = Complaint.objects.filter(pk=complaint.pk)
    if request.POST.get("back") == "approvals":
        return redirect("approvals")
    if access.within_reach(request.user.actor, cases).exists():
        return redirect("case", number=complaint.number)
    return redirect("desk")


def _say_overtaken(form, events) -> int:
    """Say on the form who was first, let it be sent again from here, and return the status."""
    form.full_clean()
    form.add_error(None, overtaken_words(events, form.pack))
    form.data = form.data.copy()
    form.data["seen"] = events[-1].seq
    return 409


def _out_of_sight(request, number, seen):
    """Answer somebody whose department has lost the case; the desk says by whose act."""
    events = [] if seen is None else gone(request, number, seen)
    if not events:
        raise Http404
    messages.error(request, overtaken_words(events, events[0].case.version.pack))
    return render(request, "409.html", status=409)


def overtaken_words(events: list[CaseEvent], pack) -> str:
    """Say who did what after a page was drawn."""
    acts = listed(
        _("%(who)s 于 %(when)s %(what)s")
        % {
            "who": event.actor.name if event.actor else _("系统"),
            "when": moment_words(event.recorded_at),
            "what": presenting.event_title(event, pack),
        }
        for event in events
    )
    return _("您打开此页之后案件有了新进展：%(acts)s。本次未记录，请核对后再提交。") % {
        "acts": acts
    }


def _not_permitted(request, complaint, kind, decision, verdict):
    log_refusal(request, complaint, kind, list(decision.needed))
    why = not_permitted_words(complaint, kind, decision, verdict)
    return _refused(request, complaint, kind, why, status=403)


def not_permitted_words(complaint, kind, decision, verdict) -> str:
    """Say who may record an act."""
    who = [people.who(grantee, complaint, kind, verdict) for grantee in decision.needed]
    return _("此操作由%(needed)s进行。") % {"needed": listed(who)}


def _not_possible(request, complaint, kind):
    reason = wrong_state(complaint.state, states_of(kind))
    log_refusal(request, complaint, kind, [reason.code])
    return _refused(request, complaint, kind, refusal(reason, complaint.version.pack), status=409)


def _refused(request, complaint, kind, why: str, status: int):
    context = {"case": complaint, "title": Kind(kind).label, "why": why}
    return render(request, "complaints/refused.html", context, status=status)


def log_refusal(request, complaint, kind, why):
    """Write a refusal to the access log."""
    access_log.refused(
        actor=request.user,
        address=address_of(request),
        case=complaint.pk,
        act=kind,
        why=why,
    )
