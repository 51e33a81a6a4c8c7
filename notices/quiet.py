"""Quiet hours of the house: outside messages of ordinary cases wait until morning (单位设定)."""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.utils.timezone import localtime

from complaints.models import Complaint


def first_try(case: Complaint, now: datetime) -> datetime:
    """Return when a message about a case may go out: at once, or when the quiet hours end.

    A case of the regulation's highest grade knows no quiet hours.
    """
    grades = case.version.pack.grades
    if not settings.QUIET_HOURS or (grades and case.grade == grades[-1].name):
        return now
    return end_of_quiet(localtime(now), *settings.QUIET_HOURS)


def end_of_quiet(moment: datetime, since: time, until: time) -> datetime:
    """Return a local moment itself, or the end of the quiet hours [since, until) that it lies in."""
    now = moment.time()
    quiet = since <= now < until if since < until else now >= since or now < until
    if not quiet:
        return moment
    day = moment.date() + timedelta(days=1 if now >= until else 0)
    return datetime.combine(day, until, moment.tzinfo)
