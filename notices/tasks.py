"""Delivering the outbox: at least once, by key; a dead channel holds up nothing but itself."""

import logging
from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
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
    """Send what waits in the outbox; return how many went out.

    The mail server is reached once for the round. Where that fails, all that waits is put off, so
    that a server which does not answer keeps the worker for one time-out and not for each notice.
    """
    waiting = list(Notice.objects.pending(clock.now()).values_list("pk", flat=True)[:BATCH])
    if not waiting:
        return 0
    server = get_connection()
    away = _problem_with(server)
    try:
        return sum(_tried(pk, server, away) for pk in waiting)
    finally:
        server.close()


def _problem_with(server: BaseEmailBackend) -> Exception | None:
    """Open the connection; return what stands against it, None if it is open."""
    try:
        server.open()
    except Exception as problem:
        return problem
    return None


def _tried(pk: int, server: BaseEmailBackend, away: Exception | None) -> bool:
    """Deliver one notice; whatever is wrong with it holds up no other."""
    try:
        return _deliver(pk, server, away)
    except Exception:
        log.exception("notice %s could not be marked", pk)
        return False


@transaction.atomic
def _deliver(pk: int, server: BaseEmailBackend, away: Exception | None) -> bool:
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
    if problem := away or _problem_in_sending(notice, server):
        wait = min(FIRST_WAIT * 2 ** (notice.attempts - 1), LONGEST_WAIT)
        notice.next_try = now + wait
        log.warning("notice %s not delivered: %s", notice.pk, type(problem).__name__)
    else:
        notice.delivered_at, notice.next_try = now, None
    notice.save(update_fields=["attempts", "delivered_at", "next_try"])
    return notice.delivered_at is not None


def _problem_in_sending(notice: Notice, server: BaseEmailBackend) -> Exception | None:
    try:
        _message(notice, server).send()
    except Exception as problem:  # an address may be impossible in more ways than a server may fail
        return problem
    return None


def _message(notice: Notice, server: BaseEmailBackend) -> EmailMessage:
    return EmailMessage(
        subject=words.title(notice),
        body=words.body(notice),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[notice.recipient.email],
        headers={"Message-ID": f"<notice-{notice.pk}@bihuan>"},
        connection=server,
    )
