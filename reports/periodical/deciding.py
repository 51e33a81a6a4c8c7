"""What is decided on the reports: hot spots entered, meetings and rectification, appraisal."""

import logging
from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import access, access_log, limits
from accounts.access import Situation
from accounts.actors import Actor
from accounts.limits import OverLimit
from accounts.middleware import address_of
from accounts.models import User
from complaints.attachments.keeping import Checked, NotKept, kept
from complaints.attachments.sending import sent
from records import clock
from regulations.models import Regulation
from reports.briefing.scope import Scope, regulations
from reports.models import Appraisal, HotSpot, MeetingItem, Rectification, RectificationFile
from reports.periodical import making
from reports.periodical.contents import indicators
from reports.periodical.forms import (
    AppraisalForm,
    HotSpotForm,
    MeetingItemForm,
    RectificationForm,
)

log = logging.getLogger(__name__)


def _version(pk: int):
    regulation = get_object_or_404(Regulation.objects.select_related("unit"), pk=pk)
    version = making.version_of(regulation, clock.now())
    if version is None:
        raise Http404
    return version


def _duty(version, report: str):
    duty = next(iter(making.duties(version, report)), None)
    if duty is None:
        raise Http404
    return duty


def _refuse(request, act: str, *, seen: bool = False) -> None:
    """Refuse an act; to somebody who may not see what it is about, it is not there."""
    access_log.refused(actor=request.user, address=address_of(request), act=act)
    raise PermissionDenied if seen else Http404


def may_enter(actor: Actor, version) -> bool:
    """Say whether somebody may enter hot spots under a regulation."""
    owner = version.owner_department_id
    case = Situation(unit=version.regulation.unit_id, owner=owner)
    return access.may(actor, "hot_spot_entered", case).allowed


@require_POST
def hot_spot(request, regulation):
    """Enter a hot spot of this month."""
    version = _version(regulation)
    if not may_enter(request.user.actor, version):
        _refuse(request, "hot_spot_entered")
    categories = [row.name for row in version.pack.categories]
    form = HotSpotForm(request.POST, categories=categories)
    if form.is_valid():
        now = clock.now()
        HotSpot.objects.create(
            regulation=version.regulation,
            month=localdate(now).replace(day=1),
            entered_by=request.user,
            entered_at=now,
            **form.cleaned_data,
        )
        messages.success(request, _("已记录：热点难点"))
    else:
        messages.error(request, _("请选择来源，并写明热点难点（不超过200字）。"))
    return redirect(f"{reverse('briefing')}?regulation={regulation}")


def meeting(request, regulation):
    """Show what the service quality analysis meetings have decided, and take further items."""
    actor, version = request.user.actor, _version(regulation)
    duty = _duty(version, "meeting")
    may_hold = making.may(actor, "meeting_held", version, duty).allowed
    near = actor.reach("department_head")
    items = MeetingItem.objects.filter(regulation=regulation).select_related("department")
    places = actor.tree.below({version.regulation.unit_id})
    if not (may_hold or regulations(actor).filter(pk=regulation).exists()):
        if not places & near:
            _refuse(request, "meeting")
        items = items.filter(department__in=near)  # others read what is theirs to mend
    form = MeetingItemForm(request.POST or None, places=places)
    if request.method == "POST":
        if not may_hold:
            _refuse(request, "meeting_held", seen=True)
        if form.is_valid():
            MeetingItem.objects.create(
                regulation=version.regulation,
                source=list(duty.source),
                entered_by=request.user,
                entered_at=clock.now(),
                **form.cleaned_data,
            )
            messages.success(request, _("已记录：会议议题"))
            return redirect("meeting", regulation=regulation)
    today = localdate(clock.now())
    rows = [
        {
            "item": item,
            "reports": list(item.reports.all()),
            "late": item.due_on < today and not item.reports.all(),
            "may_report": _may_rectify(actor, item, version),
        }
        for item in items.prefetch_related("reports__sent_by", "reports__kept").order_by(
            "-held_on", "-pk"
        )[:100]
    ]
    context = {
        "version": version,
        "basis": version.pack.basis(duty.source),
        "rows": rows,
        "form": form if may_hold else None,
        "report_form": RectificationForm(),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "reports/periodical/meeting.html", context, status=status)


def _may_rectify(actor: Actor, item: MeetingItem, version) -> bool:
    case = Situation(
        unit=version.regulation.unit_id,
        owner=version.owner_department_id,
        responsible=item.department_id,
    )
    return access.may(actor, "rectification_reported", case).allowed


@require_POST
def rectification(request, pk):
    """Take a department's rectification report on an item."""
    item = get_object_or_404(MeetingItem, pk=pk)
    version = _version(item.regulation_id)
    if not _may_rectify(request.user.actor, item, version):
        _refuse(request, "rectification_reported")
    form = RectificationForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            _report(item, request.user, form.cleaned_data["text"], form.cleaned_data["file"])
            messages.success(request, _("已提交整改报告。"))
        except OverLimit as over:
            messages.error(request, limits.refuse(over, address_of(request)))
        except NotKept:
            log.exception("a file could not be kept")
            messages.error(request, _("存储空间不足或不可用，文件未能保存，请稍后再试。"))
    else:
        for errors in form.errors.values():
            messages.error(request, " ".join(errors))
    return redirect("meeting", regulation=item.regulation_id)


def _report(item: MeetingItem, by: User, text: str, files: list[Checked]) -> None:
    """Store a department's report; its file lies in the vault before. Raises NotKept."""
    with kept(files) as lying, transaction.atomic():
        limits.spend_on_files(by, [one.size for one in lying])
        row = Rectification(item=item, text=text, sent_by=by, sent_at=clock.now())
        for one in lying:
            row.name, row.file, row.sha256 = one.name, one.key, one.sha256
        row.save()
        for one in lying:
            RectificationFile.objects.create(
                report=row, uploader=by, uploaded_at=row.sent_at, **one.columns()
            )


def rectification_file(request, pk):
    """Send a rectification report's file to whom sees its item, once it has been found safe."""
    found = RectificationFile.objects.select_related("report__item")
    file = get_object_or_404(found, report=pk)
    row = file.report
    actor, version = request.user.actor, _version(row.item.regulation_id)
    duty = _duty(version, "meeting")
    seen = (
        _may_rectify(actor, row.item, version)
        or making.may(actor, "meeting_held", version, duty).allowed
        or regulations(actor).filter(pk=row.item.regulation_id).exists()
    )
    if not seen:
        raise Http404
    return sent(file, actor)


def appraisal(request, regulation, month):
    """Show how departments did in a month; the unit that the regulation names appraises them."""
    actor, version = request.user.actor, _version(regulation)
    duty = _duty(version, "appraisal")
    try:
        first = datetime.strptime(month, "%Y-%m").date()  # noqa: DTZ007
    except ValueError:
        raise Http404 from None
    may_appraise = making.may(actor, "results_appraised", version, duty).allowed
    if not (may_appraise or regulations(actor).filter(pk=regulation).exists()):
        _refuse(request, "appraisal")
    if request.method == "POST" and not may_appraise:
        _refuse(request, "results_appraised", seen=True)
    places = actor.tree.below({version.regulation.unit_id})
    form = AppraisalForm(request.POST or None, places=places)
    if request.method == "POST" and form.is_valid():
        Appraisal.objects.create(
            regulation=version.regulation,
            month=first,
            appraised_by=request.user,
            appraised_at=clock.now(),
            **form.cleaned_data,
        )
        messages.success(request, _("已记录：考核结论"))
        return redirect("appraisal", regulation=regulation, month=month)
    given = Appraisal.objects.filter(regulation=regulation, month=first)
    newest = {
        row.department_id: row
        for row in given.select_related("department", "appraised_by").order_by("pk")
    }
    found = {
        row.department: row for row in indicators(Scope(version.regulation, first, first), version)
    }
    departments = list(found) + [
        row.department for row in newest.values() if row.department not in found
    ]
    context = {
        "version": version,
        "basis": version.pack.basis(duty.source),
        "by": version.pack.department(duty.by) if duty.by else "",
        "month": first,
        "rows": [
            {"department": one, "indicators": found.get(one), "appraisal": newest.get(one.pk)}
            for one in departments
        ],
        "form": form if may_appraise else None,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "reports/periodical/appraisal.html", context, status=status)
