"""Verifying the whole record as work in the background."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext_lazy as _

from audits.keys import NoKey
from audits.models import Anchor
from audits.verification import Tally, differences
from complaints.models import Complaint
from jobs.models import Job
from jobs.progress import Progress
from jobs.work import Kind, Unusable

# So many differing rows are kept by name; the others are counted.
NAMED = 500


def run(job: Job, progress: Progress) -> Mapping[str, Any]:
    """Verify every chain, anchor and case; return what differs and how much was looked at."""
    progress.expect(2 * Complaint.objects.count() + Anchor.objects.count())
    tally, named, count = Tally(), [], 0

    def advance(now: Tally) -> None:
        nonlocal tally
        tally = now
        progress.step()

    try:
        for difference in differences(advance=advance):
            count += 1
            if count <= NAMED:
                named.append(asdict(difference))
    except NoKey as problem:
        raise Unusable(str(problem)) from None
    figures = ("chains", "events", "anchors", "cases")
    return {"count": count, "named": named} | {name: getattr(tally, name) for name in figures}


VERIFY = Kind("verify", _("核验记录"), run, "verification_result")
