"""The notice of acceptance (受理提醒): whoever complains is told at once that it was received.

Where the regulation asks for it on the channel on which they came (`receipt` in the pack), or the house
sends it in any case. The outbox holds no address: it is read of the complainant's own row when the
message goes out, and where that is erased, or its use restricted, nothing goes out.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from complaints.lifecycle import OPEN, Kind
from complaints.models import Complaint, Particulars, SubjectRequest
from complaints.pipeline import Passage
from complaints.promised import promises
from notices import quiet
from notices.models import Channel, Topic
from regulations.engine.pack import Pack, own_name

MAIL = re.compile(r"[^\s<>,;，；、()（）]+@[^\s<>,;，；、()（）]+")
MOBILE = re.compile(r"(?<![0-9])(?:\+?86)?(1[3-9][0-9]{9})(?![0-9])")
SPACING = re.compile(r"(?<=[0-9])[ -](?=[0-9])")
# Intake fields in which an address of the complainant may stand, the surest first.
CONTACTS = ("email", "phone")


TOLD_IN_AN_HOUR, HOUR = 5, timedelta(hours=1)


class Reachable(NamedTuple):
    """By which channel a complainant can be reached, and where."""

    channel: Channel
    address: str


def accepted(passages: Iterable[Passage]) -> Iterator[dict[str, Any]]:
    """Yield the columns of the notice to each complainant whose case begins in these passages."""
    for passage in passages:
        case = passage.case
        first = passage.appended[0] if passage.appended else None
        if first is None or first.kind != Kind.RECEIVED or first.data.get("unanswered"):
            continue
        if case.state not in OPEN or not tells(case.version.pack, case.channel):
            continue
        reached = reachable(case)
        if reached is not None and not _is_too_much(case, passage.now):
            yield _row(passage, reached.channel)


def reachable(case: Complaint) -> Reachable | None:
    """Return where the complainant of a case can be reached now, None for nowhere."""
    for key in CONTACTS:
        if found := reached_by(str(case.told.value(key) or "")):
            return found
    return None


def usable(case: Complaint, channel: str) -> str | None:
    """Return the address for a message that goes out now; None where it may not be used any more."""
    reached = reachable(case)
    if reached is None or reached.channel != channel:
        return None
    if SubjectRequest.objects.restricting(case).exists():
        return None
    return reached.address


def reached_by(contact: str) -> Reachable | None:
    """Return what a contact, as somebody has entered it, says of where they can be reached."""
    if (mail := MAIL.search(contact)) and _is_mail(mail.group()):
        return Reachable(Channel.EMAIL, mail.group())
    if settings.SMS_GATEWAY and (mobile := MOBILE.search(SPACING.sub("", contact))):
        return Reachable(Channel.SMS, mobile.group(1))
    return None


def _is_mail(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _is_too_much(case: Complaint, now: datetime) -> bool:
    """Say whether an address has been told enough lately, of what nobody of the house has seen.

    Two machines that answer each other stop by themselves, and nobody fills a stranger's mailbox.
    """
    if not (case.entered_outside and case.told.phone):
        return False
    same = Particulars.objects.filter(phone=case.told.phone, case__received_at__gt=now - HOUR)
    return same.count() > TOLD_IN_AN_HOUR


def tells(pack: Pack, channel: str) -> bool:
    """Say whether who complains on a channel is told at once: by the regulation, or as the house has set."""
    if settings.CUSTOMER_RECEIPTS != "regulation":
        return settings.CUSTOMER_RECEIPTS == "always"
    return bool(demanded(pack, channel))


def demanded(pack: Pack, channel: str) -> tuple[str, ...]:
    """Return the facts by which the regulation asks for the notice on a channel."""
    name = own_name(pack.channels, channel)
    return next((one.receipt for one in pack.channels if one.name == name), ())


def _row(passage: Passage, channel: Channel) -> dict[str, Any]:
    case, now = passage.case, passage.now
    return {
        "key": f"{case.pk}:receipt:{channel}",
        "case_id": case.pk,
        "recipient_id": None,
        "outlet_id": None,
        "to_customer": True,
        "channel": channel,
        "topic": Topic.RECEIPT,
        "data": {
            "promised": [one.kept() for one in promises(passage.verdict.clocks)],
            "source": list(demanded(case.version.pack, case.channel)),
        },
        "created_at": now,
        "attempts": 0,
        "doubtful": False,
        "next_try": _first_try(case, channel, now),
        "delivered_at": None,
    }


def _first_try(case: Complaint, channel: Channel, now: datetime) -> datetime:
    """Mail wakes nobody: it goes out at once, a text message after the quiet hours."""
    return now if channel == Channel.EMAIL else quiet.first_try(case, now)
