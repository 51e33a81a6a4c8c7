"""The outbox in Django admin, to read: the delivery log as evidence."""

from django.contrib import admin

from notices.models import Notice
from records.admin import ReadOnlyAdmin


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = [
        "case",
        "topic",
        "recipient",
        "channel",
        "created_at",
        "delivered_at",
        "attempts",
    ]
    list_select_related = ["case", "recipient"]
    list_filter = ["channel", "topic"]
    show_full_result_count = False

    def get_queryset(self, request):
        return super().get_queryset(request).filter(case__unit__in=request.user.actor.units())
