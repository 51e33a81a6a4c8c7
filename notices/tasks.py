"""Delivering the outbox: at least once, by key; a dead channel holds up nothing but itself."""

import logging
from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from notices import words
from notices.models import Notice
from records import clock

log = logging.getLogger(__name__)

BATCH = 100
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)


@shared_task
def deliver() -> int:
    """Send what waits in the outbox; return how many went out."""
    sent = 0
    for pk in Notice.objects.pending(clock.now()).values_list("pk", flat=True)[:BATCH]:
        sent += _deliver(pk)
    return sent


@transaction.atomic
def _deliver(pk: int) -> bool:
    """Send one notice under its row's lock; another worker that has it in hand keeps it."""
    notice = (
        Notice.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("case__version", "recipient")
        .filter(pk=pk, delivered_at=None)
        .first()
    )
    if notice is None:
        return False
    now = clock.now()
    notice.attempts += 1
    try:
        _send(notice)
    except OSError as problem:
        wait = min(FIRST_WAIT * 2 ** (notice.attempts - 1), LONGEST_WAIT)
        notice.next_try = now + wait
        log.warning("notice %s not delivered: %s", notice.pk, type(problem).__name__)
    else:
        notice.delivered_at, notice.next_try = now, None
    notice.save(update_fields=["attempts", "delivered_at", "next_try"])
    return notice.delivered_at is not None


def _send(notice: Notice) -> None:
    EmailMessage(
        subject=words.title(notice),
        body=words.body(notice),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[notice.recipient.email],
        headers={"Message-ID": f"<notice-{notice.pk}@bihuan>"},
    ).send()
