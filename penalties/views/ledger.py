"""考核台账: the items that somebody may see, one item with its history, and the steps on it."""

import logging
from decimal import Decimal

from django.contrib import messages
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, TruncMonth
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import access, access_log, limits
from accounts.limits import OverLimit
from accounts.middleware import address_of
from accounts.models import Department, Role
from complaints.attachments.keeping import NotKept, kept
from complaints.forms.base import content_of
from complaints.intake import once
from complaints.models import Complaint
from complaints.refusals import KeyReused, NotPermitted, Refused
from complaints.wording import clauses
from penalties import procedure
from penalties.forms import STEPS, FilterForm, objection_note
from penalties.history import history
from penalties.items import STATES, Item, with_following
from penalties.models import Entry, Kind
from penalties.periods import Span
from penalties.refusals import refusal
from penalties.statements import day_words
from records import clock
from regulations.words import STAGES, SUBJECTS

log = logging.getLogger(__name__)

PAGE = 50
SCOPES = (
    ("mine", gettext_lazy("涉及我的")),
    ("department", gettext_lazy("本部门")),
    ("all", gettext_lazy("全部可见")),
)


def penalties(request):
    """Show the items of the chosen scope, newest first, with their sum by clause and month."""
    actor, now = request.user.actor, clock.now()
    places = Department.objects.filter(pk__in=Entry.objects.items().values("department")).order_by(
        "pk"
    )
    form = FilterForm(request.GET or None, departments=places)
    scope = _scope(request, actor)
    rows = _narrowed(form, _scoped(actor, scope))
    after = request.GET.get("after", "")
    page = rows.filter(pk__lt=int(after)) if after.isdigit() else rows
    found = list(
        page.select_related("person", "department", "case__version").order_by("-pk")[: PAGE + 1]
    )
    items = with_following(found[:PAGE])
    query = request.GET.copy()
    query["after"] = str(found[PAGE - 1].pk) if len(found) > PAGE else ""
    context = {
        "tabs": [{"name": n, "label": label, "active": n == scope} for n, label in SCOPES],
        "form": form,
        "rows": [_row(item, now) for item in items],
        "older": f"?{query.urlencode()}" if query["after"] else "",
        "months": [str(one) for one in _last_months(now)],
        "see_months": not actor.roles.isdisjoint(
            {Role.HR, Role.MANAGEMENT, Role.AUDITOR, Role.DEPARTMENT_HEAD, Role.CUSTOMER_SERVICE}
        ),
    } | chart(rows)
    return render(request, "penalties/ledger.html", context)


def _scope(request, actor) -> str:
    asked = request.GET.get("scope")
    if asked in dict(SCOPES):
        return asked
    return "mine" if actor.roles <= {Role.HANDLER, Role.CUSTOMER_SERVICE} else "all"


def _scoped(actor, scope: str) -> QuerySet[Entry]:
    items = access.visible_penalties(actor, Entry.objects.items())
    if scope == "mine":
        return items.filter(person=actor.user)
    if scope == "department":
        return items.filter(department__in={h.department for h in actor.holdings})
    return items


def _narrowed(form: FilterForm, items: QuerySet[Entry]) -> QuerySet[Entry]:
    if not form.is_valid():
        return items
    chosen = form.cleaned_data
    if chosen["department"]:
        items = items.filter(department=chosen["department"])
    if chosen["month"]:
        span = Span.named(chosen["month"])
        items = items.filter(incurred_at__gte=span.since, incurred_at__lt=span.until)
    if chosen["state"]:
        last = Entry.objects.filter(item=OuterRef("pk")).exclude(kind=Kind.POSTED).order_by("-seq")
        kinds = [kind for kind, state in STATES.items() if state == chosen["state"]]
        items = items.annotate(
            last=Coalesce(Subquery(last.values("kind")[:1]), Value(Kind.PROPOSED.value))
        ).filter(last__in=kinds)
    return items


def _last_months(now, count: int = 6) -> list[Span]:
    span, found = Span.of(now), []
    for _place in range(count):
        found.append(span)
        span = span.previous
    return found


def chart(items: QuerySet[Entry]) -> dict:
    """Return what the items cost by clause and month, and in all (one query)."""
    own = items.order_by().values("pk")
    sums = (
        Entry.objects.filter(Q(pk__in=own) | Q(item__in=own))
        .exclude(kind=Kind.POSTED)
        .values(
            clause=Coalesce(F("item__rule"), F("rule")),
            regulation=F("case__version"),
            begun=TruncMonth(Coalesce(F("item__incurred_at"), F("incurred_at"))),
        )
        .annotate(sum=Sum("amount"))
        .order_by("clause", "begun")
    )
    cells = [row for row in sums if row["sum"]]
    names = _rule_names({row["regulation"] for row in cells})
    months = sorted({row["begun"] for row in cells})[-6:]
    most = max((row["sum"] for row in cells), default=Decimal(1))
    lines: dict[str, dict] = {}
    for row in cells:
        name = names[row["regulation"], row["clause"]]
        amounts = lines.setdefault(name, {})
        amounts[row["begun"]] = amounts.get(row["begun"], Decimal(0)) + row["sum"]
    return {
        "total": sum((row["sum"] for row in cells), Decimal("0.00")),
        "chart_months": [f"{month:%Y-%m}" for month in months],
        "chart": [
            {
                "name": name,
                "cells": [
                    {"amount": a, "used": min(100, int(a / most * 25) * 4) if a else 0}
                    for a in (amounts.get(month) for month in months)
                ],
            }
            for name, amounts in lines.items()
        ],
    }


def _rule_names(versions: set[int]) -> dict[tuple[int, str], str]:
    from regulations.models import RegulationVersion

    return {
        (version.pk, rule.id): rule.text
        for version in RegulationVersion.objects.filter(pk__in=versions)
        for rule in version.pack.penalties
    }


def _row(item: Item, now) -> dict:
    root = item.root
    pack = root.case.version.pack
    rule = next(rule for rule in pack.penalties if rule.id == root.rule)
    return {
        "item": item,
        "url": reverse("penalty", args=[root.pk]),
        "number": root.case.number,
        "what": rule.text,
        "day": root.day,
        "clause": clauses(pack, tuple(root.source)),
        "basis": pack.basis(tuple(root.source)),
        "subject": SUBJECTS[root.subject],
        "person": root.person.name if root.person else "",
        "department": root.department.name if root.department else "",
        "at": day_words(root),
        "amount": amount_words(item),
        "state": item.state,
        "open": item.may_appeal(now),
    }


def stage_words(root: Entry) -> str:
    """Return the stage whose deadline was missed, and in which round of the loop; "" for none."""
    if not root.clock:
        return ""
    stage = root.clock.partition(":")[0]
    words = {"stage": STAGES.get(stage, stage), "cycle": root.cycle}
    return _("%(stage)s（第%(cycle)s轮）") % words


def amount_words(item: Item) -> str:
    """Return what an item costs: an amount, the range until it is decided, or no money."""
    root = item.root
    if root.low is not None and item.balance == 0 and len(item.entries) == 1:
        return f"{root.low:.0f}-{root.high:.0f}"
    if root.amount is None and root.low is None:
        return "—"
    return f"{item.balance:.2f}"


def found(request, pk) -> Item:
    """Return an item that this person may see, with its history; 404 for any other."""
    rows = access.visible_penalties(request.user.actor, Entry.objects.items())
    rows = rows.select_related(
        "person", "department", "case__version__regulation", "case__unit", "case__owner_department"
    )
    (item,) = with_following([get_object_or_404(rows, pk=pk)])
    return item


def penalty(request, pk):
    """Show one item: what it rests on, what happened to it, and what this person may do now."""
    item, actor, now = found(request, pk), request.user.actor, clock.now()
    root = item.root
    pack = root.case.version.pack
    seen = access.visible(actor, Complaint.objects.filter(pk=root.case_id)).exists()
    context = {
        "item": item,
        "row": _row(item, now),
        "facts": [(pack.facts[f].clause, pack.facts[f].line, f) for f in root.source],
        "case_url": reverse("case", args=[root.case.number]) if seen else "",
        "stage": stage_words(root),
        "entries": history(item, actor),
        "steps": [
            {"act": form.act, "title": form.title}
            for form in STEPS.values()
            if _offered(actor, form, item, now)
        ],
        "note": objection_note(),
    }
    return render(request, "penalties/item.html", context)


def _offered(actor, form, item: Item, now) -> bool:
    if item.state not in procedure.FROM[form.act]:
        return False
    if form.act == procedure.APPEAL and not item.may_appeal(now):
        return False
    return procedure.may(actor, form.act, item).allowed


def step(request, pk, act):
    """Show the form of a step, or take it."""
    form_class = STEPS.get(act)
    if form_class is None:
        raise Http404
    item, actor = found(request, pk), request.user.actor
    form = form_class(request.POST or None, request.FILES or None, item=item, actor=actor)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            status = _send(request, form, item)
            if status == 302:
                messages.success(request, _("已记录：%(what)s") % {"what": form.title})
                return redirect("penalty", pk=pk)
    elif not (decision := procedure.may(actor, act, item)).allowed:
        status = _refused(request, form, act, decision)
    context = {"form": form, "row": _row(item, clock.now()), "act": act, "title": form.title}
    return render(request, "penalties/step.html", context, status=status)


def _send(request, form, item: Item) -> int:
    pack = item.root.case.version.pack
    content = content_of(request.path, request.POST, request.FILES)
    key = form.cleaned_data["key"]
    try:
        with kept(form.uploads()) as files:
            sizes = [one.size for one in files]

            def do():
                limits.spend_on_files(request.user, sizes)
                return form.send(files).case

            once(key, actor=form.actor, content=content, do=do)
    except OverLimit as over:
        form.add_error(None, limits.refuse(over, address_of(request)))
        return 429
    except Refused as refused:
        for reason in refused.reasons:
            field = reason.field if reason.field in form.fields else None
            form.add_error(field, refusal(reason, pack))
        _log(request, item, form.act, [reason.code for reason in refused.reasons])
        return 409
    except NotPermitted as refused:
        return _refused(request, form, form.act, refused.decision)
    except NotKept:
        log.exception("a file could not be kept")
        form.add_error(None, _("存储空间不足或不可用，文件未能保存，台账没有变化。请稍后再试。"))
        return 507
    except KeyReused:
        form.add_error(None, _("这份表单已经用不同的内容提交过，请重新打开。"))
        return 409
    return 302


def _refused(request, form, act, decision) -> int:
    form.is_bound = True
    form.cleaned_data = getattr(form, "cleaned_data", {})
    form.full_clean()
    apart = decision.needed == (access.SOMEBODY_ELSE,)
    words = _("须由与此项无关、此前未经手的人进行。") if apart else _("您不能进行此操作。")
    form.add_error(None, words)
    _log(request, form.item, act, list(decision.needed))
    return 403


def _log(request, item: Item, act: str, why: list[str]) -> None:
    address = address_of(request)
    access_log.refused(actor=request.user, address=address, penalty=item.root.pk, act=act, why=why)
