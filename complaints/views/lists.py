"""The desk and the list of cases."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.db.models import QuerySet
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import access
from accounts.actors import Actor
from complaints import lines, presenting
from complaints.colleagues import places_of, value_of
from complaints.columns import COLUMNS, USUAL, columns_of, headed
from complaints.forms.filters import FilterForm
from complaints.handing import shown, waiting
from complaints.lifecycle import State
from complaints.lines import Line
from complaints.models import Complaint
from complaints.personal import Veil
from complaints.search import keep, words_of
from complaints.subtasks_shown import errands
from complaints.todo import waiting_for
from complaints.views import paging
from complaints.views.views import view_bar
from complaints.wording import moment_words
from regulations.engine.pack import Pack

DESK_ROWS = 20
SOON = timedelta(hours=24)


def desk(request):
    """Show what waits for this person, the first due first."""
    actor, now = request.user.actor, request.user.actor.at
    todo = waiting_for(actor)
    rows = lines.read(todo[:DESK_ROWS])
    context = {
        "counters": _counters(actor, todo, now),
        "rows": case_rows(rows, now),
        "columns": headed(name for name in USUAL if name != "category"),
        "errands": errands(actor, DESK_ROWS),
        "handed_in": [shown(row) for row in waiting(actor)[:DESK_ROWS]],
        "more": reverse("case_list") + "?tab=todo",
    }
    return render(request, "complaints/desk.html", context)


def _counters(actor: Actor, todo: QuerySet[Complaint], now: datetime) -> list[dict]:
    """Return the counters of the desk, each with the list that it counts."""
    visible = access.visible(actor, Complaint.objects.open())
    signed = visible.filter(pk__any_of=Complaint.objects.awaited(actor))
    soon = visible.filter(next_due__range=(now, now + SOON))
    return [
        _counter("todo", _("我的待办"), "inbox", todo),
        _counter("soon", _("24小时内到期"), "clock", soon),
        _counter("late", _("已逾期"), "alarm", visible.late(now)),
        _counter("signatures", _("待我签批"), "signature", signed),
    ]


def _counter(tab: str, label: str, icon: str, cases: QuerySet[Complaint]) -> dict:
    url, count = f"{reverse('case_list')}?tab={tab}", paging.capped_count(cases)
    return {"label": label, "count": count, "url": url, "tone": tab, "icon": icon}


def case_list(request):
    """Show cases by filters, search and tab; htmx asks for the table alone."""
    actor, now = request.user.actor, request.user.actor.at
    form = FilterForm(request.GET or None, actor=actor)
    cases = form.narrow(access.visible(actor, Complaint.objects.all()), actor, now)
    after = request.GET.get("after", "")
    page = (paging.by_due if form.sort_now == "due" else paging.newest)(cases, after, lines.read)
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
        "count": paging.capped_count(cases, paging.FOUND_CAP if form.text else paging.COUNT_CAP),
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


def case_rows(cases: Iterable[Line], now: datetime) -> list[dict]:
    """Return cases as rows of a table, each with its nearest deadline."""
    labels = {state.value: str(state.label) for state in State}
    return [_row(case, labels, now) for case in cases]


def _row(case: Line, labels: Mapping[str, str], now: datetime) -> dict:
    pack, veil = case.pack, Veil(case.told)
    return {
        "number": case.number,
        "value": value_of(case),
        "url": _address(case.number),
        "subject": veil.value("subject"),
        "customer": veil.value("customer_name"),
        "origin": case.entered,
        "category": case.category,
        "grade": case.grade,
        "grade_rank": grade_rank(pack, case.grade),
        "state": case.state,
        "state_label": labels[case.state],
        "department": case.department or "",
        "handler": case.handler or "",
        "received_at": moment_words(case.received_at),
        "regulation": pack.short_title,
        "channel": case.channel,
        "project": case.project,
        "clock": presenting.nearest(case, now),
    }


@lru_cache(maxsize=4096)
def _address(number: str) -> str:
    return reverse("case", args=[number])


def grade_rank(pack: Pack, name: str) -> int:
    """Return how high a grade stands in its pack, 0 for the lowest or none, 3 at most."""
    names = [grade.name for grade in pack.grades]
    if name not in names or len(names) < 2:
        return 0
    return round(names.index(name) * 3 / (len(names) - 1))
