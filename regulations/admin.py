"""Regulations and their versions in Django admin: to read, never to change."""

from django.contrib import admin

from records.admin import ReadOnlyAdmin, ReadOnlyInline
from regulations.models import Binding, Regulation, RegulationVersion


class BindingInline(ReadOnlyInline):
    model = Binding
    fields = ["sort", "term", "department", "title", "relative"]


@admin.register(Regulation)
class RegulationAdmin(ReadOnlyAdmin):
    list_display = ["title", "code", "unit"]
    list_select_related = ["unit"]


@admin.register(RegulationVersion)
class RegulationVersionAdmin(ReadOnlyAdmin):
    list_display = [
        "regulation",
        "number",
        "in_force_from",
        "published_at",
        "approved_by",
    ]
    list_select_related = ["regulation", "approved_by"]
    inlines = [BindingInline]
