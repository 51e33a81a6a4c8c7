"""A person's own jobs: how far they are, and what came of them."""

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localtime

from jobs import work
from jobs.models import Job
from jobs.progress import progress_of

ROWS = 50
STOP_POLLING = 286  # htmx: swap this answer in and ask no more


def jobs(request):
    """Show the newest jobs of the person who is signed in."""
    rows = [_shown(job) for job in Job.objects.of(request.user)[:ROWS]]
    return render(request, "jobs/jobs.html", {"rows": rows})


def job(request, pk):
    """Show one job; htmx asks for its state alone, until it has ended."""
    row = get_object_or_404(Job.objects.of(request.user), pk=pk)
    context = {"job": _shown(row)}
    if not request.htmx or request.htmx.boosted:
        return render(request, "jobs/job.html", context)
    status = 200 if row.under_way else STOP_POLLING
    return render(request, "jobs/_job.html", context, status=status)


def file(request, pk):
    """Hand out the file that a job has made, to the person who asked for it."""
    row = get_object_or_404(Job.objects.of(request.user), pk=pk)
    if not row.file:
        raise Http404
    name = row.result.get("name") or row.file.name.rpartition("/")[2]
    return FileResponse(row.file.open("rb"), as_attachment=True, filename=name)


def cancel(request, pk):
    """Ask a job to stop."""
    row = get_object_or_404(Job.objects.of(request.user), pk=pk)
    work.cancel(row)
    return redirect("job", pk=row.pk)


def _shown(row: Job) -> dict:
    kind = work.KINDS[row.kind]
    done, total = progress_of(row)
    percent = min(100, done * 100 // total) if total else None
    return {
        "pk": row.pk,
        "url": reverse("job", args=[row.pk]),
        "label": kind.label,
        "state": row.state,
        "state_label": row.get_state_display(),
        "under_way": row.under_way,
        "cancel_asked": row.cancel_asked,
        "created_at": localtime(row.created_at),
        "ended_at": localtime(row.ended_at) if row.ended_at else None,
        "done": done,
        "total": total,
        "percent": percent,
        "used": None if percent is None else percent // 4 * 4,
        "problem": row.problem,
        "result_url": reverse(kind.result_url, args=[row.pk]) if _ended_well(row, kind) else "",
        "file_url": reverse("job_file", args=[row.pk]) if row.file else "",
    }


def _ended_well(row: Job, kind: work.Kind) -> bool:
    return kind.result_url is not None and row.state == "done"
