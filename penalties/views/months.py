"""A month of a unit: its statement, scores and rewards, indicators; closing it."""

from collections.abc import Iterable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import access, access_log
from accounts.access import Situation
from accounts.actors import Actor
from accounts.middleware import address_of
from accounts.models import Department, Role, User
from complaints.refusals import NotPermitted, Refused
from jobs import work
from penalties import statements
from penalties.closing import scored_versions, unposted
from penalties.forms import PlatformScoreForm, WageBaseForm
from penalties.models import Award, Entry, Month
from penalties.periods import Span
from penalties.refusals import refusal
from penalties.scoring import give_platform_score, scores
from penalties.wages import set_base
from records import clock
from regulations import bindings

WIDE = (Role.MANAGEMENT, Role.AUDITOR, Role.HR)


def span_of(text: str) -> Span:
    """Return the month that an address names; 404 for none."""
    try:
        return Span.named(text)
    except ValueError:
        raise Http404 from None


def unit_of(request) -> Department:
    """Return the unit whose month is shown: the one asked for, else the first of the person's."""
    actor = request.user.actor
    roots = {actor.tree.root(holding.department) for holding in actor.holdings}
    units = Department.objects.filter(pk__in=roots).order_by("pk")
    asked = request.GET.get("unit", "")
    chosen = units.filter(pk=asked) if asked.isdigit() else units
    return get_object_or_404(chosen[:1])


def visible_places(actor: Actor, unit: Department) -> set[int]:
    """Return the departments of a unit whose scores and rewards somebody may see."""
    if any(h.role in WIDE and actor.tree.root(h.department) == unit.pk for h in actor.holdings):
        return actor.tree.below({unit.pk})
    near = actor.reach(Role.DEPARTMENT_HEAD, Role.CUSTOMER_SERVICE)
    owned = {v.owner_department_id for v in scored_versions(unit, Span.of(clock.now()))}
    return actor.tree.below({unit.pk}) if near & owned else near


def visible_postings(actor: Actor, month: Month | None) -> QuerySet[Entry]:
    """Return the postings of a month that somebody may see; none of an open month."""
    if month is None:
        return Entry.objects.none()
    return access.visible_penalties(actor, statements.postings_of(month))


def penalty_month(request, month):
    """Show a month: the statement of a closed one, what is still open of another."""
    actor, span, unit = request.user.actor, span_of(month), unit_of(request)
    closed = Month.objects.filter(unit=unit, first=span.first).select_related("closed_by").first()
    rows = statements.lines(visible_postings(actor, closed))
    places = visible_places(actor, unit)
    awards = _awards(closed, places)
    people = statements.by_person(rows, span)
    open_scores = _scores(unit, span, places) if closed is None else []
    satisfaction = statements.satisfaction_of(awards, open_scores)
    context = {
        "span": span,
        "previous": span.previous,
        "next": span.next,
        "unit": unit,
        "closed": closed,
        "rows": rows,
        "total": sum((row.amount for row in rows), statements.NOTHING),
        "people": people,
        "departments": statements.by_department(rows),
        "awards": awards,
        "scores": open_scores,
        "indicators": [
            row
            for row in statements.indicators(unit, span, satisfaction)
            if row.department.pk in places
        ],
        "is_hr": _is_hr(actor, unit),
        "may_close": closed is None and _is_hr(actor, unit) and clock.now() >= span.until,
        "waiting": _waiting(actor, unit, span) if closed is None else 0,
        "score_form": _score_form(request, unit, span),
        "wage_form": WageBaseForm(people=_people(actor, unit)) if _is_hr(actor, unit) else None,
    }
    return render(request, "penalties/month.html", context)


def _is_hr(actor: Actor, unit: Department) -> bool:
    situation = Situation(unit=unit.pk, owner=unit.pk)
    return access.may(actor, "month_closed", situation).allowed


def _waiting(actor: Actor, unit: Department, span: Span) -> int:
    items = Entry.objects.items().filter(case__unit=unit, incurred_at__lt=span.until)
    return unposted(access.visible_penalties(actor, items)).count()


def _awards(closed: Month | None, places: set[int]) -> list[Award]:
    if closed is None:
        return []
    rows = closed.awards.filter(department__in=places).select_related("department", "regulation")
    return list(rows.order_by("department"))


def _scores(unit: Department, span: Span, places: Iterable[int]) -> list:
    return [
        row
        for version in scored_versions(unit, span)
        for row in scores(version, span)
        if row.department.pk in places
    ]


def _score_form(request, unit: Department, span: Span, data=None) -> PlatformScoreForm | None:
    """Return the form of those who score cooperation, None for everybody else."""
    versions = [v for v in scored_versions(unit, span) if v.pack.scoring]
    for version in versions:
        situation = Situation(unit=unit.pk, owner=version.owner_department_id)
        if access.may(request.user.actor, "platform_scored", situation).allowed:
            excluded = version.pack.scoring.excluded
            scored = [
                place.pk
                for place in bindings.departments(version)
                if bindings.term_of(version, place.pk) not in excluded
            ]
            form = PlatformScoreForm(data, departments=Department.objects.filter(pk__in=scored))
            form.version = version
            return form
    return None


def _people(actor: Actor, unit: Department) -> QuerySet[User]:
    return (
        User.objects.filter(posts__department__in=actor.tree.below({unit.pk}))
        .distinct()
        .order_by("pk")
    )


@require_POST
def close_month(request, month):
    """Start the closing in the background."""
    span, unit = span_of(month), unit_of(request)
    if not _is_hr(request.user.actor, unit):
        _log(request, "month_closed")
        raise PermissionDenied
    params = {"unit": unit.pk, "month": str(span)}
    job = work.start("close_month", owner=request.user, params=params)
    return redirect("job", pk=job.pk)


@require_POST
def platform_score(request, month):
    """Record how 客服 scores a department's cooperation."""
    span, unit = span_of(month), unit_of(request)
    form = _score_form(request, unit, span, request.POST)
    if form is None:
        _log(request, "platform_scored")
        raise PermissionDenied
    if form.is_valid():
        given = form.cleaned_data
        try:
            give_platform_score(
                form.version, given["department"], span, given["score"], request.user.actor
            )
            messages.success(request, _("已记录：配合评分"))
        except (Refused, NotPermitted) as refused:
            messages.error(request, _words(refused, form.version.pack))
    else:
        messages.error(request, _("请选择部门，评分为0至100。"))
    return redirect("penalty_month", month=month)


@require_POST
def wage_base(request, month):
    """Record a person's monthly wage."""
    span, unit, actor = span_of(month), unit_of(request), request.user.actor
    form = WageBaseForm(request.POST, people=_people(actor, unit))
    if form.is_valid():
        given = form.cleaned_data
        try:
            set_base(given["person"], span, given["amount"], unit=unit, actor=actor)
            messages.success(request, _("已记录：工资基数"))
        except NotPermitted:
            _log(request, "wage_base_set")
            raise PermissionDenied from None
    else:
        messages.error(request, _("请选择人员，工资须大于0。"))
    return redirect("penalty_month", month=month)


def _words(refused, pack) -> str:
    if isinstance(refused, Refused):
        return " ".join(refusal(reason, pack) for reason in refused.reasons)
    return _("您不能进行此操作。")


def _log(request, act: str) -> None:
    access_log.refused(actor=request.user, address=address_of(request), act=act)
