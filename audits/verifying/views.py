"""The page on which an auditor has the whole record verified, and what came of it."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from audits.models import Anchor
from audits.verifying.job import NAMED, VERIFY
from jobs import work
from jobs.models import Job, JobState

ROWS = 20


def verification(request):
    """Show the newest anchor and this person's verifications; start another one."""
    if request.method == "POST":
        running = Job.objects.of(request.user).under_way().filter(kind=VERIFY.code).first()
        job = running or work.start(VERIFY.code, owner=request.user, params={})
        return redirect("job", pk=job.pk)
    rows = Job.objects.of(request.user).filter(kind=VERIFY.code)[:ROWS]
    context = {"rows": rows, "anchor": Anchor.objects.first()}
    return render(request, "audits/verification.html", context)


def verification_result(request, pk):
    """Show the outcome of one verification."""
    job = get_object_or_404(Job.objects.of(request.user), pk=pk, kind=VERIFY.code)
    if job.state != JobState.DONE:
        raise Http404
    return render(request, "audits/verification_result.html", {"job": job, "most": NAMED})
