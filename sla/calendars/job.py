"""A calendar change as work in the background: what it would move, and moving it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from accounts.models import Department
from complaints.models import Complaint
from jobs.models import Job
from jobs.progress import Progress
from jobs.work import Kind
from records import clock
from regulations import calendars
from sla.calendars.changes import Change
from sla.calendars.moving import moves_of
from sla.calendars.taking_over import behind, take_over

# So many of the cases that would move are listed; all are counted.
LISTED = 200


def preview(job: Job, progress: Progress) -> Mapping[str, Any]:
    """Count what a change would move in the open cases of a unit; nothing is stored."""
    unit = Department.objects.get(pk=job.params["unit"])
    change = Change.from_params(job.params)
    before = calendars.newest(unit.pk)
    calendar = calendars.drafted(change.over(before), calendars.hours_of(before))
    cases = Complaint.objects.open().filter(unit=unit).select_related("version__regulation")
    progress.expect(cases.count())
    moved, listed, now = 0, [], clock.now()
    for case in cases.order_by("pk").iterator(chunk_size=200):
        if rows := moves_of(case, calendar, now):
            moved += 1
            if len(listed) < LISTED:
                listed.append({"number": case.number, "moves": [one.as_json() for one in rows]})
        progress.step()
    return {"cases": progress.done, "moved": moved, "listed": listed}


def change_over(job: Job, progress: Progress) -> Mapping[str, Any]:
    """Let the open cases of a unit take over its newest calendar."""
    newest = calendars.newest(job.params["unit"])
    progress.expect(behind(newest).count())
    return {"changed": take_over(newest, progress.step)}


PREVIEW = Kind("calendar_preview", gettext_lazy("日历变更试算"), preview, "calendar_preview")
CHANGE_OVER = Kind("calendar_change", gettext_lazy("未结案件改用新日历"), change_over)
