"""The page on which an auditor has the whole record verified, what came of it, and evidence to take along."""

import json
from datetime import date
from tempfile import TemporaryFile

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts import access_log
from accounts.middleware import address_of
from accounts.models import AccessEntry
from audits import days, proofs
from audits.models import Anchor
from audits.verifying.job import NAMED, VERIFY
from audits.verifying.limits import seen_by
from complaints.views.finding import case_for
from jobs import work
from jobs.models import Job, JobState

ROWS = 20
DAYS = 14


def verification(request):
    """Show the newest anchor, the days' roots and this person's verifications; start another one."""
    if request.method == "POST":
        running = Job.objects.of(request.user).under_way().filter(kind=VERIFY.code).first()
        job = running or work.start(VERIFY.code, owner=request.user, params={})
        return redirect("job", pk=job.pk)
    rows = Job.objects.of(request.user).filter(kind=VERIFY.code)[:ROWS]
    context = {"rows": rows, "anchor": Anchor.objects.first(), "days": days.newest(DAYS)}
    return render(request, "audits/verification.html", context)


def verification_result(request, pk):
    """Show the outcome of one verification; cases of units that this person does not audit stay unnamed."""
    job = get_object_or_404(Job.objects.of(request.user), pk=pk, kind=VERIFY.code)
    if job.state != JobState.DONE:
        raise Http404
    named = seen_by(request.user.actor, job.result["named"])
    context = {"job": job, "named": named, "most": NAMED}
    return render(request, "audits/verification_result.html", context)


def day_root(request, day: str):
    """Send the signed root of a day, to be kept elsewhere; it holds no personal value."""
    try:
        root = days.signed_root(date.fromisoformat(day))
    except (ValueError, LookupError):
        raise Http404 from None
    headers = {"Content-Disposition": f'attachment; filename="root-{day}.json"'}
    text = json.dumps(root, indent=1) + "\n"
    return HttpResponse(text, content_type="application/json", headers=headers)


def case_proof(request, number):
    """Send the proof pack of a case; with `texts` what people wrote is in it. It is logged before."""
    case = case_for(request, number)
    texts = request.GET.get("texts") == "1"
    file = TemporaryFile()  # noqa: SIM115 - the response closes it
    proofs.write(case, file, texts=texts)
    access_log.record(
        AccessEntry.Kind.REVEALED,
        actor=request.user,
        address=address_of(request),
        data={"page": "case_proof", "case": case.pk, "texts": texts},
    )
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"proof-{case.number}.zip")
