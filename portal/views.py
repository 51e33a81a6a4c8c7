"""The public's pages: complaining, and asking how it stands. Nobody signs in; nothing is kept in a browser.

No code and no word of a complaint is in an address, a log line or a session.
"""

import logging
from functools import wraps

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.middleware import address_of
from accounts.signing import guessing
from complaints.attachments.keeping import NotKept
from complaints.forms.base import content_of
from complaints.refusals import KeyReused, Refused
from complaints.wording import refusal
from portal import houses, throttle, tracking
from portal.forms import ComplaintForm, TrackForm
from portal.submitting import submit
from portal.waiting import wait
from records import clock

log = logging.getLogger(__name__)


def unkept(view):
    """Keep a page out of every cache, the browser's too."""

    @wraps(view)
    def answer(request, *args, **named):
        response = view(request, *args, **named)
        response["Cache-Control"] = "no-store"
        return response

    return answer


@unkept
def entrance(request):
    """Show where one can complain; of a single place the form at once."""
    versions = list(houses.open_versions())
    if not versions:
        raise Http404
    if len(versions) == 1:
        return redirect("portal_complain", code=versions[0].regulation.code)
    return render(request, "portal/entrance.html", {"versions": versions})


@unkept
def complain(request, code):
    """Show the form of a regulation, or take a complaint and show its number and code once."""
    version = houses.open_version(code)
    if version is None:
        raise Http404
    sent = request.method == "POST"
    given = (request.POST, request.FILES) if sent else (None, None)
    form = ComplaintForm(*given, version=version, now=clock.now())
    status = 422 if sent else 200
    if sent and form.is_valid():
        response, status = _submitted(request, form)
        if response is not None:
            return response
    context = {"form": form, "version": version}
    return render(request, "portal/complain.html", context, status=status)


def _submitted(request, form: ComplaintForm):
    """Return the page with the number, else None and the status; the form has the why."""
    try:
        number, code = submit(form, content_of(request.path, request.POST, request.FILES))
    except Refused as refused:
        for reason in refused.reasons:
            form.add_error(None, refusal(reason, form.pack))
        return None, 409
    except KeyReused:
        form.add_error(None, _("这份表单已经用不同的内容提交过，请重新打开本页。"))
        return None, 409
    except NotKept:
        log.exception("a file of the public could not be kept")
        form.add_error(
            None, _("图片或视频暂时无法保存，投诉没有提交。请去掉文件再提交，或稍后再试。")
        )
        return None, 507
    context = {"number": number, "code": code, "version": form.version}
    return render(request, "portal/received.html", context), 200


@unkept
def track(request):
    """Say how a case stands to whoever has its number and its code."""
    if not any(True for _version in houses.open_versions()):
        raise Http404
    form = TrackForm(request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return render(request, "portal/track.html", {"form": form})
    if form.is_valid():
        number, code = form.cleaned_data["number"], form.cleaned_data["code"]
        attempt = throttle.looking(address_of(request), number)
        if attempt.until is not None:
            return wait(request, attempt.until, _("查询得太频繁，请稍后再试。"))
        case = tracking.find(number, code)
        if case is not None:
            guessing.succeeded(attempt)
            context = {"progress": tracking.progress(case), "version": case.version}
            return render(request, "portal/progress.html", context)
        form.add_error(None, tracking.unknown())
    return render(request, "portal/track.html", {"form": form}, status=422)
