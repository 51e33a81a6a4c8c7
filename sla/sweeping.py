"""The sweep: cases whose moment has come go through the pipeline in batches.

Several workers may sweep at once: each claims cases that no other has. A batch holds its locks for a
short while only; its size follows from how long the last one took.
"""

import logging
from dataclasses import dataclass, field
from time import monotonic

from complaints import pipeline
from complaints.models import Complaint, ComplaintQuerySet
from records import clock
from sla.models import SetAside

log = logging.getLogger(__name__)

LARGEST_BATCH = 500
# A batch costs some queries whatever its size: on a busy machine smaller ones would only take longer.
SMALLEST_BATCH = 25
FIRST_BATCH = 50
# How long a batch shall hold its locks; 200 ms is the most that it may.
AIM_SECONDS = 0.15


@dataclass
class Pace:
    """How many cases the next batch takes, so that it holds its locks for AIM_SECONDS."""

    size: int = field(default_factory=lambda: FIRST_BATCH)

    def took(self, cases: int, seconds: float) -> None:
        """Note how long a batch took; the size at most doubles, within its two bounds."""
        fitting = int(cases * AIM_SECONDS / seconds) if seconds else LARGEST_BATCH
        self.size = max(SMALLEST_BATCH, min(fitting, self.size * 2, LARGEST_BATCH))


def sweep() -> int:
    """Settle every case whose moment has come by now; return how many changed."""
    changed, pace = 0, Pace()
    while (found := _batch(pace)) is not None:
        changed += found
    _take_back()
    return changed


def _batch(pace: Pace) -> int | None:
    """Settle the next batch; return how many cases changed, None where no case was left."""
    began = monotonic()
    try:
        passages = pipeline.sweep_batch(_candidates(), pace.size)
    except Exception:
        return _one_by_one(pace.size)
    if not passages:
        return None
    pace.took(len(passages), monotonic() - began)
    return sum(bool(passage.appended) for passage in passages)


def _candidates() -> ComplaintQuerySet:
    """Return all cases but those that are set aside for now."""
    waiting = SetAside.objects.waiting(clock.now())
    return Complaint.objects.exclude(pk__in=waiting.values("case"))


def _one_by_one(size: int) -> int:
    """Settle the cases of a batch that failed as a whole, each by itself."""
    due = _candidates().due(clock.now()).values_list("pk", flat=True)
    return sum(_alone(pk) for pk in list(due[:size]))


def _alone(pk: int) -> bool:
    try:
        return pipeline.sweep(pk)
    except Exception as problem:
        log.exception("case %s could not be swept", pk)
        _set_aside(pk, problem)
        return False


def _set_aside(pk: int, problem: Exception) -> None:
    now = clock.now()
    row = SetAside.objects.filter(case=pk).first() or SetAside(case_id=pk, since=now)
    row.put_off(_named(problem), now)
    row.save()


def _take_back() -> None:
    """Forget the cases that somebody's act, or a later try, has settled since."""
    if SetAside.objects.exists():
        due = Complaint.objects.due(clock.now()).order_by().values("pk")
        SetAside.objects.exclude(case__in=due).delete()


def _named(problem: Exception) -> str:
    """Name an error by its kind and place; its message may hold what a customer wrote."""
    trace = problem.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    if trace is None:
        return type(problem).__name__
    code = trace.tb_frame.f_code
    return f"{type(problem).__name__} in {code.co_qualname}, line {trace.tb_lineno}"
