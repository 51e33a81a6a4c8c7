"""How long personal values are kept: three years from closing, or longer where a regulation says so."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from complaints.lifecycle import OPEN
from complaints.models import Complaint, ComplaintQuerySet
from regulations.engine.pack import Pack, Retention
from regulations.models import RegulationVersion
from regulations.period_words import period_words

# What the database itself holds (archive/migrations/0001_guards.py): nothing goes earlier.
FLOOR_MONTHS = 36
# A month has at least so many days; a period in days is never taken for too short a one.
DAYS = 28


@dataclass(frozen=True)
class Term:
    """How long the personal values of a regulation's cases are kept, and what that rests on."""

    months: int
    basis: str


def term_of(pack: Pack) -> Term:
    """Return the longest period that a regulation or the house sets; a case's values go together."""
    house = max(settings.RETENTION_MONTHS, FLOOR_MONTHS)
    longest = max(pack.retention, key=_months, default=None)
    if longest is not None and _months(longest) >= house:
        return Term(_months(longest), pack.basis(longest.source))
    return Term(house, _("单位设定：自关闭起保存%(months)s个月") % {"months": house})


def rows_of(pack: Pack) -> list[tuple[str, str, str]]:
    """Return (what, how long, clause) for everything of which the regulation says how long it is kept."""
    return [(row.what, period_words(row.period), pack.basis(row.source)) for row in pack.retention]


def kept_until(ended_at: datetime, months: int) -> datetime:
    """Return the first moment at which a case closed then may be erased: a day after the months.

    Counted as the database counts it: in UTC, a month's missing days end with its last one.
    """
    ended = ended_at.astimezone(UTC)
    years, month = divmod(ended.month - 1 + months, 12)
    year, month = ended.year + years, month + 1
    day = min(ended.day, monthrange(year, month)[1])
    return ended.replace(year=year, month=month, day=day) + timedelta(days=1)


def due(cases: ComplaintQuerySet, now: datetime) -> ComplaintQuerySet:
    """Return those of some closed cases whose values may go and are still there, oldest first."""
    terms: dict[int, list[int]] = {}
    for version in _versions(cases):
        terms.setdefault(term_of(version.pack).months, []).append(version.pk)
    past = Q(pk=None)
    for months, versions in terms.items():
        past |= Q(version__in=versions, ended_at__lte=_closed_before(now, months))
    found = cases.exclude(state__in=OPEN).filter(past, particulars__isnull=False)
    return found.order_by("ended_at", "pk")


def free(cases: ComplaintQuerySet) -> ComplaintQuerySet:
    """Leave out what a legal hold keeps, or a request that waits for its answer."""
    held = Q(holds__lifted_at=None, holds__isnull=False)
    asked = Q(subject_requests__answered_at=None, subject_requests__isnull=False)
    return cases.exclude(pk__in=Complaint.objects.filter(held | asked).values("pk"))


def _closed_before(now: datetime, months: int) -> datetime:
    """Return when a case was closed at the latest that may go now."""
    latest = now.astimezone(UTC) - timedelta(days=1)
    years, month = divmod(latest.month - 1 - months, 12)
    year, month = latest.year + years, month + 1
    return latest.replace(year=year, month=month, day=min(latest.day, monthrange(year, month)[1]))


def _versions(cases: ComplaintQuerySet) -> Iterable[RegulationVersion]:
    ids = cases.exclude(state__in=OPEN).order_by().values_list("version", flat=True).distinct()
    return RegulationVersion.objects.filter(pk__in=list(ids)).select_related("regulation")


def _months(row: Retention) -> int:
    """Return a period in whole months, 0 where the text gives no figure."""
    if row.period is None:
        return 0
    return row.period.limit if row.period.unit == "months" else -(-row.period.limit // DAYS)
