"""Clocks, cases set aside and clock alarms in Django admin."""

from django.contrib import admin, messages
from django.utils.translation import gettext_lazy as _

from accounts import access
from complaints.models import Complaint
from records.admin import ReadOnlyAdmin
from sla import timekeeping
from sla.models import Clock, ClockAlarm, Outage, SetAside


@admin.register(Clock)
class ClockAdmin(ReadOnlyAdmin):
    list_display = [
        "case",
        "stage",
        "state",
        "started_at",
        "due_at",
        "stopped_at",
        "late_days",
    ]
    list_select_related = ["case"]
    list_filter = ["state", "stage"]
    show_full_result_count = False

    def get_queryset(self, request):
        cases = access.visible(request.user.actor, Complaint.objects.all())
        return super().get_queryset(request).filter(case__in=cases)


@admin.register(SetAside)
class SetAsideAdmin(ReadOnlyAdmin):
    list_display = ["case", "problem", "attempts", "since", "next_try"]
    list_select_related = ["case"]


@admin.register(Outage)
class OutageAdmin(ReadOnlyAdmin):
    list_display = ["since", "until"]


@admin.register(ClockAlarm)
class ClockAlarmAdmin(ReadOnlyAdmin):
    list_display = ["found", "before", "off_by", "confirmed_by", "confirmed_at"]
    list_select_related = ["confirmed_by"]
    actions = ["confirm"]

    @admin.action(description=_("确认数据库时间正确，恢复巡检"))
    def confirm(self, request, alarms):
        for alarm in alarms.filter(confirmed_at=None):
            timekeeping.confirm(alarm, request.user)
        messages.success(request, _("已确认，巡检将继续。"))
