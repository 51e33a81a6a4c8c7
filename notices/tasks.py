"""What beat starts for the outbox."""

from celery import shared_task

from notices import delivery


@shared_task
def deliver() -> int:
    """Send what waits in the outbox; return how many notices went out."""
    return delivery.deliver()
