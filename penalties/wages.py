"""The legal caps on deductions from wages (工资支付暂行规定 第十六条): a warning, never a decision."""

from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import access
from accounts.access import Situation
from accounts.actors import Actor
from accounts.models import Department, User
from complaints.refusals import NotPermitted
from penalties.models import WageBase, WageBaseChange
from penalties.periods import Span
from records import clock


@dataclass(frozen=True)
class Warning:
    """What HR must see beside a person's sum of a month: a code, and words."""

    code: str
    text: str


def bases(people: list[int], span: Span) -> dict[int, Decimal]:
    """Return the monthly wages that HR has given for a month, by person."""
    rows = WageBase.objects.filter(person__in=people, since__lte=span.first).order_by("since")
    return dict(rows.values_list("person", "amount"))


def warnings(total: Decimal, base: Decimal | None) -> list[Warning]:
    """Return what the law makes doubtful about deducting `total` from a wage of `base`, in CNY."""
    if total <= 0:
        return []
    if base is None:
        return [Warning("wage_unknown", _("工资基数未知，无法核对扣减上限"))]
    found = []
    cap = base * settings.WAGE_DEDUCTION_SHARE
    if total > cap:
        words = _("超过当月工资的%(share)s%%（%(cap)s元）")
        share = f"{settings.WAGE_DEDUCTION_SHARE * 100:.0f}"
        found.append(Warning("above_share", words % {"share": share, "cap": f"{cap:.2f}"}))
    least = settings.MINIMUM_WAGE
    if least is not None and base - total < least:
        words = _("扣减后低于最低工资%(least)s元")
        found.append(Warning("below_minimum", words % {"least": least}))
    return found


def set_base(
    person: User, span: Span, amount: Decimal, *, unit: Department, actor: Actor
) -> WageBase:
    """Record a person's monthly wage from a month on, and in the log that it was given or changed.

    Raises NotPermitted.
    """
    decision = access.may(actor, "wage_base_set", Situation(unit=unit.pk, owner=unit.pk))
    if not decision.allowed:
        raise NotPermitted(decision)
    with transaction.atomic():
        row, new = WageBase.objects.select_for_update().get_or_create(
            person=person,
            since=span.first,
            defaults={"amount": amount, "entered_by": actor.user},
        )
        before = "" if new else row.digest()
        row.amount, row.entered_by = amount, actor.user
        row.save(update_fields=["amount", "entered_by"])
        WageBaseChange.objects.create(
            person=person,
            since=span.first,
            before=before,
            after=row.digest(),
            entered_by=actor.user,
            entered_at=clock.now(),
        )
    return row
