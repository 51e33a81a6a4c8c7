"""How often one address may send: counted in the database, so that a restart forgets nothing.

Who sends too much waits, and nobody else does: guesses at a case count for the number that was typed,
from the address they came from.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from accounts.signing import guessing
from portal.models import Source
from records import clock

HOUR = timedelta(hours=1)
LOOKUPS_IN_AN_HOUR = 300


def sending(address: str) -> datetime | None:
    """Count a complaint sent from an address; return until when it has to wait instead, None for not."""
    return _counted(f"send {address}", settings.PORTAL_SENT_PER_HOUR)


def looking(address: str, number: str) -> guessing.Attempt:
    """Count a look-up of a number from an address, before it is tried.

    Whoever finds their case has it forgotten by `guessing.succeeded`.
    """
    if until := _counted(f"look {address}", LOOKUPS_IN_AN_HOUR):
        return guessing.Attempt(0, until)
    return guessing.attempt(f"portal {number}", _key(address)[:32])


def _counted(what: str, most: int) -> datetime | None:
    now = clock.now()
    with transaction.atomic():
        fresh = Source(key=_key(what), last_at=now)
        Source.objects.bulk_create([fresh], ignore_conflicts=True)
        row = Source.objects.select_for_update().get(key=fresh.key)
        row.recent = [at for at in row.recent if at > now - HOUR]
        if len(row.recent) >= most:
            return row.recent[-most] + HOUR
        row.recent.append(now)
        row.last_at = now
        row.save(update_fields=["recent", "last_at"])
    Source.objects.filter(last_at__lt=now - HOUR).delete()
    return None


def _key(text: str) -> str:
    """Return a keyed digest: an address is somebody's."""
    return salted_hmac("portal.source", text, algorithm="sha256").hexdigest()
