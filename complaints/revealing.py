"""Showing personal values of a case: to whom the work needs them, with a reason, for a while, on record.

Whoever has said what for sees them on the pages of that case for half an hour; every page that shows
them writes an entry of the access log, in the transaction that reads them. Without the entry there
is no showing.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta

from django.db import DatabaseError, models, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts import access, access_log, limits
from accounts.actors import Actor
from accounts.limits import OverLimit
from accounts.models import AccessEntry, What
from complaints.histories import situation_of
from complaints.lifecycle import OPEN
from complaints.models import Complaint, RevealReason, SubjectRequest
from complaints.personal import Veil

log = logging.getLogger(__name__)

SHOWN_FOR = timedelta(minutes=30)
# The page by which the access log names the giving of a reason.
PAGE = "case_reveal"


class Reason(models.TextChoices):
    """What personal values are needed for; `other` is said in words."""

    CALL = "call", _("联系客户")
    VISIT = "visit", _("上门处理")
    CHECK = "check", _("核对信息")
    REPLY = "reply", _("书面答复")
    OTHER = "other", _("其他")


# The page by which it names what is told of a customer who complains again.
AT_INTAKE = "register_preview"
# And the one on which somebody registers what was handed in.
AT_REGISTRATION = "register"


class NotShown(Exception):
    """The access log could not be written, so nothing is shown."""


@dataclass(frozen=True)
class Sight:
    """What one page shows of a case to one person: the veil, and the reasons they may give to lift it."""

    veil: Veil
    reasons: tuple[tuple[str, str], ...] = ()


def revealable(actor: Actor, case: Complaint) -> frozenset[str]:
    """Return the sorts of this case's personal values that `actor` may see once a reason is given."""
    possible = _possible(actor, case, restricted=False)
    if possible and SubjectRequest.objects.restricting(case).exists():
        return _possible(actor, case, restricted=True)
    return possible


def _possible(actor: Actor, case: Complaint, *, restricted: bool) -> frozenset[str]:
    situation, ended = situation_of(case, None), case.state not in OPEN
    return access.reveals(actor, situation, ended=ended, restricted=restricted)


def shown_to(actor: Actor) -> Callable[[Complaint], frozenset[str]]:
    """Return what says for each case of many what `actor` may see of it; one query in all."""
    restricted = set(SubjectRequest.objects.restricted_cases())
    return lambda case: _possible(actor, case, restricted=case.pk in restricted)


def give_reason(actor: Actor, case: Complaint, reason: str, words: str = "", address: str = ""):
    """Record what somebody needs the values for; from now on their pages of the case show them.

    `words` are kept as an erasable row, the log names it by id. Raises NotShown, and OverLimit for
    more reasons than anybody needs on a day.
    """
    data = {"page": PAGE, "case": case.pk, "reason": reason}
    with _on_record():
        limits.spend(actor.user, What.REVEAL)
        if words:
            data["text"] = RevealReason.objects.create(case=case, body=words).pk
        access_log.record(AccessEntry.Kind.REVEALED, actor=actor.user, address=address, data=data)


def sight_of(actor: Actor, case: Complaint, page: str, address: str = "") -> Sight:
    """Return what a page shows of a case's values now; what it shows is in the access log.

    Where the entry cannot be written everything stays masked.
    """
    possible = revealable(actor, case)
    if not possible:
        return Sight(Veil(case.told))
    given = _lately(actor, page=PAGE, case=case.pk).first()
    if given is None:
        return Sight(Veil(case.told), tuple(Reason.choices))
    data = {"page": page, "case": case.pk, "under": given.seq, "shown": sorted(possible)}
    with suppress(NotShown), _on_record():
        access_log.record(AccessEntry.Kind.REVEALED, actor=actor.user, address=address, data=data)
        return Sight(Veil(case.told, possible))
    return Sight(Veil(case.told), tuple(Reason.choices))


def to_the_same_caller(actor: Actor, cases: Sequence[Complaint]) -> dict[int, frozenset[str]]:
    """Return by case what may be told of earlier cases to whoever has their customer on the line again.

    Recorded with a reason of its own, once for a case in the time for which a reason holds.
    """
    shown = {
        case.pk: sorts for case in cases if (sorts := _possible(actor, case, restricted=False))
    }
    if not shown:
        return {}
    restricted = set(SubjectRequest.objects.restricted_cases().filter(case__in=list(shown)))
    shown = {pk: sorts for pk, sorts in shown.items() if pk not in restricted}
    told = {pk for entry in _lately(actor, page=AT_INTAKE) for pk in entry.data["cases"]}
    if new := sorted(shown.keys() - told):
        data = {"page": AT_INTAKE, "reason": "same_caller", "cases": new}
        # Whoever types one telephone number after the other sees nothing any more.
        with suppress(NotShown, OverLimit), _on_record():
            limits.spend(actor.user, What.REVEAL)
            access_log.record(AccessEntry.Kind.REVEALED, actor=actor.user, data=data)
            return shown
        return {}
    return shown


def to_register(actor: Actor, handed_in: int, address: str = "") -> bool:
    """Say whether what somebody handed in may be shown to whoever registers it now; on record.

    The registration is the reason; without the entry in the access log nothing is shown.
    """
    data = {"page": AT_REGISTRATION, "reason": "register", "handed_in": handed_in}
    with suppress(NotShown), _on_record():
        limits.spend(actor.user, What.REVEAL)
        access_log.record(AccessEntry.Kind.REVEALED, actor=actor.user, address=address, data=data)
        return True
    return False


@contextmanager
def _on_record() -> Iterator[None]:
    """Make what is written inside one transaction; raise NotShown where it could not be written."""
    try:
        with transaction.atomic():
            yield
    except DatabaseError as problem:
        log.error("personal values stay masked: the access log cannot be written")
        raise NotShown from problem


def _lately(actor: Actor, **data: object) -> QuerySet[AccessEntry]:
    """Return the entries of a page by which this person has seen values, newest first."""
    since = actor.at - SHOWN_FOR
    revealed = AccessEntry.objects.filter(kind=AccessEntry.Kind.REVEALED, actor=actor.user)
    return revealed.filter(recorded_at__gt=since, data__contains=data).order_by("-seq")
