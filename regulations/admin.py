"""Regulations and their versions in Django admin: to read, never to change."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from records.admin import ReadOnlyAdmin, ReadOnlyInline
from regulations.models import (
    Binding,
    DraftSignature,
    Regulation,
    RegulationDraft,
    RegulationVersion,
)


class PackPage:
    """The pack as pages instead of a wall of YAML: a link to the rule centre."""

    exclude = ["text"]
    readonly_fields = ["pack_page"]

    @admin.display(description=_("制度中心"))
    def pack_page(self, row):
        return format_html('<a href="{}">{}</a>', row.get_absolute_url(), _("逐条阅读"))


class BindingInline(ReadOnlyInline):
    model = Binding
    fields = ["sort", "term", "department", "title", "relative"]


@admin.register(Regulation)
class RegulationAdmin(ReadOnlyAdmin):
    list_display = ["title", "code", "unit"]
    list_select_related = ["unit"]


@admin.register(RegulationVersion)
class RegulationVersionAdmin(PackPage, ReadOnlyAdmin):
    list_display = [
        "regulation",
        "number",
        "in_force_from",
        "published_at",
        "approved_by",
        "pack_page",
    ]
    list_select_related = ["regulation", "approved_by"]
    inlines = [BindingInline]


class SignatureInline(ReadOnlyInline):
    model = DraftSignature
    fields = ["step", "person", "post", "signed_at", "digest"]
    related = ["person"]


@admin.register(RegulationDraft)
class RegulationDraftAdmin(PackPage, ReadOnlyAdmin):
    list_display = ["code", "unit", "uploaded_by", "uploaded_at", "version", "pack_page"]
    list_select_related = ["unit", "uploaded_by", "version__regulation"]
    inlines = [SignatureInline]
