"""Rows of the units that somebody audits, to read."""

from accounts import access
from accounts.models import Department
from audits.export import Exported
from records.admin import ReadOnlyAdmin
from regulations.models import Regulation


def units(request) -> set[int]:
    return access.units_audited(request.user.actor)


class OwnUnit(Exported, ReadOnlyAdmin):
    """Rows of the units that this person audits; `unit` is the way from a row to its unit."""

    unit = "regulation__unit"
    show_full_result_count = False

    def get_queryset(self, request):
        return super().get_queryset(request).filter(**{f"{self.unit}__in": units(request)})

    def formfield_for_foreignkey(self, db_field, request, **options):
        if db_field.name == "regulation":
            options["queryset"] = Regulation.objects.filter(unit__in=units(request))
        if db_field.name == "department":
            inside = request.user.actor.tree.below(units(request))
            options["queryset"] = Department.objects.filter(pk__in=inside).order_by("pk")
        return super().formfield_for_foreignkey(db_field, request, **options)


class WrittenOnce(OwnUnit):
    """May be entered by auditors, and never changed."""

    def has_add_permission(self, request):
        return request.user.has_perm(f"{self.opts.app_label}.add_{self.opts.model_name}")
