"""The desk and the list of cases."""

from datetime import timedelta
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import access
from complaints import presenting
from complaints.colleagues import places_of, value_of
from complaints.columns import COLUMNS, USUAL, columns_of, headed
from complaints.forms.filters import FilterForm
from complaints.handing import shown, waiting
from complaints.lifecycle import State
from complaints.models import AwaitedSignature, Complaint
from complaints.personal import Veil
from complaints.search import keep, words_of
from complaints.todo import waiting_for
from complaints.views import paging
from complaints.views.views import view_bar
from complaints.wording import moment_words
from records import clock

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
        ("todo", _("我的待办"), "inbox", todo),
        ("soon", _("24小时内到期"), "clock", visible.filter(next_due__range=(now, now + SOON))),
        ("late", _("已逾期"), "alarm", visible.late(now)),
        ("signatures", _("待我签批"), "signature", visible.filter(pk__in=signatures)),
    ]
    context = {
        "counters": [
            {
                "label": label,
                "count": paging.capped_count(cases),
                "url": f"{reverse('case_list')}?tab={tab}",
                "tone": tab,
                "icon": icon,
            }
            for tab, label, icon, cases in counters
        ],
        "rows": case_rows(rows, now),
        "columns": headed(name for name in USUAL if name != "category"),
        "handed_in": [shown(row) for row in waiting(actor)[:DESK_ROWS]],
        "more": reverse("case_list") + "?tab=todo",
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
    views = view_bar(actor, form)
    columns = views.columns or columns_of(actor.user)
    context = {
        "views": views,
        "columns": headed(columns),
        "every_column": [(name, label, name in columns) for name, label in COLUMNS.items()],
        "places": places_of(actor),
        "key": uuid4(),
        "here": request.get_full_path(),
        "form": form,
        "tabs": form.tabs(),
        "rows": case_rows(page.rows, now),
        "count": paging.capped_count(cases),
        "older": "?" + urlencode(query | {"after": page.after}) if page.after else "",
        "newest": "" if page.first else "?" + urlencode(query),
        "export": reverse("ledger_export") + "?" + urlencode(query),
        "search_text": form.text,
        "gone": bool(form.values.get("find")) and not form.text,
    }
    partial = request.htmx and not request.htmx.boosted
    return render(request, "complaints/_list.html" if partial else "complaints/list.html", context)


def search(request):
    """Keep what somebody looks for and lead to its result; the words stand in no address."""
    text = " ".join(request.POST.get("text", "").split())
    if not words_of(text):
        messages.error(request, _("请输入至少两个字符。"))
        return redirect("case_list")
    return redirect(f"{reverse('case_list')}?find={keep(request.user, text)}")


def case_rows(cases, now) -> list[dict]:
    """Return cases as rows of a table, each with its nearest deadline."""
    return [_row(case, now) for case in cases]


def _row(case: Complaint, now) -> dict:
    pack, veil = case.version.pack, Veil(case.told)
    return {
        "number": case.number,
        "value": value_of(case),
        "url": reverse("case", args=[case.number]),
        "subject": veil.value("subject"),
        "customer": veil.value("customer_name"),
        "category": case.category,
        "grade": case.grade,
        "grade_rank": grade_rank(pack, case.grade),
        "state": case.state,
        "state_label": State(case.state).label,
        "department": case.department.name if case.department else "",
        "handler": case.handler.name if case.handler else "",
        "received_at": moment_words(case.received_at),
        "regulation": pack.short_title,
        "channel": case.channel,
        "project": case.project,
        "clock": presenting.nearest_view(case, pack, now),
    }


def grade_rank(pack, name: str) -> int:
    """Return how high a grade stands in its pack, 0 for the lowest or none, 3 at most."""
    names = [grade.name for grade in pack.grades]
    if name not in names or len(names) < 2:
        return 0
    return round(names.index(name) * 3 / (len(names) - 1))
