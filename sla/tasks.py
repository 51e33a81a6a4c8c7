"""What beat starts. The tasks carry no state: everything that is due now is done now."""

import logging

from celery import shared_task

from complaints import pipeline
from complaints.models import Complaint
from records import clock
from sla import pulse

log = logging.getLogger(__name__)

BATCH = 200


@shared_task
def sweep() -> int:
    """Take every case whose moment has come through the pipeline; return how many changed.

    Runs twice, late or not at all without other consequences than delay. One case that cannot be
    judged is logged by its id and holds nobody up.
    """
    changed, after = 0, 0
    while due := list(
        Complaint.objects.filter(next_moment__lte=clock.now(), pk__gt=after)
        .order_by("pk")
        .values_list("pk", flat=True)[:BATCH]
    ):
        changed += sum(_swept(pk) for pk in due)
        after = due[-1]
    pulse.mark(clock.now())
    return changed


def _swept(pk: int) -> bool:
    try:
        return pipeline.sweep(pk)
    except Exception:
        log.exception("case %s could not be swept", pk)
        return False
