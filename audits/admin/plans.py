"""Sampling plans: made in the admin, changed until they are drawn."""

from django.contrib import admin
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from audits import sampling
from audits.admin.base import OwnUnit
from audits.admin.forms import PlanForm
from audits.models import Member, Plan


@admin.register(Plan)
class PlanAdmin(OwnUnit):
    """Plans may be changed until they are drawn."""

    form = PlanForm
    list_display = ["quarter", "regulation", "share", "minimum", "seed", "drawn", "made_by"]
    list_select_related = ["regulation", "made_by", "draw"]
    list_filter = [("regulation", admin.RelatedOnlyFieldListFilter)]

    @admin.display(description=_("季度"), ordering="first")
    def quarter(self, plan):
        return str(plan.quarter)

    @admin.display(description=_("已抽取"), boolean=True)
    def drawn(self, plan):
        return hasattr(plan, "draw")

    def has_add_permission(self, request):
        return request.user.has_perm("audits.add_plan")

    def has_change_permission(self, request, obj=None):
        able = request.user.has_perm("audits.change_plan")
        return able and (obj is None or not obj.is_drawn)

    def get_fields(self, request, obj=None):
        own = ["share", "axes", "minimum", "seed"]
        if obj is None:
            return ["regulation", "quarter", *own]
        return ["regulation", "quarter", *own, "made_by", "made_at"]

    def get_readonly_fields(self, request, obj=None):
        return ["regulation", "quarter", "made_by", "made_at"] if obj else []

    def save_model(self, request, obj, form, change):
        sampling.permit(request.user.actor, sampling.PLAN, obj.regulation)
        if not change:
            obj.made_by, obj.made_at = request.user, request.user.actor.at
        super().save_model(request, obj, form, change)

    def response_add(self, request, obj, post_url_continue=None):
        return redirect("audit_plan", pk=obj.pk)

    def response_change(self, request, obj):
        return redirect("audit_plan", pk=obj.pk)


@admin.register(Member)
class MemberAdmin(OwnUnit):
    """Frozen populations, so that anybody can draw again what was drawn from them."""

    unit = "draw__plan__regulation__unit"
    list_display = ["number", "quarter", "strata", "drawn"]
    list_select_related = ["draw__plan", "sample"]
    list_filter = [("draw", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["number"]
    ordering = ["-draw", "number"]
    fields = ["case", "number", "quarter", "strata", "drawn"]
    readonly_fields = ["quarter", "strata", "drawn"]

    @admin.display(description=_("季度"))
    def quarter(self, member):
        return str(member.draw.plan.quarter)

    @admin.display(description=_("分层"))
    def strata(self, member):
        return " · ".join(member.stratum) or "—"

    @admin.display(description=_("样本"))
    def drawn(self, member):
        return member.sample.get_part_display() if hasattr(member, "sample") else "—"
