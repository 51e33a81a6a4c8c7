"""Open cases take over their unit's newest calendar, each by an event that says what it moved."""

import logging
from collections.abc import Callable, Iterator

from complaints import pipeline
from complaints.lifecycle import Kind
from complaints.models import Complaint, ComplaintQuerySet
from complaints.pipeline import Act
from complaints.refusals import Overtaken
from records import clock
from regulations import calendars
from regulations.calendar_version import CalendarVersion
from sla.calendars.moving import moves_of

log = logging.getLogger(__name__)

BATCH = 200


def behind(version: CalendarVersion) -> ComplaintQuerySet:
    """Return the open cases of a unit that count with another calendar."""
    return Complaint.objects.open().filter(unit=version.unit_id).exclude(calendar=version.digest)


def take_over(version: CalendarVersion, advance: Callable[[], None] = lambda: None) -> int:
    """Let every open case of the unit count with a version; return how many changed over.

    Each case goes through the pipeline by itself; one that fails is logged and tried again the
    next time. `advance` is called once for each case.
    """
    changed = 0
    for pk in _each(behind(version)):
        changed += _changed_over(pk, version)
        advance()
    return changed


def _each(cases: ComplaintQuerySet) -> Iterator[int]:
    """Yield the cases' ids in ascending order, some at a time."""
    after = 0
    while pks := list(
        cases.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH]
    ):
        yield from pks
        after = pks[-1]


def _changed_over(pk: int, version: CalendarVersion) -> bool:
    try:
        case = Complaint.objects.select_related("version__regulation").get(pk=pk)
        moved = moves_of(case, calendars.of_case(version.digest), clock.now())
        data = {
            "version": version.digest,
            "number": version.number,
            "moved": [one.as_json() for one in moved],
        }
        act = Act(Kind.CALENDAR_CHANGED, data)
        pipeline.act(pk, [act], actor=None, seen=case.event_count)
    except Overtaken:
        return False  # somebody acted meanwhile: what moves has to be counted anew
    except Exception:
        log.exception("case %s could not take the new calendar", pk)
        return False
    return True
