"""Recovery codes: ten, for the day on which the telephone is lost; each is good once."""

import hashlib
import hmac
import secrets

from django.conf import settings
from django.db import transaction

from accounts.models import RecoveryCodes, User
from records import clock

COUNT = 10
# Without signs that look like others; 24 of 32 signs are 120 random bits. Earlier codes have 16.
SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
LENGTH, GROUP, EARLIER = 24, 4, 16


def renew(person: User) -> list[str]:
    """Give somebody new codes in place of the ones before; they can be read this once."""
    codes = ["".join(secrets.choice(SIGNS) for _n in range(LENGTH)) for _n in range(COUNT)]
    RecoveryCodes.objects.update_or_create(
        person=person,
        defaults={
            "digests": [_digests(person, code)[0] for code in codes],
            "made_at": clock.now(),
        },
    )
    return ["-".join(code[n : n + GROUP] for n in range(0, LENGTH, GROUP)) for code in codes]


def use(person: User, typed: str) -> bool:
    """Say whether a code is one of somebody's, which is used up by that."""
    code = "".join(sign for sign in typed.upper() if sign.isalnum())
    if len(code) not in (LENGTH, EARLIER):
        return False
    with transaction.atomic():
        row = RecoveryCodes.objects.select_for_update().filter(person=person).first()
        found = {*_digests(person, code)} & {*(row.digests if row else ())}
        if not found:
            return False
        row.digests = [one for one in row.digests if one not in found]
        row.save(update_fields=["digests"])
        return True


def left(person: User) -> int:
    """Return how many codes somebody has."""
    row = RecoveryCodes.objects.filter(person=person).first()
    return len(row.digests) if row else 0


def _digests(person: User, code: str) -> list[str]:
    """Return a code's digest under the present key and the ones before, which no copy of the database has."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    said = f"accounts.recovery:{person.pk}:{code}".encode()
    return [hmac.new(key.encode(), said, hashlib.sha256).hexdigest() for key in keys]
