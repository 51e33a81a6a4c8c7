"""The ledger in Django admin, to read."""

from django.contrib import admin

from accounts import access
from penalties.models import Entry
from records.admin import ReadOnlyAdmin


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    list_display = ["case", "seq", "kind", "rule", "day", "amount", "person", "recorded_at"]
    list_select_related = ["case", "person"]
    list_filter = ["kind"]
    show_full_result_count = False

    def get_queryset(self, request):
        return access.visible_penalties(request.user.actor, super().get_queryset(request))
