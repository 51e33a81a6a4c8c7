"""The settler of deadlines: makes the clock rows equal to the verdict."""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from complaints.models import Complaint
from complaints.pipeline import Passage
from records.bulk import insert, update
from regulations import bindings
from regulations.engine import verdict as engine
from sla.models import Clock


def settle(passages: Sequence[Passage]) -> None:
    """Write the clocks that differ between the verdicts before and after (three queries at most)."""
    new, changed, gone = [], [], []
    for passage in passages:
        known = {clock.key: clock for clock in passage.before.clocks} if passage.before else {}
        for clock in passage.verdict.clocks:
            before = known.pop(clock.key, None)
            if before is None:
                new.append(_row(passage.case, clock))
            elif before != clock:
                changed.append(_row(passage.case, clock))
        gone += [Q(case=passage.case, key=key) for key in known]
    insert(Clock, new)
    update(Clock, changed, by=("case_id", "key"))
    if gone:
        Clock.objects.filter(reduce(or_, gone)).delete()


def _row(case: Complaint, clock: engine.Clock) -> dict[str, Any]:
    """Return a clock's columns."""
    return {
        "case_id": case.pk,
        "key": clock.key,
        "stage": clock.stage,
        "source": list(clock.source),
        "cycle": clock.cycle,
        "department_id": bindings.department(case.version, clock.department),
        "started_at": clock.started_at,
        "due_at": clock.due_at,
        "warn_at": clock.warn_at,
        "stopped_at": clock.stopped_at,
        "state": clock.state,
        "late_days": clock.late_days or 0,
    }
