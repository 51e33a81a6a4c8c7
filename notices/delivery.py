"""Delivering the outbox: at least once, under one id, and nothing is sent inside a transaction.

A message is claimed in one transaction, sent, and marked in another. What dies in between is in doubt;
after the lease it is sent again under the same id, and the log says so.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction

from notices import customers
from notices.channels import NotSent, Round
from notices.models import Attempt, Notice, Outcome, Topic
from notices.parcels import TOGETHER_FROM, Parcel
from records import clock

log = logging.getLogger(__name__)

BATCH = 100
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)


def deliver() -> int:
    """Send what waits in the outbox; return how many notices went out.

    Whatever is wrong with one message, or with a channel, holds up no other.
    """
    waiting = list(Notice.objects.pending(clock.now()).values_list("pk", flat=True)[:BATCH])
    sent, done, round_ = 0, set(), Round()
    try:
        for pk in waiting:
            if pk in done:
                continue
            parcel = claim(pk)
            if parcel is None:
                continue
            done |= {notice.pk for notice in parcel.notices}
            sent += _tried(parcel, round_)
    finally:
        round_.close()
    return sent


@transaction.atomic
def claim(pk: int) -> Parcel | None:
    """Take a notice in hand, with others of its addressee where many wait; None if it is gone.

    Rows that another worker has in hand are left to it.
    """
    now = clock.now()
    rows = Notice.objects.pending(now).select_for_update(skip_locked=True, of=("self",))
    rows = rows.select_related("case__version", "case__unit", "recipient", "outlet")
    first = rows.filter(pk=pk).first()
    if first is None or _dropped(first, now):
        return None
    if first.sending_at is not None:
        _note([first], Outcome.DOUBTFUL, now)
    notices = [first, *_others(rows, first, now)]
    if len(notices) < TOGETHER_FROM and first.parcel is None:
        notices = [first]
    parcel = first.parcel or (uuid4() if len(notices) > 1 else None)
    for notice in notices:
        notice.doubtful = notice.doubtful or notice.sending_at is not None
        notice.sending_at, notice.parcel = now, parcel
        notice.attempts += 1
    Notice.objects.bulk_update(notices, ["doubtful", "sending_at", "parcel", "attempts"])
    return Parcel(tuple(notices))


def _others(rows, first: Notice, now: datetime) -> list[Notice]:
    """Return what goes out with a notice: its parcel again, or what else waits for the same one."""
    if first.to_customer:
        return []
    same = rows.filter(channel=first.channel, recipient=first.recipient, outlet=first.outlet)
    same = same.exclude(to_customer=True)
    same = same.filter(parcel=first.parcel, sending_at=first.sending_at).exclude(pk=first.pk)
    return [one for one in same[:BATCH] if first.parcel or not _dropped(one, now)]


def _dropped(notice: Notice, now: datetime) -> bool:
    """Drop what is not worth sending any more, and say so."""
    if not (_is_overtaken(notice, now) or _is_for_nobody(notice)):
        return False
    notice.moot_at = now
    notice.save(update_fields=["moot_at"])
    _note([notice], Outcome.MOOT, now)
    return True


def _is_overtaken(notice: Notice, now: datetime) -> bool:
    """Say whether a warning's deadline has passed: the breach has a notice of its own."""
    due = notice.data.get("due_at")
    return notice.topic == Topic.WARNED and due is not None and datetime.fromisoformat(due) < now


def _is_for_nobody(notice: Notice) -> bool:
    """Say whether the complainant cannot be written to any more: erased, restricted, reached otherwise."""
    return notice.to_customer and customers.usable(notice.case, notice.channel) is None


def _tried(parcel: Parcel, round_: Round) -> int:
    """Send a parcel and mark it; return how many notices went out."""
    try:
        round_.send(parcel)
    except Exception as problem:  # an address may be impossible in more ways than a server may fail
        code = str(problem) if isinstance(problem, NotSent) else type(problem).__name__
        log.warning("notice %s not delivered: %s", parcel.first.pk, code)
        _marked(parcel, code)
        return 0
    _marked(parcel, None)
    return len(parcel.notices)


@transaction.atomic
def _marked(parcel: Parcel, problem: str | None) -> None:
    """Write down how a try has ended."""
    now = clock.now()
    for notice in parcel.notices:
        notice.sending_at = None
        if problem is None:
            notice.delivered_at, notice.next_try = now, None
        else:
            wait = min(FIRST_WAIT * 2 ** min(notice.attempts - 1, 20), LONGEST_WAIT)
            notice.next_try = now + wait
    Notice.objects.bulk_update(parcel.notices, ["sending_at", "delivered_at", "next_try"])
    outcome = Outcome.SENT if problem is None else Outcome.FAILED
    _note(parcel.notices, outcome, now, parcel.message_id, problem or "")


def _note(
    notices: Iterable[Notice], outcome: Outcome, now: datetime, message_id="", detail=""
) -> None:
    Attempt.objects.bulk_create(
        Attempt(notice=one, at=now, outcome=outcome, message_id=message_id, detail=detail[:80])
        for one in notices
    )
