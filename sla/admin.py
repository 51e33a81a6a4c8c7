"""Clocks in Django admin, to read."""

from django.contrib import admin

from accounts import access
from complaints.models import Complaint
from records.admin import ReadOnlyAdmin
from sla.models import Clock


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
