"""The ledger in Django admin, to read."""

from django.contrib import admin

from accounts import access
from accounts.models import Role
from penalties.models import Entry, WageBaseChange
from records.admin import ReadOnlyAdmin


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    list_display = ["case", "seq", "kind", "rule", "day", "amount", "person", "recorded_at"]
    list_select_related = ["case", "person"]
    list_filter = ["kind"]
    show_full_result_count = False

    def get_queryset(self, request):
        return access.visible_penalties(request.user.actor, super().get_queryset(request))


@admin.register(WageBaseChange)
class WageBaseChangeAdmin(ReadOnlyAdmin):
    """Who gave which person's wage when, for auditors of the person's unit."""

    list_display = ["person", "since", "entered_by", "entered_at", "before", "after"]
    list_select_related = ["person", "entered_by"]
    show_full_result_count = False

    def get_queryset(self, request):
        units = request.user.actor.units(Role.AUDITOR)
        places = request.user.actor.tree.below(units)
        rows = super().get_queryset(request)
        return rows.filter(person__posts__department__in=places).distinct()
