"""The page of the backtest: start one, and read what it found."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from jobs import work
from jobs.models import Job, JobState
from regulations.words import STAGES
from reports.backtest.forms import BacktestForm


def backtest(request):
    """Take a draft and a period, and start the work."""
    form = BacktestForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        params = {key: cleaned[key].isoformat() for key in ("since", "until")}
        job = work.start("backtest", owner=request.user, params=params, upload=cleaned["draft"])
        return redirect("job", pk=job.pk)
    status = 422 if form.is_bound else 200
    return render(request, "reports/backtest.html", {"form": form}, status=status)


def backtest_result(request, pk):
    """Show what a backtest found, and the cases behind a figure that was clicked."""
    job = get_object_or_404(Job.objects.of(request.user), pk=pk, kind="backtest")
    if job.state != JobState.DONE:
        raise Http404
    found, wanted = job.result, {key: request.GET.get(key) for key in FILTERS}
    listed = [row for row in found["listed"] if _fits(row, wanted)]
    context = {
        "draft": found["draft"],
        "params": job.params,
        "total": found["total"],
        "grades": [
            {"before": a, "after": b, "count": count, "changes": a != b}
            for a, b, count in found["grades"]
        ],
        "departments": found["departments"],
        "months": found["months"],
        "refused": found["refused"],
        "rows": [_shown(row) for row in listed],
        "filtered": any(value is not None for value in wanted.values()),
        "here": request.path,
    }
    return render(request, "reports/backtest_result.html", context)


FILTERS = {
    "department": lambda row: row["department"],
    "month": lambda row: row["month"],
    "before": lambda row: row["before"]["grade"] or "",
    "after": lambda row: row["after"]["grade"] or "",
}


def _fits(row, wanted) -> bool:
    return all(value is None or FILTERS[key](row) == value for key, value in wanted.items())


def _shown(row) -> dict:
    return {
        "number": row["number"],
        "url": reverse("case", args=[row["number"]]),
        "department": row["department"],
        "month": row["month"],
        "sides": [
            {
                "grade": side["grade"] or "",
                "late": [STAGES.get(stage, stage) for stage in side["late"]],
                "money": side["money"],
                "undecided": side["undecided"],
            }
            for side in (row["before"], row["after"])
        ],
    }
