"""What waits for a person: cases in which the next step is theirs."""

from django.db.models import F, Q, QuerySet

from accounts import access
from accounts.actors import Actor
from accounts.models import Role
from complaints.lifecycle import OPEN, State
from complaints.models import Complaint


def waiting_for(actor: Actor) -> QuerySet[Complaint]:
    """Return the cases whose next step this person's posts ask for, the first due first.

    Each part lies within what `access.visible` shows (tests/complaints/test_todo.py) and names its own
    states, all of them open: to say both again would make the database expect few of many.
    """
    own, heads = actor.reach(Role.CUSTOMER_SERVICE), actor.reach(Role.DEPARTMENT_HEAD)
    near = heads | {h.department for h in actor.holdings if h.role == Role.HANDLER}
    mine = Q(pk__any_of=Complaint.objects.awaited(actor), state__in=OPEN)
    if own:
        begins_or_ends = [State.RECEIVED, State.FEEDBACK, State.REVIEW]
        mine |= Q(owner_department__in=own, state__in=begins_or_ends)
    if heads:
        mine |= Q(department__in=heads, state=State.ASSIGNED)
        mine |= Q(owner_department__in=heads, state=State.REVIEW)
    if near:
        at_work = [State.INVESTIGATING, State.RESOLVING]
        mine |= Q(handler__in=actor.people, department__in=near, state__in=at_work)
    return by_due(access.unconcerned(actor, Complaint.objects.filter(mine)))


def by_due(cases: QuerySet[Complaint]) -> QuerySet[Complaint]:
    """Order cases by their nearest deadline; those without one come last."""
    return cases.order_by(F("next_due").asc(nulls_last=True), "pk")
