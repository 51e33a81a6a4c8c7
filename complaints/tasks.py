"""What beat starts for cases."""

from datetime import timedelta

from celery import shared_task

from accounts import limits
from complaints import act_drafts, drafts, relations, search
from complaints.attachments import keeping, scanning
from records import clock

# An upload's transaction is over long before this.
GRACE = timedelta(hours=1)


@shared_task
def sweep_leftovers() -> int:
    """Take files away that no row came to name; return how many. May run twice at once."""
    count = 0
    for key in list(keeping.leftovers(clock.now() - GRACE)):
        keeping.remove(key)
        count += 1
    return count


@shared_task
def scan_attachments() -> int:
    """Have scanned for viruses what waits for it; return how many files. May run twice at once."""
    return scanning.scan_waiting()


@shared_task
def spread_links() -> int:
    """Let links reach the cases they concern whose own pass was cut off; return how many."""
    return relations.spread_all()


@shared_task
def forget() -> int:
    """Forget what was typed and never sent, and what was looked for; return how many rows went."""
    return drafts.drop_old() + act_drafts.drop_old() + search.forget() + limits.forget()
