"""Codes of an authenticator application (RFC 6238): six digits each thirty seconds, each good once."""

import hmac
from datetime import datetime

import pyotp
import segno
from django.db import transaction

from accounts.models import Factor, FactorKind, FactorUse, SignInChange, User
from accounts.signing import telling
from records import clock, sealing

PURPOSE = b"accounts.factor"
ISSUER = "闭环 Bihuan"
SECONDS, DIGITS = 30, 6
# A clock that is one step off is forgiven.
DRIFT = 1


def new_secret() -> str:
    """Return 160 random bits in base32, as applications take them."""
    return pyotp.random_base32()


def address(secret: str, person: User) -> str:
    """Return the otpauth:// address that an application reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=person.username, issuer_name=ISSUER)


def picture(secret: str, person: User) -> str:
    """Return the address as a QR code, as a data: URL."""
    return segno.make(address(secret, person), error="m").svg_data_uri(scale=4, border=2)


def code_at(secret: str, step: int) -> str:
    return pyotp.TOTP(secret).generate_otp(step)


def step_at(moment: datetime) -> int:
    return int(moment.timestamp()) // SECONDS


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """Return the time step whose code this is, None where it is the code of none near `now`."""
    here = step_at(now)
    for step in range(here - DRIFT, here + DRIFT + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), code.encode()):
            return step
    return None


def add(person: User, secret: str, name: str, step: int) -> Factor:
    """Store an application that has shown the code of a time step, which is used by that."""
    now = clock.now()
    with transaction.atomic():
        factor = Factor.objects.create(
            person=person,
            kind=FactorKind.TOTP,
            name=name,
            secret=sealing.seal(secret, PURPOSE),
            added_at=now,
        )
        FactorUse.objects.create(factor=factor, counter=step, used_at=now)
    return factor


def use(person: User, code: str) -> bool:
    """Say whether a code is right and has not been used; it is used from now on."""
    with transaction.atomic():
        use = _locked(person)
        if use is None:
            return False
        now = clock.now()
        step = matching_step(sealing.unseal(use.factor.secret, PURPOSE), code, now)
        if step is None:
            return False
        if step <= use.counter:
            # The code was right once: somebody has seen it, or typed it twice.
            telling.note(person, SignInChange.Kind.CODE_AGAIN)
            return False
        use.counter, use.used_at = step, now
        use.save(update_fields=["counter", "used_at"])
        return True


def _locked(person: User) -> FactorUse | None:
    rows = FactorUse.objects.select_for_update(of=("self",)).select_related("factor")
    return rows.filter(factor__person=person, factor__kind=FactorKind.TOTP).first()
