"""Which cases a quarter's sample is drawn from, and what stratum each of them is in."""

from collections.abc import Sequence

from django.db.models import QuerySet

from audits.models import Axis
from audits.quarters import Quarter
from complaints.lifecycle import MOVES, OPEN
from complaints.models import CaseEvent, Complaint
from complaints.models.event import DERIVED
from regulations.engine.pack import Pack
from regulations.models import Regulation

# The acts that end a case; a case that ended is handled, whatever became of it afterwards.
ENDING = frozenset(
    move.kind for move in MOVES if move.target is not None and move.target not in OPEN
)
NONE = "—"


def handled(regulation: Regulation, quarter: Quarter, pack: Pack) -> QuerySet[Complaint]:
    """Return the cases of a regulation, under any of its versions, closed in a quarter, by number.

    What counts is when the record says that a case was closed, so that one that has been opened
    again since is still among them. Where the regulation reads 处理记录 as everything that was
    touched in the quarter (`sample_base`), any act in it will do.
    """
    events = CaseEvent.objects.filter(
        case__version__regulation=regulation, at__gte=quarter.since, at__lt=quarter.until
    )
    if _base(pack) == "touched":
        events = events.exclude(kind__startswith=DERIVED)
    else:
        events = events.filter(kind__in=ENDING).exclude(state__in=OPEN)
    cases = Complaint.objects.filter(pk__in=events.values("case"))
    return cases.select_related("department", "version").order_by("number")


def stratum(case: Complaint, axes: Sequence[str]) -> tuple[str, ...]:
    """Return a case's value on each axis, a dash for none."""
    values = {
        Axis.DEPARTMENT: case.department.name if case.department else "",
        Axis.GRADE: case.grade,
        Axis.CATEGORY: case.category,
    }
    return tuple(values[Axis(axis)] or NONE for axis in axes)


def _base(pack: Pack) -> str:
    return next((row.value for row in pack.readings if row.key == "sample_base"), "closed")
