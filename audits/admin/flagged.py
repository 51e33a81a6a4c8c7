"""Cases that the regulation marks, to investigate and fix responsibility."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from audits import beside
from audits.admin.base import OwnUnit, units
from audits.models import FlaggedCase
from regulations.models import RegulationVersion


class FlagFilter(admin.SimpleListFilter):
    """By the mark, in the words of the regulations of the units that are audited."""

    title, parameter_name = _("标记"), "flag"

    def lookups(self, request, model_admin):
        return sorted(flag_words(units(request)).items())

    def queryset(self, request, queryset):
        return queryset.filter(name=self.value()) if self.value() else queryset


class GradeFilter(admin.SimpleListFilter):
    """By the grades that the cases shown have; those of other units are nobody's business here."""

    title, parameter_name = _("等级"), "grade"

    def lookups(self, request, model_admin):
        grades = model_admin.get_queryset(request).order_by("case__grade")
        names = grades.values_list("case__grade", flat=True).distinct()
        return [(name, name) for name in names if name]

    def queryset(self, request, queryset):
        return queryset.filter(case__grade=self.value()) if self.value() else queryset


def flag_words(of_units: set[int]) -> dict[str, str]:
    """Return what each mark means, by its name, as the newest version that has it says."""
    versions = RegulationVersion.objects.filter(regulation__unit__in=of_units).order_by("pk")
    return {flag.name: flag.text for version in versions for flag in version.pack.flags}


@admin.register(FlaggedCase)
class FlaggedCaseAdmin(OwnUnit):
    """Repeated, bypassing, major, accident and media cases, to investigate and fix responsibility."""

    unit = "case__unit"
    list_display = ["case", "mark", "grade", "department", "responsibility"]
    list_select_related = ["case__version__regulation", "case__department"]
    list_filter = [FlagFilter, GradeFilter]
    search_fields = ["case__number"]
    fields = ["case", "mark", "grade", "department", "responsibility"]
    readonly_fields = ["mark", "grade", "department", "responsibility"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("case__findings")

    @admin.display(description=_("标记"), ordering="name")
    def mark(self, row):
        flags = {flag.name: flag.text for flag in row.case.version.pack.flags}
        return flags.get(row.name, row.name)

    @admin.display(description=_("等级"), ordering="case__grade")
    def grade(self, row):
        return row.case.grade or "—"

    @admin.display(description=_("责任部门"))
    def department(self, row):
        return row.case.department or "—"

    @admin.display(description=_("定责"))
    def responsibility(self, row):
        found = next(iter(row.case.findings.all()), None)
        if found:
            return format_html(
                '<a href="{}">{}</a>', found.get_absolute_url(), found.get_state_display()
            )
        if not beside.asks_for_responsibility(row):
            return "—"
        return beside.link_to_investigate(row.case)
