"""Whether the database's clock can be believed: it is held against the host's elapsed time (INV-13).

The host's own clock has no say. Where the two disagree the sweep stops, so that nothing fires early,
until a person has looked and confirmed the time.
"""

import logging
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from accounts.models import User
from records import clock
from sla.models import ClockAlarm, Outage, Watch

log = logging.getLogger(__name__)

TOLERANCE_SECONDS = 60
# The database's moments are cut to seconds.
BACKWARDS_SECONDS = 1
# A silence longer than this is written down as an outage.
SILENCE = timedelta(minutes=5)


def believable() -> bool:
    """Compare the clocks and note the sweep that begins; False while an alarm is open."""
    if alarm() is not None:
        return False
    last = Watch.objects.first()
    now, elapsed = clock.now(), clock.elapsed()
    if last is not None and (off_by := _disagreement(last, now, elapsed)):
        _raise_alarm(last, now, off_by)
        return False
    if last is not None and now - last.swept_at > SILENCE:
        _note_outage(last.swept_at, now)
    _note(now, elapsed)
    return True


def alarm() -> ClockAlarm | None:
    """Return the alarm that nobody has confirmed yet."""
    return ClockAlarm.objects.filter(confirmed_at=None).first()


def confirm(alarm: ClockAlarm, by: User) -> None:
    """A person says that the database's time is right now: the sweep goes on from here."""
    now, elapsed = clock.now(), clock.elapsed()
    with transaction.atomic():
        ClockAlarm.objects.filter(pk=alarm.pk, confirmed_at=None).update(
            confirmed_by=by, confirmed_at=now
        )
        _note(now, elapsed)


def _note(now: datetime, elapsed: clock.Elapsed) -> None:
    """Keep both clocks for the next comparison; two workers may do so at once."""
    Watch.objects.bulk_create(
        [Watch(pk=1, swept_at=now, host=elapsed.host, elapsed=elapsed.seconds)],
        update_conflicts=True,
        unique_fields=["pk"],
        update_fields=["swept_at", "host", "elapsed"],
    )


def _disagreement(last: Watch, now: datetime, elapsed: clock.Elapsed) -> float | None:
    """Return by how many seconds the database's clock is off, None where it can be believed."""
    passed = (now - last.swept_at).total_seconds()
    if passed < -BACKWARDS_SECONDS:
        return passed
    if last.host != elapsed.host or elapsed.seconds < last.elapsed:
        return None
    off_by = passed - (elapsed.seconds - last.elapsed)
    return off_by if abs(off_by) > TOLERANCE_SECONDS else None


def _raise_alarm(last: Watch, now: datetime, off_by: float) -> None:
    log.error("the database's clock is off by %+.0f s: no sweep until it is confirmed", off_by)
    try:
        with transaction.atomic():
            ClockAlarm.objects.create(before=last.swept_at, found=now, off_by=off_by)
    except IntegrityError:
        log.info("another worker has raised the alarm")


def _note_outage(since: datetime, until: datetime) -> None:
    log.warning("no sweep was by from %s to %s", since.isoformat(), until.isoformat())
    Outage.objects.get_or_create(since=since, defaults={"until": until})
