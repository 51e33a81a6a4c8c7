"""Keeping the figures: each case's from the record, and the sums of the months that it touched.

Nothing here is a record: `recount` makes all of it again from the cases, their events and their clocks.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from complaints.lifecycle import Kind, State
from complaints.models import CaseEvent, Complaint
from records import clock
from regulations.models import RegulationVersion
from reports.models import CaseFigure, CaseTally, StageTally, Watermark
from reports.satisfaction import SATISFIED
from sla.models.clock import ClockState

# A row may be stored later than one with a higher id, by as long as a transaction lasts.
LATEST_COMMIT = timedelta(hours=1)
LOCK = 0x62726965  # "brie": one process counts at a time
BATCH = 20_000
# The flag by which a regulation says that what is not valid is a demand, not nothing.
DEMAND = "demand"
MISSED = [ClockState.LATE, ClockState.OVERDUE]
JUDGED = [ClockState.MET, *MISSED]
NOT_COUNTED = [State.INVALID, State.WITHDRAWN, State.MERGED]
CLOSED = [State.ARCHIVED, State.ANSWERED]

COLUMNS = (
    "regulation_id", "month", "department_id", "kind", "category", "project", "cause", "valid", "demand",
    "ended", "late", "satisfaction", "minutes", "deadlines",
)  # fmt: skip
FIGURES = """
INSERT INTO reports_casefigure (case_id, {columns})
SELECT one.id, version.regulation_id,
    date_trunc('month', one.received_at AT TIME ZONE %(zone)s)::date,
    one.department_id, one.kind, one.category, one.project,
    coalesce(found.data ->> 'cause', ''),
    one.counts_in_rate,
    NOT one.counts_in_rate AND (one.state <> ALL(%(not_counted)s)
        OR (one.state = 'invalid' AND one.version_id = ANY(%(demanding)s))),
    one.state = ANY(%(closed)s),
    coalesce(kept.late, false),
    coalesce(told.data ->> 'satisfaction', ''),
    CASE WHEN one.ended_at >= one.received_at
         THEN floor(extract(epoch FROM one.ended_at - one.received_at) / 60)::int END,
    coalesce(kept.digest, 0)
FROM complaints_complaint AS one
JOIN regulations_regulationversion AS version ON version.id = one.version_id
LEFT JOIN LATERAL (
    SELECT data FROM complaints_caseevent WHERE case_id = one.id AND kind = %(investigated)s
    ORDER BY seq DESC LIMIT 1) AS found ON true
LEFT JOIN LATERAL (
    SELECT data FROM complaints_caseevent WHERE case_id = one.id AND kind = %(followed_up)s
    ORDER BY seq DESC LIMIT 1) AS told ON true
LEFT JOIN LATERAL (
    SELECT bool_or(state = ANY(%(missed)s)) AS late,
        sum(hashtextextended(concat_ws(' ', key, state, department_id), 0) %% 1000000007) AS digest
    FROM sla_clock WHERE case_id = one.id AND state = ANY(%(judged)s)) AS kept ON true
WHERE one.id = ANY(%(cases)s)
ON CONFLICT (case_id) DO UPDATE SET ({columns}) = ROW ({new})
WHERE ({old}) IS DISTINCT FROM ({new})
RETURNING regulation_id, month
""".format(
    columns=", ".join(COLUMNS),
    old=", ".join(f"reports_casefigure.{name}" for name in COLUMNS),
    new=", ".join(f"excluded.{name}" for name in COLUMNS),
)
CASES = """
INSERT INTO reports_casetally (regulation_id, month, department_id, category, project, cause, received,
    demands, valid, closed, late, in_time, answered, satisfied, minutes)
SELECT regulation_id, month, department_id, category, project, cause, count(*),
    count(*) FILTER (WHERE demand), count(*) FILTER (WHERE valid),
    count(*) FILTER (WHERE valid AND ended), count(*) FILTER (WHERE valid AND late),
    count(*) FILTER (WHERE valid AND ended AND NOT late),
    count(*) FILTER (WHERE valid AND satisfaction <> ''),
    count(*) FILTER (WHERE valid AND satisfaction = ANY(%(satisfied)s)),
    coalesce(sum(minutes) FILTER (WHERE valid AND ended), 0)
FROM reports_casefigure WHERE regulation_id = %(regulation)s AND month = %(month)s
GROUP BY regulation_id, month, department_id, category, project, cause
"""
STAGES = """
INSERT INTO reports_stagetally (regulation_id, month, department_id, everywhere, stage, kept, late)
SELECT %(regulation)s, %(month)s, department_id, everywhere, stage,
    count(*) FILTER (WHERE NOT missed), count(*) FILTER (WHERE missed)
FROM (
    SELECT deadline.case_id, deadline.department_id, coalesce(deadline.stage, '') AS stage,
        grouping(deadline.department_id) = 1 AS everywhere,
        bool_or(deadline.state = ANY(%(missed)s)) AS missed
    FROM reports_casefigure AS figure JOIN sla_clock AS deadline ON deadline.case_id = figure.case_id
    WHERE figure.regulation_id = %(regulation)s AND figure.month = %(month)s AND figure.valid
        AND deadline.state = ANY(%(judged)s)
    GROUP BY GROUPING SETS ((deadline.case_id, deadline.department_id, deadline.stage),
                            (deadline.case_id, deadline.department_id),
                            (deadline.case_id, deadline.stage))
) AS by_case
GROUP BY department_id, everywhere, stage
"""

Touched = set[tuple[int, date]]


def refresh() -> int | None:
    """Count what has changed since the last time; return how many cases that were.

    None where another process is at it.
    """
    with transaction.atomic():
        if not _locked():
            return None
        now = clock.now()
        mark = Watermark.objects.first() or Watermark(pk=1, at=now)
        cases = _changed_since(mark.event)
        touched: Touched = set()
        for start in range(0, len(cases), BATCH):
            touched |= _figure(cases[start : start + BATCH])
        _tally(touched)
        _move(mark, now)
    return len(cases)


def recount(tell: Callable[[int], None] = lambda count: None) -> int:
    """Count everything again; return how many cases there are. `tell` hears of each batch's size."""
    total = 0
    with transaction.atomic():
        _locked(wait=True)
        now = clock.now()
        for model in (CaseFigure, CaseTally, StageTally):
            model.objects.all().delete()
        touched: Touched = set()
        last = 0
        while cases := _batch_after(last):
            touched |= _figure(cases)
            last, total = cases[-1], total + len(cases)
            tell(len(cases))
        _tally(touched)
        _move(Watermark.objects.first() or Watermark(pk=1, at=now), now)
    return total


def _locked(*, wait: bool = False) -> bool:
    ask = "pg_advisory_xact_lock" if wait else "pg_try_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {ask}(%s)", [LOCK])
        return wait or cursor.fetchone()[0]


def _changed_since(event: int) -> list[int]:
    rows = CaseEvent.objects.filter(pk__gt=event).order_by().values_list("case", flat=True)
    return sorted(set(rows.distinct()))


def _batch_after(last: int) -> list[int]:
    rows = Complaint.objects.filter(pk__gt=last).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:BATCH])


def _figure(cases: Sequence[int]) -> Touched:
    """Write the figures of some cases; return the regulations and months of those that changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            FIGURES,
            {
                "cases": list(cases),
                "zone": settings.TIME_ZONE,
                "closed": CLOSED,
                "not_counted": NOT_COUNTED,
                "demanding": _demanding(),
                "missed": MISSED,
                "investigated": Kind.INVESTIGATED,
                "followed_up": Kind.FOLLOWED_UP,
                "judged": JUDGED,
            },
        )
        return set(cursor.fetchall())


def _demanding() -> list[int]:
    """Return the versions under which what is judged not valid is a demand."""
    return [
        version.pk
        for version in RegulationVersion.objects.all()
        if any(flag.name == DEMAND for flag in version.pack.flags)
    ]


def _tally(touched: Iterable[tuple[int, date]]) -> None:
    """Sum the figures of some months anew."""
    for regulation, month in sorted(touched):
        given = {
            "regulation": regulation,
            "month": month,
            "satisfied": list(SATISFIED),
            "missed": MISSED,
            "judged": JUDGED,
        }
        for model, statement in ((CaseTally, CASES), (StageTally, STAGES)):
            model.objects.filter(regulation=regulation, month=month).delete()
            with connection.cursor() as cursor:
                cursor.execute(statement, given)


def _move(mark: Watermark, now: datetime) -> None:
    """Move the mark to the last event before which none can still be stored."""
    sure = CaseEvent.objects.filter(pk__gt=mark.event, recorded_at__lt=now - LATEST_COMMIT)
    mark.event = sure.aggregate(last=Max("pk"))["last"] or mark.event
    mark.at = now
    mark.save()
