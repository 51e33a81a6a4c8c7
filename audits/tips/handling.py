"""What happens to an internal report: it is sent, taken up, answered; each step is sealed."""

import json
from collections.abc import Iterable, Mapping

from django.db import IntegrityError, transaction

from accounts import access
from accounts.actors import Actor
from accounts.models import Department, User
from audits.models import Tip, TipState, TipStep
from audits.tips import codes
from audits.tips.sealing import seal, unseal
from records import clock


class AlreadyAnswered(Exception):
    """A report whose answer the sender may have read already is not answered anew."""


def send(unit: Department, said: Mapping[str, str], kept_from: Iterable[int] = ()) -> str:
    """Store a report and return the code to follow it up, which nobody can find out afterwards.

    `said` has `text` and, if the sender wants it, `name` and `contact`.
    """
    code = codes.new()
    Tip.objects.create(
        unit=unit,
        code=codes.digest(code),
        sealed=seal(json.dumps(dict(said), ensure_ascii=False)),
        kept_from=sorted(kept_from),
        received_at=clock.now(),
    )
    return code


def step(tip: Tip, auditor: User, state: str, text: str, outcome: str = "") -> TipStep:
    """Note what an auditor did with a report; the database takes one answer. Raises AlreadyAnswered."""
    if tip.state == TipState.ANSWERED:
        raise AlreadyAnswered
    row = TipStep(
        tip=tip,
        state=state,
        outcome=outcome if state == TipState.ANSWERED else "",
        sealed=seal(text),
        at=clock.now(),
        auditor=auditor,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise AlreadyAnswered from None
    return row


def said(tip: Tip) -> dict[str, str]:
    """Return what a report says."""
    return json.loads(unseal(tip.sealed))


def told(one: TipStep) -> str:
    """Return what an auditor noted, or answered, in a step."""
    return unseal(one.sealed)


def open_tips(actor: Actor) -> int:
    """Return how many reports that this auditor may see wait for their answer."""
    seen = Tip.objects.seen_by(actor.user, access.units_audited(actor))
    return seen.exclude(steps__state=TipState.ANSWERED).count()


def by_code(code: str) -> Tip | None:
    """Return the report that a code is of, None for a code of none."""
    return Tip.objects.filter(code=codes.digest(code)).first()
