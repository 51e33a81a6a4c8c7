"""The forms of a plan and of its execution: what was decided, signed and done, as the regulation asks."""

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from accounts.actors import members
from complaints.forms.acts import NoteForm, form_for
from complaints.forms.base import ActForm, TextArea, terms
from complaints.histories import situation_of
from complaints.lifecycle import Kind
from complaints.models import Plan
from complaints.signatures import SIGNS
from regulations import bindings
from regulations.forms.fields import Day
from regulations.words import WHATS


class MeasureForm(ActForm):
    measures = TextArea(label=_("措施"))
    text_fields = ("measures",)


for _kind in (Kind.TEMPORARY_MEASURE, Kind.PERMANENT_MEASURE):
    form_for(_kind)(type(f"{_kind.name.title()}Form", (MeasureForm,), {}))


@form_for(Kind.STAFF_PLAN_SUBMITTED)
class StaffPlanForm(ActForm):
    measures = TextArea(label=_("对被投诉人员的处理方案"))
    text_fields = ("measures",)


class DatedForm(ActForm):
    """An act with two days, the second not before the first; the event keeps them as ISO dates."""

    days: tuple[str, str]

    def clean(self):
        cleaned = super().clean()
        first, last = (cleaned.get(name) for name in self.days)
        if first and last and last < first:
            words = {
                "last": self.fields[self.days[1]].label,
                "first": self.fields[self.days[0]].label,
            }
            self.add_error(self.days[1], _("%(last)s不能早于%(first)s。") % words)
        return cleaned

    def data_fields(self):
        data = super().data_fields()
        return data | {name: data[name].isoformat() for name in self.days if name in data}

    def keep_asked(self, *names: str) -> None:
        """Leave out those of some fields that the regulation does not ask for."""
        asked = {demand.field for demand in self.pack.demands if demand.event == self.kind}
        for name in set(names) - asked:
            del self.fields[name]


@form_for(Kind.PLAN_SUBMITTED)
class PlanForm(DatedForm):
    """A version of the plan; department and person where the regulation wants them named (FOOD-31)."""

    option = forms.ChoiceField(label=_("处理方式"), required=False)
    measures = TextArea(label=_("处理措施"))
    place = forms.TypedChoiceField(label=_("责任部门"), coerce=int, empty_value=None)
    responsible = forms.TypedChoiceField(label=_("责任人"), coerce=int, empty_value=None)
    starts_on = Day(label=_("启动时间"), required=False)
    finishes_on = Day(label=_("完成时间"), required=False)
    text_fields = ("measures",)
    days = ("starts_on", "finishes_on")

    def build(self):
        self.keep_asked("place", "responsible")
        options = terms(self.pack.plan_options)
        if options:
            self.fields["option"].choices = [("", _("请选择")), *options]
        else:
            del self.fields["option"]
        if "place" in self.fields:
            places = bindings.departments(self.case.version)
            self.fields["place"].choices = [(place.pk, place.name) for place in places]
            self.initial.setdefault("place", self.case.department_id)
        if "responsible" in self.fields:
            people = members(self.case.department_id, self.actor.at)
            self.fields["responsible"].choices = [(one.pk, one.name) for one in people]
            self.initial.setdefault("responsible", self.case.handler_id)


@form_for(Kind.EXECUTED)
class ExecutedForm(DatedForm, NoteForm):
    """What was done, from when to when, as far as the regulation wants it said (DALI-147, TOB-30)."""

    actions = forms.MultipleChoiceField(
        label=_("所做处理"), widget=forms.CheckboxSelectMultiple, required=False
    )
    started_on = Day(label=_("实际开始日期"), required=False)
    ended_on = Day(label=_("实际结束日期"), required=False)
    days = ("started_on", "ended_on")

    def build(self):
        self.keep_asked("actions", "started_on", "ended_on")
        if "actions" in self.fields:
            self.fields["actions"].choices = terms(self.pack.plan_options)
        self._begin_with(self.case.newest_plan)

    def _begin_with(self, plan: Plan | None) -> None:
        """Offer what was planned, and today as its end."""
        today = localdate(self.actor.at)
        self.initial.setdefault("ended_on", today)
        if plan is not None:
            self.initial.setdefault("actions", [plan.option])
            if plan.starts_on and plan.starts_on <= today:
                self.initial.setdefault("started_on", plan.starts_on)

    def clean_ended_on(self):
        day = self.cleaned_data["ended_on"]
        if day and day > localdate(self.actor.at):
            raise forms.ValidationError(_("实际结束日期不能晚于今天。"))
        return day


@form_for(Kind.APPROVED)
class ApprovedForm(NoteForm):
    what = forms.ChoiceField(label=_("审批事项"))

    def build(self):
        mine = situation_of(self.case, self.verdict).signers[Kind.APPROVED]
        terms_ = {seat.term for seat in mine}
        open_rows = [a for a in self.verdict.approvals if a.at is None and a.by in terms_]
        self.fields["what"].choices = [
            (row.what, WHATS.get(row.what, row.what))
            for row in open_rows
            if row.what in SIGNS[Kind.APPROVED]
        ]
