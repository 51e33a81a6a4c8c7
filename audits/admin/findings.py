"""Findings, to read, filter and export."""

from django.contrib import admin
from django.http import HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from audits import words
from audits.admin.base import OwnUnit
from audits.export import workbook
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
    actions = ["export"]

    @admin.display(description=_("不符合项"))
    def asks(self, finding):
        return words.what(finding)

    @admin.display(description=_("依据"))
    def clause(self, finding):
        return words.basis(finding, finding.case.version.pack)

    @admin.display(description=_("经过"))
    def page(self, finding):
        return format_html('<a href="{}">{}</a>', finding.get_absolute_url(), _("查看"))

    @admin.action(description=_("导出为 Excel"))
    def export(self, request, findings) -> HttpResponse:
        header = [
            _("案件"),
            _("不符合项"),
            _("依据"),
            _("责任部门"),
            _("状态"),
            _("整改期限"),
            _("提出时间"),
        ]
        rows = (
            [
                row.case.number,
                words.what(row),
                self.clause(row),
                row.department.name,
                row.get_state_display(),
                row.due_on,
                row.raised_at,
            ]
            for row in findings
        )
        return workbook("findings", header, rows)
