"""What beat starts for ledgers and for the briefing."""

from datetime import timedelta

from celery import shared_task
from django.db.models import Q

from records import clock
from reports.briefing import keeping
from reports.models import LedgerImport
from reports.periodical import making

# An upload that nobody has gone on with for so long is forgotten.
KEPT = timedelta(days=7)


@shared_task
def forget_uploads() -> int:
    """Delete the files of uploads that were left lying; return how many uploads that were."""
    old = LedgerImport.objects.filter(created_at__lte=clock.now() - KEPT)
    left = old.filter(~Q(file="") | ~Q(report="")).select_related("store_job")
    count = 0
    for entry in left:
        if entry.store_job is None or not entry.store_job.under_way:
            entry.forget_files()
            entry.save(update_fields=["file", "report"])
            count += 1
    return count


@shared_task
def refresh_figures() -> int | None:
    """Count the briefing's figures of what has changed; return how many cases were looked at."""
    return keeping.refresh()


@shared_task
def make_reports() -> int:
    """Put the reports that are due among those that wait; return how many are new."""
    return making.make_due()
