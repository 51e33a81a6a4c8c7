"""Guesses at passwords: each one counts, and soon each one waits, longer and longer.

Failures are counted for the account and the device. All devices from which nobody has signed in to the
account yet count together, whatever address they come from; one from which somebody has counts by
itself, so that whoever guesses at a colleague's account does not keep the colleague out.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import Guesses
from records import clock

FREE = 5
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=10)
HOUR = timedelta(hours=1)
MOST_IN_AN_HOUR = 100


@dataclass(frozen=True)
class Attempt:
    """A guess that may be tried now, or must wait until a moment."""

    guesses: int
    until: datetime | None = None


def attempt(username: str, device: str) -> Attempt:
    """Count a guess before it is tried; a guess that must wait is not tried and not counted.

    `device` is the device's id where it is known to the account, else empty.
    """
    now = clock.now()
    with transaction.atomic():
        row = _locked(_digest(username), device, now)
        row.recent = [at for at in row.recent if at > now - HOUR]
        until = _free_at(row.recent)
        if until is not None and until > now:
            return Attempt(row.pk, until)
        row.recent.append(now)
        row.last_at = now
        row.save(update_fields=["recent", "last_at"])
    Guesses.objects.filter(last_at__lt=now - HOUR).delete()
    return Attempt(row.pk)


def succeeded(one: Attempt) -> None:
    """Forget the failures of an account and device from which somebody has signed in now."""
    Guesses.objects.filter(pk=one.guesses).delete()


def _locked(account: str, device: str, now: datetime) -> Guesses:
    Guesses.objects.bulk_create(
        [Guesses(account=account, device=device, last_at=now)], ignore_conflicts=True
    )
    return Guesses.objects.select_for_update().get(account=account, device=device)


def _free_at(recent: Sequence[datetime]) -> datetime | None:
    """Return from when on the next guess may be tried, None for at once."""
    if len(recent) >= MOST_IN_AN_HOUR:
        return recent[-MOST_IN_AN_HOUR] + HOUR
    if len(recent) < FREE:
        return None
    return recent[-1] + min(FIRST_WAIT * 2 ** (len(recent) - FREE), LONGEST_WAIT)


def _digest(username: str) -> str:
    return hashlib.sha256(username.strip().lower().encode()).hexdigest()
