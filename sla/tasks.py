"""What beat starts. The tasks carry no state: everything that is due now is done now."""

import logging

from celery import shared_task

from accounts.models import Department
from complaints import pipeline
from complaints.lifecycle import Kind
from complaints.models import Complaint
from complaints.pipeline import Act
from records import clock
from regulations import calendars
from sla import pulse, sweeping, timekeeping

log = logging.getLogger(__name__)

BATCH = 200


@shared_task
def sweep() -> int:
    """Take every case whose moment has come through the pipeline; return how many changed.

    Runs twice, late or not at all without other consequences than delay. While the database's
    clock cannot be believed it does nothing.
    """
    if not timekeeping.believable():
        return 0
    changed = sweeping.sweep()
    pulse.mark(clock.now())
    return changed


@shared_task
def recalendar() -> int:
    """Let open cases count with their unit's newest calendar; return how many changed over.

    Each case is taken through the pipeline by itself; one that fails is logged and tried again
    the next time.
    """
    changed = 0
    for unit in Department.objects.filter(parent=None).exclude(calendars=None):
        newest = calendars.newest(unit.pk)
        behind = Complaint.objects.open().filter(unit=unit).exclude(calendar=newest.digest)
        after = 0
        while pks := list(
            behind.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH]
        ):
            changed += sum(_changed_over(pk, newest.digest) for pk in pks)
            after = pks[-1]
    return changed


def _changed_over(pk: int, digest: str) -> bool:
    try:
        pipeline.act(pk, [Act(Kind.CALENDAR_CHANGED, {"version": digest})], actor=None)
    except Exception:
        log.exception("case %s could not take the new calendar", pk)
        return False
    return True


@shared_task
def refresh_calendars() -> None:
    """Publish the official days that a new release brings, for each unit that has a calendar."""
    for unit in Department.objects.filter(parent=None).exclude(calendars=None):
        calendars.refresh(unit)
