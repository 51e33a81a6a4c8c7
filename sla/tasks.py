"""What beat starts. The tasks carry no state: everything that is due now is done now."""

from celery import shared_task

from accounts.models import Department
from records import clock
from regulations import calendars
from sla import pulse, sweeping, timekeeping
from sla.calendars.taking_over import take_over


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
    """Let open cases count with their unit's newest calendar; return how many changed over."""
    units = Department.objects.filter(parent=None).exclude(calendars=None)
    return sum(take_over(calendars.newest(unit.pk)) for unit in units)


@shared_task
def refresh_calendars() -> None:
    """Publish the official days that a new release brings, for each unit that has a calendar."""
    for unit in Department.objects.filter(parent=None).exclude(calendars=None):
        calendars.refresh(unit)
