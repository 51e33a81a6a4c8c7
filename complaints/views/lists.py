"""The desk and the list of cases."""

from datetime import timedelta
from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import access
from complaints import presenting
from complaints.forms.filters import FilterForm
from complaints.models import AwaitedSignature, Complaint
from complaints.todo import waiting_for
from complaints.views import paging
from complaints.wording import moment_words
from notices import words
from notices.models import Notice
from records import clock
from sla.models import Clock

DESK_ROWS = 20
SOON = timedelta(hours=24)


def desk(request):
    """Show what waits for this person, the first due first."""
    actor, now = request.user.actor, clock.now()
    todo = waiting_for(actor)
    visible = access.visible(actor, Complaint.objects.open())
    rows = list(todo.for_list()[:DESK_ROWS])
    signatures = AwaitedSignature.objects.for_actor(actor).values("case").distinct()
    counters = [
        (_("我的待办"), todo, "?tab=todo", "todo"),
        (
            _("24小时内到期"),
            visible.filter(next_due__range=(now, now + SOON)),
            "?tab=soon",
            "soon",
        ),
        (_("已逾期"), visible.late(now), "?tab=late", "late"),
        (
            _("待我签批"),
            visible.filter(pk__in=signatures),
            "?tab=signatures",
            "signatures",
        ),
    ]
    context = {
        "counters": [
            {
                "label": label,
                "count": paging.capped_count(cases),
                "url": reverse("case_list") + query,
                "tone": tone,
            }
            for label, cases, query, tone in counters
        ],
        "rows": case_rows(rows, now),
        "more": reverse("case_list") + "?tab=todo",
        "notices": [
            {
                "title": words.title(n),
                "at": moment_words(n.created_at),
                "number": n.case.number,
                "unread": n.read_at is None,
            }
            for n in Notice.objects.inbox(request.user).select_related("case__version")[:8]
        ],
    }
    return render(request, "complaints/desk.html", context)


def case_list(request):
    """Show cases by filters, search and tab; htmx asks for the table alone."""
    actor, now = request.user.actor, clock.now()
    form = FilterForm(request.GET or None, actor=actor)
    cases = form.narrow(access.visible(actor, Complaint.objects.all()), actor, now)
    after = request.GET.get("after", "")
    page = (paging.by_due if form.sort_now == "due" else paging.newest)(cases.for_list(), after)
    query = {name: value for name, value in request.GET.items() if value and name != "after"}
    context = {
        "form": form,
        "tabs": form.tabs(),
        "rows": case_rows(page.rows, now),
        "count": paging.capped_count(cases),
        "older": "?" + urlencode(query | {"after": page.after}) if page.after else "",
        "newest": "" if page.first else "?" + urlencode(query),
        "export": reverse("ledger_export") + "?" + urlencode(query),
        "query": query,
    }
    partial = request.htmx and not request.htmx.boosted
    return render(request, "complaints/_list.html" if partial else "complaints/list.html", context)


def case_rows(cases, now) -> list[dict]:
    """Return cases as rows of a table, each with its nearest deadline (one query for all)."""
    nearest: dict[int, Clock] = {}
    running = Clock.objects.running().filter(
        case__in=[case.pk for case in cases], due_at__isnull=False
    )
    for row in running.order_by("-due_at", "-pk"):
        nearest[row.case_id] = row
    return [_row(case, nearest.get(case.pk), now) for case in cases]


def _row(case: Complaint, deadline: Clock | None, now) -> dict:
    pack = case.version.pack
    return {
        "number": case.number,
        "url": reverse("case", args=[case.number]),
        "subject": case.particulars.subject,
        "customer": case.particulars.name,
        "category": case.category,
        "grade": case.grade,
        "grade_rank": grade_rank(pack, case.grade),
        "state": case.state,
        "state_label": case.get_state_display(),
        "department": case.department.name if case.department else "",
        "handler": case.handler.name if case.handler else "",
        "received_at": moment_words(case.received_at),
        "regulation": pack.short_title,
        "clock": presenting.clock_view(deadline, pack, now) if deadline else None,
    }


def grade_rank(pack, name: str) -> int:
    """Return how high a grade stands in its pack, 0 for the lowest or none, 3 at most."""
    names = [grade.name for grade in pack.grades]
    if name not in names or len(names) < 2:
        return 0
    return round(names.index(name) * 3 / (len(names) - 1))
