"""Going over the stored cases: in batches, in one read-only transaction that cannot touch a row."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from django.db import connection, transaction
from django.utils.timezone import get_default_timezone, localtime

from complaints.histories import calendar_of, history_of, verdict_of
from complaints.models import CaseEvent, Complaint
from regulations.engine.judge import judge
from regulations.engine.pack import Pack
from reports.backtest.comparing import Compared, Side, Tally

BATCH = 500
# A page of changed cases is read by people; more are counted, and not listed.
MOST_LISTED = 2_000
Step = Callable[[int], None]


@dataclass(slots=True)
class Outcome:
    """Sums over all cases, by grade (before → after), by department and by month of receipt.

    `refused` counts what the draft does not know, by the reason's code; `listed` are the first
    cases that change.
    """

    total: Tally = field(default_factory=Tally)
    grades: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    departments: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    months: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    refused: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    listed: list[Compared] = field(default_factory=list)

    def add(self, one: Compared) -> None:
        """Count one case everywhere it belongs."""
        self.grades[one.before.grade or "", one.after.grade or ""] += 1
        for tally in (self.total, self.departments[one.department], self.months[one.month]):
            tally.add(one)
        if one.changes and len(self.listed) < MOST_LISTED:
            self.listed.append(one)

    def as_json(self) -> dict[str, Any]:
        """Return plain values, rows in a stable order."""
        return {
            "total": self.total.as_json(),
            "grades": [[*pair, count] for pair, count in sorted(self.grades.items())],
            "departments": {
                name: self.departments[name].as_json() for name in sorted(self.departments)
            },
            "months": {name: self.months[name].as_json() for name in sorted(self.months)},
            "refused": dict(sorted(self.refused.items())),
            "listed": [one.as_json() for one in self.listed],
        }


def cases_of(pack: Pack, since: date, until: date):
    """Return the cases of the draft's regulation received from `since` to `until`, both included."""
    first, last = _midnight(since), _midnight(until + timedelta(days=1))
    return Complaint.objects.filter(
        version__regulation__code=pack.code, received_at__gte=first, received_at__lt=last
    )


def backtest(pack: Pack, since: date, until: date, now: datetime, step: Step) -> Outcome:
    """Judge every case under its own version and under the draft, both as of `now`.

    `step` is told how many cases are done. Nothing is written: the database is told to refuse it.
    """
    outcome = Outcome()
    with read_only():
        for case, events in _batches(cases_of(pack, since, until)):
            history = history_of(events)
            before = verdict_of(case, history, now)
            after = judge(pack, history, calendar_of(history), now)
            unknown = Counter(row.reason for row in after.refused)
            unknown -= Counter(row.reason for row in before.refused)
            for reason, count in unknown.items():
                outcome.refused[reason] += count
            outcome.add(_compared(case, Side.of(before), Side.of(after)))
            step(1)
    return outcome


@contextmanager
def read_only() -> Iterator[None]:
    """Open a transaction in which the database refuses every write."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        yield


def _compared(case: Complaint, before: Side, after: Side) -> Compared:
    return Compared(
        case=case.pk,
        number=case.number or "",
        department=case.department.name if case.department else "",
        month=f"{localtime(case.received_at):%Y-%m}",
        before=before,
        after=after,
    )


def _batches(cases) -> Iterator[tuple[Complaint, list[CaseEvent]]]:
    """Yield each case with its events, two queries a batch."""
    after = 0
    rows = cases.select_related("version__regulation", "department").order_by("pk")
    while batch := list(rows.filter(pk__gt=after)[:BATCH]):
        told = CaseEvent.objects.filter(case__in=batch).order_by("case_id", "seq")
        events = {pk: list(own) for pk, own in groupby(told, key=lambda event: event.case_id)}
        for case in batch:
            yield case, events.get(case.pk, [])
        after = batch[-1].pk


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), get_default_timezone())
