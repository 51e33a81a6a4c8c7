"""Legal holds: set and lifted with a reason, one at a time for a case."""

from django.db import transaction

from accounts.actors import Actor
from complaints.models import Complaint, Hold
from records import clock


class NotPossible(Exception):
    """Somebody else was first: the hold stands, or stands no longer."""


@transaction.atomic
def set_hold(pk: int, *, actor: Actor, ground: str, reason: str) -> Hold:
    """Keep a case's values whatever is due. Raises NotPossible."""
    case = Complaint.objects.select_for_update().get(pk=pk)
    if case.holds.filter(lifted_at=None).exists():
        raise NotPossible
    return Hold.objects.create(
        case=case, ground=ground, reason=reason, set_by=actor.user, set_at=clock.now()
    )


@transaction.atomic
def lift_hold(pk: int, *, actor: Actor, reason: str) -> Hold:
    """Let a case's values go when their time is over. Raises NotPossible."""
    case = Complaint.objects.select_for_update().get(pk=pk)
    hold = case.holds.filter(lifted_at=None).first()
    if hold is None:
        raise NotPossible
    hold.lifted_by, hold.lifted_at, hold.lifted_why = actor.user, clock.now(), reason
    hold.save(update_fields=["lifted_by", "lifted_at", "lifted_why"])
    return hold
