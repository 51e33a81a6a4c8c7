"""Yearly special audits and open and mystery checks: entered once, then to read."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from audits import beside
from audits.admin.base import WrittenOnce
from audits.admin.forms import InspectionForm, SpecialAuditForm
from audits.models import Inspection, SpecialAudit


@admin.register(SpecialAudit)
class SpecialAuditAdmin(WrittenOnce):
    form = SpecialAuditForm
    list_display = ["year", "regulation", "recorded_by", "recorded_at"]
    list_select_related = ["regulation", "recorded_by"]
    list_filter = ["year"]
    readonly_fields = ["conclusion_text", "proposals_text"]

    def get_fields(self, request, obj=None):
        own = ["regulation", "year", "conclusion_text", "proposals_text"]
        return [*own, "recorded_by", "recorded_at"] if obj else own

    def get_readonly_fields(self, request, obj=None):
        return self.readonly_fields if obj else []

    @admin.display(description=_("审计结论"))
    def conclusion_text(self, row):
        return row.conclusion.body

    @admin.display(description=_("改进建议"))
    def proposals_text(self, row):
        return row.proposals.body

    def save_model(self, request, obj, form, change):
        beside.record_special(obj, form.cleaned_data, actor=request.user.actor)


@admin.register(Inspection)
class InspectionAdmin(WrittenOnce):
    form = InspectionForm
    list_display = ["day", "way", "regulation", "department", "result", "recorded_by"]
    list_select_related = ["regulation", "department", "recorded_by"]
    list_filter = ["way", "result", ("department", admin.RelatedOnlyFieldListFilter)]
    date_hierarchy = "day"
    change_list_template = "admin/audits/inspection/change_list.html"

    def changelist_view(self, request, extra_context=None):
        """Add to the list, as it is filtered, how many checks of each way had which result."""
        answer = super().changelist_view(request, extra_context)
        if changes := getattr(answer, "context_data", {}).get("cl"):
            answer.context_data["summary"] = beside.summary(changes.queryset)
        return answer

    def get_fields(self, request, obj=None):
        own = ["regulation", "department", "day", "way", "result", "problems_text"]
        return [*own, "recorded_by", "recorded_at"] if obj else own

    def get_readonly_fields(self, request, obj=None):
        return ["problems_text"] if obj else []

    @admin.display(description=_("发现问题"))
    def problems_text(self, row):
        return row.problems.body if row.problems else "—"

    def save_model(self, request, obj, form, change):
        beside.record_inspection(obj, form.cleaned_data, actor=request.user.actor)
