"""Closing a month: what is final by then is posted, rewards are written, nothing of it changes later.

What is corrected afterwards is posted in the next month that is closed, and refers to the posting
that it corrects.
"""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Case, Count, DecimalField, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from accounts import access
from accounts.access import Situation
from accounts.actors import Actor
from accounts.models import Department
from complaints.models import Complaint
from complaints.refusals import NotPermitted, Reason, Refused
from penalties.items import Item, State
from penalties.ledger import Ledger
from penalties.models import Award, Entry, Kind, Month
from penalties.periods import Span
from penalties.scoring import scores
from records import clock
from regulations.models import RegulationVersion

MONEY = DecimalField(max_digits=12, decimal_places=2)


def close(
    unit: Department, span: Span, *, actor: Actor, advance: Callable[[], object] = lambda: None
) -> Month:
    """Close a month of a unit, all of it or nothing; `advance` is called after each case.

    Raises NotPermitted, or Refused where the month is not over, an earlier one is open, or it has
    been closed already.
    """
    decision = access.may(actor, "month_closed", Situation(unit=unit.pk, owner=unit.pk))
    if not decision.allowed:
        raise NotPermitted(decision)
    with transaction.atomic():
        now = clock.now()
        _refuse(unit, span, now)
        month = _begin(unit, span, actor, now)
        for pk in open_cases(unit, span):
            _post(pk, month, actor, span)
            advance()
        _award(month, span, now)
    return month


def _refuse(unit: Department, span: Span, now: datetime) -> None:
    if now < span.until:
        raise Refused(Reason("month_not_over"))
    last = Month.objects.filter(unit=unit).order_by("first").last()
    if last is not None and span.first <= last.first:
        raise Refused(Reason("month_closed"))
    if last is not None and Span(last.first).next != span:
        raise Refused(Reason("earlier_month_open", accepted=str(Span(last.first).next)))


def _begin(unit: Department, span: Span, actor: Actor, now: datetime) -> Month:
    """Write the month's row, for which whoever closes it at the same time waits, and loses."""
    try:
        with transaction.atomic():
            return Month.objects.create(
                unit=unit, first=span.first, closed_by=actor.user, closed_at=now
            )
    except IntegrityError:
        raise Refused(Reason("month_closed")) from None


def unposted(items: QuerySet[Entry]) -> QuerySet[Entry]:
    """Return the items whose postings do not say yet what they cost, or what sanction they bring."""
    posted = Sum(
        Case(When(following__kind=Kind.POSTED, then=F("following__amount")), output_field=MONEY)
    )
    changed = Sum(
        Case(When(~Q(following__kind=Kind.POSTED), then=F("following__amount")), output_field=MONEY)
    )
    nothing = Value(Decimal(0), output_field=MONEY)
    return items.annotate(
        balance=Coalesce(F("amount"), nothing) + Coalesce(changed, nothing),
        taken=Coalesce(posted, nothing),
        times=Count("following", filter=Q(following__kind=Kind.POSTED)),
    ).filter(~Q(balance=F("taken")) | ~Q(sanction="") & Q(times=0))


def open_cases(unit: Department, span: Span) -> list[int]:
    """Return the cases with something to post, in the order in which they are locked."""
    items = Entry.objects.items().filter(case__unit=unit, incurred_at__lt=span.until)
    return sorted(set(unposted(items).values_list("case", flat=True)))


def _post(case_id: int, month: Month, actor: Actor, span: Span) -> None:
    case = Complaint.objects.select_for_update(of=("self",)).get(pk=case_id)
    ledger = Ledger.of(case, month.closed_at)
    for item in ledger.items:
        if item.root.incurred_at >= span.until or not item.is_final(month.closed_at):
            continue
        if (amount := due(item)) is not None:
            ledger.append(
                Kind.POSTED,
                item=item,
                actor=actor.user,
                amount=amount,
                person_id=item.person_id,
                department_id=item.root.department_id,
                month=month,
                corrects=item.last_posting,
            )


def due(item: Item) -> Decimal | None:
    """Return what a posting must take over, None for nothing; a sanction alone is posted as zero."""
    difference = item.balance - item.posted
    if difference:
        return difference
    stands = item.state not in (State.WAIVED, State.REVERSED)
    if item.root.sanction and stands and item.last_posting is None:
        return difference
    return None


def _award(month: Month, span: Span, now: datetime) -> None:
    for version in scored_versions(month.unit, span):
        Award.objects.bulk_create(
            Award(
                month=month,
                regulation=version,
                department=row.department,
                score=row.score.total,
                amount=row.reward.amount if row.reward else Decimal(0),
                steps=[
                    [s.part, str(s.score), str(s.weight), str(s.product)] for s in row.score.steps
                ],
                follow_ups=row.follow_ups,
                source=list(row.reward.source if row.reward else row.score.source),
            )
            for row in scores(version, span, now)
            if row.score.total is not None
        )


def scored_versions(unit: Department, span: Span) -> list[RegulationVersion]:
    """Return each regulation of a unit in the version in force on the month's last day."""
    rows = RegulationVersion.objects.filter(
        regulation__unit=unit, in_force_from__lt=span.next.first
    ).select_related("regulation__unit")
    newest = {row.regulation_id: row for row in rows.order_by("in_force_from", "number")}
    return list(newest.values())
