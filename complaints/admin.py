"""Cases in Django admin, for auditors: to read and filter, never to change."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts import access
from complaints.models import CaseEvent, Complaint, Plan
from records.admin import ReadOnlyAdmin, ReadOnlyInline


class EventInline(ReadOnlyInline):
    model = CaseEvent
    fields = ["seq", "kind", "at", "recorded_at", "actor", "post", "state", "hash"]
    related = ["actor"]


class PlanInline(ReadOnlyInline):
    model = Plan
    fields = ["version", "state", "option", "author"]
    related = ["author", "case"]


class OriginFilter(admin.ChoicesFieldListFilter):
    """The field's own name is a word of the code."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.title = _("来源")


@admin.register(Complaint)
class ComplaintAdmin(ReadOnlyAdmin):
    list_display = [
        "number",
        "state",
        "grade",
        "category",
        "department",
        "received_at",
        "next_due",
    ]
    list_select_related = ["department"]
    list_filter = ["state", "grade", "category", ("origin", OriginFilter)]
    search_fields = ["number"]
    show_full_result_count = False
    inlines = [PlanInline, EventInline]

    def get_queryset(self, request):
        return access.visible(request.user.actor, super().get_queryset(request))
