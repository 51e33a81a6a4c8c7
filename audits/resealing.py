"""Sealing anew under the newest key, so that an earlier one can be given up.

What is append-only keeps the seal it was written with: internal reports and former mail addresses
are counted, and until they are gone the earlier key stays in SECRET_KEY_FALLBACKS.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from cryptography.fernet import InvalidToken
from django.db import models, transaction

from accounts.models import Factor, SignInChange
from accounts.signing import telling, totp
from audits.models import Tip, TipStep
from audits.tips.sealing import PURPOSE as OF_TIPS
from complaints.models import ActDraft, Draft, HandedIn, Search
from complaints.sealing import PURPOSE as OF_TYPED
from records import sealing


@dataclass(frozen=True)
class Sealed:
    """A column whose values are sealed for a purpose; `fixed`: its rows never change."""

    model: type[models.Model]
    column: str
    purpose: bytes
    fixed: bool = False


EVERY = (
    Sealed(Draft, "sealed", OF_TYPED),
    Sealed(ActDraft, "sealed", OF_TYPED),
    Sealed(HandedIn, "sealed", OF_TYPED),
    Sealed(Search, "sealed", OF_TYPED),
    Sealed(Factor, "secret", totp.PURPOSE),
    Sealed(Tip, "sealed", OF_TIPS, fixed=True),
    Sealed(TipStep, "sealed", OF_TIPS, fixed=True),
    Sealed(SignInChange, "former", telling.PURPOSE, fixed=True),
)


@dataclass
class Outcome:
    """What came of one column: rows sealed anew, under an earlier key still, and that no key opens."""

    table: str
    anew: int = 0
    earlier: int = 0
    unreadable: int = 0


def reseal() -> Iterator[Outcome]:
    """Seal every row anew that is under an earlier key and may change; yield what came of each column.

    Each row in a transaction of its own; may be run again, and beside the running system.
    """
    for one in EVERY:
        outcome = Outcome(one.model._meta.db_table)
        for pk in list(one.model.objects.order_by("pk").values_list("pk", flat=True)):
            _reseal(one, pk, outcome)
        yield outcome


@transaction.atomic
def _reseal(one: Sealed, pk, outcome: Outcome) -> None:
    rows = one.model.objects.filter(pk=pk)
    # The application may not lock a row that never changes.
    row = (rows if one.fixed else rows.select_for_update()).first()
    kept = getattr(row, one.column, None)
    if not kept:
        return
    text = kept if isinstance(kept, str) else bytes(kept).decode()
    try:
        if sealing.is_newest(text, one.purpose):
            return
        anew = sealing.reseal(text, one.purpose)
    except InvalidToken:
        outcome.unreadable += 1
        return
    if one.fixed:
        outcome.earlier += 1
        return
    rows.update(**{one.column: anew if isinstance(kept, str) else anew.encode()})
    outcome.anew += 1
