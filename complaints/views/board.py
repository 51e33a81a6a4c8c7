"""The department board: who has what, how much and how late; what nobody has yet; by person or by stage."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from uuid import uuid4

from django.db.models import Count, Q, QuerySet
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import access
from accounts.actors import Actor, members
from accounts.models import Department, Role, User
from complaints import lines
from complaints.lifecycle import AT_DEPARTMENT, State
from complaints.lines import Line
from complaints.models import Complaint
from complaints.todo import by_due
from complaints.views.lists import SOON, case_rows

# So many tickets stand in a column; the head of the column counts them all.
COLUMN_ROWS = 12
STAGES = (
    (gettext_lazy("待接单"), (State.ASSIGNED,)),
    (gettext_lazy("调查中"), (State.INVESTIGATING,)),
    (gettext_lazy("处理中"), (State.RESOLVING,)),
    (gettext_lazy("反馈复核中"), (State.FEEDBACK, State.REVIEW)),
)


@dataclass(frozen=True)
class Load:
    """How many open cases somebody has, how many of them are due within a day, and how many late."""

    open: int = 0
    soon: int = 0
    late: int = 0

    @classmethod
    def sum(cls, loads: Sequence["Load"]) -> "Load":
        return cls(*(sum(getattr(one, name) for one in loads) for name in ("open", "soon", "late")))


@dataclass(frozen=True)
class Column:
    """A column of the board; `person` is whose it is, None for what nobody has yet."""

    label: str
    rows: list[dict]
    load: Load
    person: int | None = None
    # Whether a case can be given to them here.
    takes: bool = False


def board(request):
    """Show one department's open cases in columns: by person, or by stage."""
    actor, now = request.user.actor, request.user.actor.at
    places = _departments(actor)
    chosen = _chosen(request, places)
    by_stage = request.GET.get("by") == "stage"
    cases = access.visible(actor, Complaint.objects.filter(department=chosen))
    heads = chosen is not None and chosen.pk in actor.reach(Role.DEPARTMENT_HEAD)
    context = {
        "departments": places,
        "chosen": chosen,
        "by_stage": by_stage,
        "columns": _by_stage(cases, now) if by_stage else _by_person(cases, chosen, heads, now),
        "hands_out": heads and not by_stage,
        "key": uuid4(),
        "here": request.get_full_path(),
    }
    return render(request, "complaints/board.html", context)


def _by_person(
    cases: QuerySet[Complaint], place: Department | None, heads: bool, now: datetime
) -> list[Column]:
    """Return what nobody has yet, then each person of the department, the most loaded first."""
    cases = cases.filter(state__in=AT_DEPARTMENT)
    loads = _loads(cases, "handler", now)
    here = {one.pk: one.name for one in members(place.pk, now)} if place else {}
    elsewhere = User.objects.filter(pk__in=loads.keys() - here.keys() - {None})
    names = here | dict(elsewhere.values_list("pk", "name"))
    people = sorted(names, key=lambda pk: (-loads.get(pk, Load()).open, pk))
    # By the handler first, who is the same in a pile, for the index of the board also finds nobody's.
    ordered = by_due(cases).order_by("handler_id", *by_due(cases).query.order_by)
    piles = (ordered.filter(handler=pk) for pk in (None, *people))
    tickets = _tickets(piles, attrgetter("handler_id"), now)
    return [
        Column(
            label=_("未指定承办人") if pk is None else names[pk],
            rows=tickets[pk],
            load=loads.get(pk, Load()),
            person=pk,
            takes=heads and pk in here,
        )
        for pk in (None, *people)
    ]


def _by_stage(cases: QuerySet[Complaint], now: datetime) -> list[Column]:
    stage_of = {state: stage for stage, (_label, states) in enumerate(STAGES) for state in states}
    loads = _loads(cases.filter(state__in=stage_of), "state", now)
    piles = (by_due(cases).filter(state=state) for state in stage_of)
    tickets = _tickets(piles, lambda line: stage_of[line.state], now)
    return [
        Column(
            str(label),
            tickets[stage][:COLUMN_ROWS],
            Load.sum([loads.get(state, Load()) for state in states]),
        )
        for stage, (label, states) in enumerate(STAGES)
    ]


def _tickets(
    piles: Iterable[QuerySet[Complaint]], column_of: Callable[[Line], Hashable], now: datetime
) -> dict[Hashable, list[dict]]:
    """Return the first tickets of each ordered pile by their column, the first due first.

    Two queries, however many piles.
    """
    first, *others = (pile[:COLUMN_ROWS] for pile in piles)
    firsts = first.values("pk").union(*(one.values("pk") for one in others), all=True)
    found = Complaint.objects.filter(pk__in=[row["pk"] for row in firsts])
    shown = lines.read(by_due(found))
    tickets = defaultdict(list)
    for line, row in zip(shown, case_rows(shown, now), strict=True):
        tickets[column_of(line)].append(row)
    return tickets


def _loads(cases: QuerySet[Complaint], by: str, now: datetime) -> dict[int | str | None, Load]:
    counted = (
        cases.order_by()
        .values_list(by)
        .annotate(
            Count("pk"),
            soon=Count("pk", filter=Q(next_due__gte=now, next_due__lt=now + SOON)),
            late=Count("pk", filter=Q(next_due__lt=now)),
        )
    )
    return {key: Load(*counts) for key, *counts in counted}


def _departments(actor: Actor) -> list[Department]:
    wide = {actor.tree.root(h.department) for h in actor.holdings if h.role == Role.MANAGEMENT}
    reach = actor.reach(Role.DEPARTMENT_HEAD) | actor.tree.below(wide)
    return list(Department.objects.filter(pk__in=reach).order_by("pk"))


def _chosen(request, places: list[Department]) -> Department | None:
    asked = request.GET.get("department")
    return next((one for one in places if str(one.pk) == asked), places[0] if places else None)
