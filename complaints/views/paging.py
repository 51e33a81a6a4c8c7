"""Keyset pages: the next page begins after the last row shown, so depth costs nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import BadRequest
from django.db.models import F, Q, QuerySet

from complaints.models import Complaint

PAGE = 50
COUNT_CAP = 1000
# A search that finds more is made narrower; each that is counted is compared with the words.
FOUND_CAP = 200
# How cases are read: whole by default, or as complaints.lines.
Read = Callable[[QuerySet[Complaint]], Sequence[Any]]


@dataclass(frozen=True)
class Page:
    """One page of cases; `after` is the mark of the next one, empty on the last."""

    rows: Sequence[Any]
    after: str
    first: bool


def by_due(cases: QuerySet[Complaint], after: str, read: Read = list) -> Page:
    """Return a page in the order of the nearest deadline, cases without one last."""
    if after:
        due, pk = _mark(after)
        later = (
            Q(next_due=None, pk__gt=pk)
            if due is None
            else (Q(next_due__gt=due) | Q(next_due=due, pk__gt=pk) | Q(next_due=None))
        )
        cases = cases.filter(later)
    rows = read(cases.order_by(F("next_due").asc(nulls_last=True), "pk")[: PAGE + 1])
    return _page(rows, after, lambda c: f"{c.next_due.isoformat() if c.next_due else ''},{c.pk}")


def newest(cases: QuerySet[Complaint], after: str, read: Read = list) -> Page:
    """Return a page of the newest cases."""
    if after:
        cases = cases.filter(pk__lt=_mark(after)[1])
    return _page(read(cases.order_by("-pk")[: PAGE + 1]), after, lambda c: f",{c.pk}")


def _page(rows, after, mark) -> Page:
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    return Page(rows, mark(rows[-1]) if more else "", not after)


def _mark(after: str) -> tuple[datetime | None, int]:
    due, _, pk = after.rpartition(",")
    try:
        return (datetime.fromisoformat(due) if due else None), int(pk)
    except ValueError:
        raise BadRequest("after") from None


def capped_count(cases: QuerySet, cap: int = COUNT_CAP) -> str:
    """Return how many rows there are, or `1000+`: counting more would cost what nobody reads."""
    count = cases.order_by()[: cap + 1].count()
    return f"{cap}+" if count > cap else str(count)
