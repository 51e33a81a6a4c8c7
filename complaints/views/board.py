"""The department board: what came in, who has what, what is late."""

from django.db.models import Count, Q
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.models import Department, Role, User
from complaints.lifecycle import AT_DEPARTMENT, State
from complaints.models import Complaint
from complaints.todo import by_due
from complaints.views.lists import case_rows
from records import clock

COLUMN_ROWS = 30
COLUMNS = (
    (_("待接单"), (State.ASSIGNED,)),
    (_("调查中"), (State.INVESTIGATING,)),
    (_("处理中"), (State.RESOLVING,)),
    (_("反馈复核中"), (State.FEEDBACK, State.REVIEW)),
)


def board(request):
    """Show one department's open cases in columns, and the load by person."""
    actor, now = request.user.actor, clock.now()
    places = _departments(actor)
    chosen = _chosen(request, places)
    cases = access.visible(actor, Complaint.objects.filter(department=chosen))
    columns = []
    for label, states in COLUMNS:
        rows = list(by_due(cases.filter(state__in=states)).for_list()[:COLUMN_ROWS])
        columns.append({"label": label, "rows": case_rows(rows, now)})
    context = {
        "departments": places,
        "chosen": chosen,
        "columns": columns,
        "load": _load(cases, now),
    }
    return render(request, "complaints/board.html", context)


def _departments(actor) -> list[Department]:
    wide = {actor.tree.root(h.department) for h in actor.holdings if h.role == Role.MANAGEMENT}
    reach = actor.reach(Role.DEPARTMENT_HEAD) | actor.tree.below(wide)
    return list(Department.objects.filter(pk__in=reach).order_by("pk"))


def _chosen(request, places: list[Department]) -> Department | None:
    asked = request.GET.get("department")
    return next((one for one in places if str(one.pk) == asked), places[0] if places else None)


def _load(cases, now) -> list[User]:
    """Return the people with open cases of the department, and how many of them are late."""
    in_hand = Q(handled_complaints__in=cases.filter(state__in=AT_DEPARTMENT))
    return list(
        User.objects.filter(in_hand)
        .annotate(
            in_hand=Count("handled_complaints"),
            late=Count("handled_complaints", filter=Q(handled_complaints__next_due__lt=now)),
        )
        .order_by("-in_hand", "pk")
    )
