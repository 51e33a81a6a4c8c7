"""Closing a month as work in the background."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actors import actor_of
from accounts.models import Department
from complaints.refusals import NotPermitted, Refused
from jobs.models import Job
from jobs.progress import Progress
from jobs.work import Kind, Unusable
from penalties.closing import close, open_cases
from penalties.periods import Span
from penalties.refusals import refusal


def run(job: Job, progress: Progress) -> Mapping[str, Any]:
    """Close the month that the job names, with the rights of whoever asked for it."""
    unit = Department.objects.get(pk=job.params["unit"])
    span = Span.named(job.params["month"])
    progress.expect(len(open_cases(unit, span)))
    try:
        close(unit, span, actor=actor_of(job.owner), advance=progress.step)
    except Refused as refused:
        raise Unusable(" ".join(refusal(reason) for reason in refused.reasons)) from None
    except NotPermitted:
        raise Unusable(_("只有本单位的人事可以结账。")) from None
    return {}


CLOSE_MONTH = Kind("close_month", gettext_lazy("月度考核结账"), run)
