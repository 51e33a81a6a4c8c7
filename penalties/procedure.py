"""From a proposal to money: confirm, object, decide, look again, adjust, waive.

Each step locks the case, reads the clock, asks `accounts.access` who may, and appends one entry.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction

from accounts import access
from accounts.access import Decision, Situation
from accounts.actors import Actor, actor_of
from accounts.models import User
from accounts.roster import Roster
from complaints.attachments.keeping import Kept
from complaints.histories import situation_of
from complaints.models import Complaint
from complaints.refusals import NotPermitted, Reason, Refused
from complaints.wording import moment_words
from notices.models import Topic
from notices.settle import News, put, tell
from penalties.items import Item, State
from penalties.ledger import Ledger, change_to
from penalties.models import Entry, Kind
from records import clock
from regulations import bindings

# The acts of the procedure: the step's name in the policy file → the states it starts from.
CONFIRM, APPEAL, REVIEW, ADJUST, WAIVE = (
    "penalty_confirmed",
    "penalty_appealed",
    "penalty_reviewed",
    "penalty_adjusted",
    "penalty_waived",
)
DECIDE = "penalty_decided"
FROM: dict[str, tuple[State, ...]] = {
    CONFIRM: (State.PROPOSED,),
    APPEAL: (State.CONFIRMED, State.DECIDED),
    REVIEW: (State.APPEALED,),
    ADJUST: (State.CONFIRMED, State.DECIDED),
    WAIVE: (State.PROPOSED, State.CONFIRMED, State.DECIDED),
}


def may(actor: Actor, act: str, item: Item) -> Decision:
    """Say whether somebody may take a step on an item, whatever its state.

    Where the clause names a post for the decision, that post confirms. Nobody decides on what
    concerns themselves; what they proposed, confirmed or decided they do not confirm or review.
    """
    case = item.root.case
    kind = DECIDE if act == CONFIRM and _rule(item).decided_by else act
    situation = _situation(case, item)
    if act == APPEAL:
        return access.may(actor, kind, situation)
    return access.may_apart(actor, kind, situation, _others(act, item))


def _others(act: str, item: Item) -> set[int]:
    """Return who may not take a step: the person concerned, and who had a hand in it before."""
    hands = {entry.actor_id for entry in item.entries if entry.kind != Kind.APPEALED}
    if act in (ADJUST, WAIVE):
        hands = set()
    return {pk for pk in hands | {item.person_id} if pk is not None}


def _situation(case: Complaint, item: Item) -> Situation:
    place = item.root.department_id
    rule = _rule(item)
    seats = bindings.seats(case.version, rule.decided_by, place) if rule.decided_by else []
    return replace(
        situation_of(case, None),
        signers={DECIDE: tuple(seats)},
        concerned=item.person_id,
        concerned_place=place,
    )


def _rule(item: Item):
    rules = item.root.case.version.pack.penalties
    return next(rule for rule in rules if rule.id == item.root.rule)


def confirm(
    pk: int,
    *,
    actor: Actor,
    amount: Decimal | None = None,
    person: int | None = None,
    reason: str = "",
) -> Entry:
    """Confirm a proposal; a range is decided with a reason, an open person is named.

    Raises NotPermitted or Refused.
    """

    def write(ledger: Ledger, item: Item, post: str) -> Entry:
        change = None
        if item.root.low is not None:
            _refuse_outside(item, amount)
            _need(reason)
            change = change_to(item, amount)
        pays = item.person_id or person
        if pays is None and item.root.subject != "department":
            raise Refused(Reason("no_person", field="person", source=tuple(item.root.source)))
        if pays == actor.user.pk:
            raise NotPermitted(Decision(False, needed=(access.SOMEBODY_ELSE,)))
        return ledger.append(
            Kind.CONFIRMED,
            item=item,
            actor=actor.user,
            post=post,
            text=reason,
            amount=change,
            person_id=pays,
            until=_until(item, ledger.now),
        )

    return _step(pk, CONFIRM, actor, write)


def confirm_days(pk: int, *, actor: Actor) -> Entry:
    """Confirm all days of the same delay that are still proposed, all or none; return the first.

    Only days are confirmed together: they have one amount each, and nothing to decide.
    """
    with transaction.atomic():
        first = confirm(pk, actor=actor)
        root = first.item
        days = Entry.objects.items().filter(case=root.case, offence=root.offence, day__isnull=False)
        for other in days.exclude(pk=pk).exclude(following__kind__in=Kind.values).order_by("seq"):
            confirm(other.pk, actor=actor)
    return first


def appeal(pk: int, *, actor: Actor, reason: str, files: Sequence[Kept] = ()) -> Entry:
    """Object to a decision within the time that it named. Raises NotPermitted or Refused."""

    def write(ledger: Ledger, item: Item, post: str) -> Entry:
        _need(reason)
        if item.appeals >= settings.OBJECTIONS:
            raise Refused(Reason("no_more_appeals"))
        if not item.may_appeal(ledger.now):
            until = item.last.until
            raise Refused(Reason("too_late", accepted=moment_words(until) if until else None))
        return ledger.append(
            Kind.APPEALED, item=item, actor=actor.user, post=post, text=reason, files=files
        )

    return _step(pk, APPEAL, actor, write)


def review(pk: int, *, actor: Actor, amount: Decimal | None, reason: str) -> Entry:
    """Decide on an objection: uphold (`amount` None), change the amount, or waive it (zero)."""
    return _step(pk, REVIEW, actor, _decision(actor, amount, reason))


def adjust(pk: int, *, actor: Actor, amount: Decimal, reason: str) -> Entry:
    """Adjust an item under the owner department's final interpretation."""
    return _step(pk, ADJUST, actor, _decision(actor, amount, reason))


def waive(pk: int, *, actor: Actor, reason: str) -> Entry:
    """Waive an item: one entry takes back all that it costs."""
    return _step(pk, WAIVE, actor, _decision(actor, Decimal(0), reason))


Write = Callable[[Ledger, Item, str], Entry]


def _decision(actor: Actor, amount: Decimal | None, reason: str) -> Write:
    def write(ledger: Ledger, item: Item, post: str) -> Entry:
        _need(reason)
        given = {"item": item, "actor": actor.user, "post": post, "text": reason}
        if amount is None:
            until = _until(item, ledger.now)
            return ledger.append(Kind.CHARGED, amount=None, until=until, **given)
        if amount == 0:
            return ledger.append(Kind.WAIVED, amount=-item.balance, **given)
        if item.root.amount is None and item.root.low is None:
            raise Refused(Reason("nothing_to_adjust", field="amount"))
        _refuse_outside(item, amount)
        until = _until(item, ledger.now)
        return ledger.append(Kind.ADJUSTED, amount=change_to(item, amount), until=until, **given)

    return write


def _step(pk: int, act: str, actor: Actor, write: Write) -> Entry:
    with transaction.atomic():
        case_id = Entry.objects.items().values_list("case", flat=True).get(pk=pk)
        case = (
            Complaint.objects.select_for_update(of=("self",))
            .select_related("version__regulation")
            .get(pk=case_id)
        )
        ledger = Ledger.of(case, clock.now())
        item = ledger.item(pk)
        item.root.case = case
        if item.state not in FROM[act]:
            raise Refused(Reason("wrong_state", what=str(item.state.label)))
        decision = may(actor, act, item)
        if not decision.allowed:
            raise NotPermitted(decision)
        held = decision.seat.term if decision.seat else decision.holding.title
        entry = write(ledger, item, held)
        after = ledger.item(pk)
        after.root.case = case
        _notify(ledger, after, entry)
    return entry


def _notify(ledger: Ledger, item: Item, entry: Entry) -> None:
    """Tell the person concerned what was decided and until when they may object.

    Days of one delay that are confirmed together are one message. An objection is told to those
    who may decide on it.
    """
    if entry.kind == Kind.APPEALED:
        people = reviewers(item, ledger.now)
        data = {"item": item.root.pk, "source": list(item.root.source)}
        news = News(f"review:{item.root.pk}:{item.appeals}", Topic.DECISION, people, data)
        put([(ledger.case, news)], ledger.now)
        return
    if item.person_id is None:
        return
    until = entry.until.isoformat() if entry.until else None
    data = {"item": item.root.pk, "source": list(item.root.source), "due_at": until}
    cause = f"penalty:{item.root.offence}:{entry.kind}:{ledger.now.isoformat()}"
    tell(ledger.case, item.person_id, cause, "penalty", data, ledger.now)


def reviewers(item: Item, now: datetime) -> list[int]:
    """Return the ids of those who may decide on an objection now, deputies included."""
    able = access.holders(REVIEW, _situation(item.root.case, item), now)
    roster = Roster(now)
    people = {one for person in able for one in roster.in_charge_of(person)}
    users = User.objects.filter(pk__in=people).order_by("pk")
    return [user.pk for user in users if may(actor_of(user, now), REVIEW, item).allowed]


def _until(item: Item, now: datetime) -> datetime | None:
    """Return until when the person may object; None after the second look."""
    if item.appeals >= settings.OBJECTIONS:
        return None
    return now + timedelta(days=settings.OBJECTION_DAYS)


def _need(reason: str) -> None:
    if not reason.strip():
        raise Refused(Reason("no_reason", field="reason"))


def _refuse_outside(item: Item, amount: Decimal | None) -> None:
    """An amount lies within the clause's range, or between nothing and the clause's amount."""
    root = item.root
    source = tuple(root.source)
    if root.low is not None:
        accepted = f"{root.low}-{root.high}"
        if amount is None:
            raise Refused(Reason("no_amount", "amount", source, accepted))
        if not root.low <= amount <= root.high:
            raise Refused(Reason("outside_range", "amount", source, accepted))
    elif amount is not None and not 0 < amount <= root.amount:
        raise Refused(Reason("above_tariff", "amount", source, f"0-{root.amount}"))
