"""What waits for a person: cases in which the next step is theirs."""

from django.db.models import F, Q, QuerySet

from accounts import access
from accounts.actors import Actor
from accounts.models import Role
from complaints.lifecycle import OPEN, State
from complaints.models import Complaint


def waiting_for(actor: Actor) -> QuerySet[Complaint]:
    """Return the cases whose next step this person's posts ask for, the first due first.

    Each part names its own states, all of them open: a second condition on the state would make the
    database expect few of many.
    """
    own, heads = actor.reach(Role.CUSTOMER_SERVICE), actor.reach(Role.DEPARTMENT_HEAD)
    mine = Q(
        owner_department__in=own,
        state__in=[State.RECEIVED, State.FEEDBACK, State.REVIEW],
    )
    mine |= Q(department__in=heads, state=State.ASSIGNED)
    mine |= Q(owner_department__in=heads, state=State.REVIEW)
    mine |= Q(handler__in=actor.people, state__in=[State.INVESTIGATING, State.RESOLVING])
    mine |= Q(pk__any_of=Complaint.objects.awaited(actor), state__in=OPEN)
    return by_due(access.visible(actor, Complaint.objects.all()).filter(mine))


def by_due(cases: QuerySet[Complaint]) -> QuerySet[Complaint]:
    """Order cases by their nearest deadline; those without one come last."""
    return cases.order_by(F("next_due").asc(nulls_last=True), "pk")
