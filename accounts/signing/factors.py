"""Second factors: who has one, who must have one, and a session in which one was shown."""

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction

from accounts.actors import Actor
from accounts.models import Factor, FactorKind, FactorReset, RecoveryCodes, Session, User
from accounts.policy import policy
from accounts.signing import recovery, totp
from records import clock

# Where a session keeps which factor was shown in it.
SHOWN = "factor"


def must_have(actor: Actor) -> bool:
    """Say whether somebody may work only with a second factor, for a role they act in or by the house's will."""
    return settings.SECOND_FACTOR_FOR_ALL or not actor.roles.isdisjoint(policy().second_factor)


def has(person: User) -> bool:
    return person.factors.exists()


def mark(session: SessionBase, kind: str) -> None:
    """Note that a second factor was shown in a session: by this alone its pages open."""
    session[SHOWN] = kind


def shown_in(session: SessionBase) -> bool:
    return SHOWN in session


def use_code(person: User, typed: str) -> str | None:
    """Return by what a typed code is right, which uses it up; None where it is not right."""
    plain = "".join(typed.split())
    if plain.isascii() and plain.isdigit() and len(plain) == totp.DIGITS:
        return FactorKind.TOTP if totp.use(person, plain) else None
    return "recovery" if recovery.use(person, typed) else None


def may_remove(actor: Actor, factor: Factor) -> bool:
    """Say whether a factor is not the last one of somebody who must have one."""
    return not must_have(actor) or actor.user.factors.exclude(pk=factor.pk).exists()


def remove(factor: Factor) -> None:
    """Take a factor away; with the last one go the recovery codes."""
    person = factor.person
    with transaction.atomic():
        factor.delete()
        if not has(person):
            RecoveryCodes.objects.filter(person=person).delete()


def reset(person: User, by: User, reason: str) -> FactorReset:
    """Take away everything somebody has beside a password, and end their sessions."""
    with transaction.atomic():
        row = FactorReset.objects.create(person=person, by=by, reason=reason, at=clock.now())
        Factor.objects.filter(person=person).delete()
        RecoveryCodes.objects.filter(person=person).delete()
        Session.objects.filter(person=person.pk).delete()
    return row
