"""The pages of a unit's calendar: what holds, what a change would move, publishing it."""

from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import access
from accounts.models import Department
from complaints.joining import listed
from complaints.wording import moment_words
from jobs import work
from jobs.models import Job, JobState
from regulations import calendars
from regulations.words import STAGES
from sla.calendars.changes import Change
from sla.calendars.forms import KEEPS, ChangeForm, PublishForm


def calendar(request):
    """Show a unit's calendar; POST starts the preview of a change."""
    unit = _unit(request)
    form = ChangeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        params = {"unit": unit.pk, **form.change.params()}
        job = work.start("calendar_preview", owner=request.user, params=params)
        return redirect("job", pk=job.pk)
    version = calendars.newest(unit.pk)
    context = {
        "unit": unit,
        "version": version,
        "exceptions": calendars.exceptions_of(version) if version else [],
        "hours": listed(f"{a:%H:%M}–{b:%H:%M}" for a, b in calendars.hours_of(version)),
        "form": form,
    }
    return render(request, "sla/calendar.html", context, status=422 if form.is_bound else 200)


def preview(request, pk):
    """Show which deadlines a change would move, with the form that publishes it."""
    job = get_object_or_404(Job.objects.of(request.user), pk=pk, kind="calendar_preview")
    if job.state != JobState.DONE:
        raise Http404
    change = Change.from_params(job.params)
    context = {
        "change": change,
        "keeps": dict(KEEPS)[change.keeps],
        "found": job.result,
        "rows": [_row(one) for one in job.result["listed"]],
        "form": PublishForm(initial=change.params()),
    }
    return render(request, "sla/calendar_preview.html", context)


def publish(request):
    """Publish a change, and let the open cases take it over in the background."""
    unit, form = _unit(request), PublishForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("请写明变更的原因，日期须在有效范围内。"))
        return redirect("calendar")
    before = calendars.newest(unit.pk)
    with transaction.atomic():
        version = calendars.publish(
            unit,
            form.change.over(before, form.cleaned_data["reason"]),
            by=request.user,
            hours=calendars.hours_of(before),
        )
        job = work.start("calendar_change", owner=request.user, params={"unit": unit.pk})
    messages.success(request, _("日历第%(number)s版已发布。") % {"number": version.number})
    return redirect("job", pk=job.pk)


def _unit(request) -> Department:
    """Return the unit whose rules the person owns, the first of several."""
    units = access.units_owned(request.user.actor)
    return get_object_or_404(Department, pk=min(units, default=0))


def _row(one: dict) -> dict:
    return {
        "number": one["number"],
        "url": reverse("case", args=[one["number"]]),
        "moves": [
            {
                "stage": STAGES.get(move["stage"], move["stage"]),
                "before": moment_words(datetime.fromisoformat(move["before"])),
                "after": moment_words(datetime.fromisoformat(move["after"])),
            }
            for move in one["moves"]
        ],
    }
