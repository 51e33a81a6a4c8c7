"""Having files scanned: beat asks for it every few seconds, until each has a verdict."""

import logging
import time

from django.conf import settings
from django.db import OperationalError, transaction
from psycopg.errors import LockNotAvailable

from complaints.attachments import scanner
from complaints.attachments.storage import vault
from complaints.models.attachment import KeptFile, Scan, kept_files
from records import clock

log = logging.getLogger(__name__)
# How long one round goes on taking files; the worker has other things to do.
ROUND_SECONDS = 20


def scan_waiting() -> int:
    """Have scanned what waits, of each kind the oldest first; return how many files got a verdict.

    Does nothing without a scanner. A round ends early where the scanner is away, or where another round
    is at work, which holds the lock of the oldest file.
    """
    end, count = time.monotonic() + ROUND_SECONDS, 0
    while settings.CLAMD and time.monotonic() < end:
        try:
            if not any(_scan_oldest(model) for model in kept_files()):
                break
        except scanner.Unreachable:
            log.warning("the virus scanner does not answer")
            break
        except OperationalError as problem:
            if isinstance(problem.__cause__, LockNotAvailable):
                break
            raise
        count += 1
    return count


@transaction.atomic
def _scan_oldest(model: type[KeptFile]) -> bool:
    """Give the oldest file that waits its verdict; return whether there was one."""
    now = clock.now()
    waiting = model.objects.waiting(now).select_for_update(nowait=True)
    row = waiting.order_by("pk").first()
    if row is None:
        return False
    try:
        with vault().open(row.key) as file:
            row.scan = scanner.verdict(file)
    except FileNotFoundError:
        row.scan = Scan.ERROR
    row.scanned_at = now
    row.save(update_fields=["scan", "scanned_at"])
    if row.scan != Scan.CLEAN:
        log.warning("%s %s: %s", model._meta.model_name, row.pk, row.scan)
    return True
