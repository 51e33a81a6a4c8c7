"""The settler of deadlines: makes the clock rows equal to the verdict."""

from collections.abc import Sequence
from typing import Any

from complaints.models import Complaint
from complaints.pipeline import Passage
from regulations import bindings
from regulations.engine import verdict as engine
from sla.models import Clock, SetAside

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


def settle(passages: Sequence[Passage]) -> None:
    """Write the clocks that differ between the stored rows and the verdicts (four queries)."""
    SetAside.objects.filter(case__in=[one.case for one in passages]).delete()
    stored = _stored(passages)
    gone, written = [], []
    for passage in passages:
        kept = stored[passage.case.pk]
        for clock in passage.verdict.clocks:
            values = _values(passage.case, clock)
            _pk, known = kept.pop(clock.key, (None, None))
            if known != tuple(values.values()):
                written.append(Clock(case=passage.case, key=clock.key, **values))
        gone += [pk for pk, _known in kept.values()]
    if gone:
        Clock.objects.filter(pk__in=gone).delete()
    if written:
        Clock.objects.bulk_create(
            written,
            update_conflicts=True,
            unique_fields=["case", "key"],
            update_fields=[name.removesuffix("_id") for name in FIELDS],
        )


def _stored(passages: Sequence[Passage]) -> dict[int, dict[str, tuple[int, tuple]]]:
    """Return the stored clocks by case and key: the row's id and its values."""
    stored = {passage.case.pk: {} for passage in passages}
    rows = Clock.objects.filter(case__in=stored).values_list("case_id", "key", "pk", *FIELDS)
    for case, key, pk, *values in rows:
        stored[case][key] = pk, tuple(values)
    return stored


def _values(case: Complaint, clock: engine.Clock) -> dict[str, Any]:
    values = {name: getattr(clock, name, None) for name in FIELDS}
    values["source"] = list(clock.source)
    values["department_id"] = bindings.department(case.version, clock.department)
    return values
