"""Finding the case that a request is about, or answering as if there were none."""

from collections.abc import Callable

from django.db.models import QuerySet
from django.http import Http404

from accounts import access
from accounts.actors import Actor
from accounts.models import Role
from complaints.lifecycle import Kind
from complaints.models import CaseEvent, Complaint

Sees = Callable[[Actor, QuerySet], QuerySet]


def case_for(request, number: str, *, sees: Sees = access.visible) -> Complaint:
    """Return a case that the person may see; other people's cases answer like unknown ones.

    `sees` is what counts as seeing it: all of it, or `within_reach` for a sub-task's sake.
    """
    cases = sees(request.user.actor, Complaint.objects.all())
    try:
        rows = cases.select_related(
            "version__regulation",
            "department",
            "owner_department",
            "unit",
            "handler",
            "registrar",
            "particulars",
        )
        return rows.defer("version__text").get(number=number)
    except Complaint.DoesNotExist:
        raise Http404 from None


def gone(request, number: str, seen: int) -> list[CaseEvent]:
    """Return what took a case from this person's department after its event number `seen`.

    The last one is the returning of the task. Empty where the department did not have it then, or
    nobody has returned it: the case is none of this person's business.
    """
    events = CaseEvent.objects.filter(case__number=number).order_by("seq")
    task = events.filter(seq__lte=seen, kind__in=[Kind.ASSIGNED, Kind.RETURNED]).last()
    returned = events.filter(seq__gt=seen, kind=Kind.RETURNED).first()
    if task is None or task.kind == Kind.RETURNED or returned is None:
        return []
    if task.data["department_id"] not in request.user.actor.reach(Role.DEPARTMENT_HEAD):
        return []
    between = events.filter(seq__gt=seen, seq__lte=returned.seq)
    acts = between.select_related("actor", "case__version")
    return [event for event in acts if not event.is_derived]
