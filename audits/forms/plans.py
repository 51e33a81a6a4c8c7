"""Steps on a plan: drawing it, and adding to it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from audits import sampling
from audits.forms.base import StepForm
from audits.models import Plan
from audits.risk import points
from complaints.forms.base import TextArea
from records import clock


class PlanForm(StepForm):
    thing: Plan

    @classmethod
    def permission(cls, actor, thing):
        return sampling.may(actor, cls.act, thing.regulation)


class DrawForm(PlanForm):
    act, title = sampling.DRAW, _("抽取样本")

    @classmethod
    def possible(cls, thing):
        return not thing.is_drawn and clock.now() >= thing.quarter.until

    def send(self, files=()):
        return sampling.draw_plan(self.thing.pk, actor=self.actor)


class AddForm(PlanForm):
    """Cases of the population that were not drawn, the riskiest first."""

    act, title = sampling.ADD, _("追加样本")
    number = forms.ChoiceField(label=_("案件（风险分）"))
    reason = TextArea(label=_("理由"))

    @classmethod
    def possible(cls, thing):
        return thing.is_drawn

    def build(self):
        free = list(self.thing.draw.members.filter(sample=None).order_by("number"))
        risk = points(free)
        free.sort(key=lambda member: -risk.get(member.case_id, 0))
        self.fields["number"].choices = [
            (member.number, f"{member.number}（{risk.get(member.case_id, 0)}）") for member in free
        ]

    def send(self, files=()):
        return sampling.add(
            self.thing.pk, self.text("number"), actor=self.actor, reason=self.text()
        )
