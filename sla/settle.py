"""The settler of deadlines: makes the clock rows equal to the verdict."""

from datetime import datetime
from typing import Any

from complaints.models import Complaint
from regulations import bindings
from regulations.engine import verdict as engine
from sla.models import Clock

FIELDS = (
    "stage",
    "source",
    "cycle",
    "department_id",
    "started_at",
    "due_at",
    "warn_at",
    "stopped_at",
    "state",
    "late_days",
)


def settle(
    case: Complaint, before: engine.Verdict | None, after: engine.Verdict, now: datetime
) -> None:
    """Write the clocks that differ between the stored rows and the verdict (two queries at most)."""
    if before is not None and before.clocks == after.clocks and case.clocks.exists():
        return
    rows = [Clock(case=case, key=clock.key, **_values(case, clock)) for clock in after.clocks]
    kept = {row.key for row in rows}
    case.clocks.exclude(key__in=kept).delete()
    Clock.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["case", "key"],
        update_fields=[name.removesuffix("_id") for name in FIELDS],
    )


def _values(case: Complaint, clock: engine.Clock) -> dict[str, Any]:
    values = {name: getattr(clock, name, None) for name in FIELDS}
    values["source"] = list(clock.source)
    values["department_id"] = bindings.department(case.version, clock.department)
    return values
