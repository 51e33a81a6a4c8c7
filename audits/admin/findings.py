"""Findings, to read, filter and export."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from audits import words
from audits.admin.base import OwnUnit
from audits.models import Finding


@admin.register(Finding)
class FindingAdmin(OwnUnit):
    unit = "case__unit"
    list_display = ["case", "asks", "clause", "department", "state", "due_on", "raised_at", "page"]
    list_select_related = ["case__version__regulation", "department"]
    list_filter = ["state", "topic", ("department", admin.RelatedOnlyFieldListFilter), "due_on"]
    search_fields = ["case__number"]
    fields = ["case", "asks", "clause", "department", "state", "due_on", "raised_at", "page"]
    readonly_fields = ["asks", "clause", "page"]

    @admin.display(description=_("不符合项"))
    def asks(self, finding):
        return words.what(finding)

    @admin.display(description=_("依据"))
    def clause(self, finding):
        return words.basis(finding, finding.case.version.pack)

    @admin.display(description=_("经过"))
    def page(self, finding):
        return format_html('<a href="{}">{}</a>', finding.get_absolute_url(), _("查看"))
