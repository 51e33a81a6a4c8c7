"""Forms of the ledger: one for each step of an item, the filters, and what a month needs."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, User
from complaints.attachments.keeping import Checked, Kept
from complaints.forms.base import KeyedForm, TextArea
from complaints.forms.files import Files
from penalties import procedure
from penalties.items import Item, State
from penalties.models import Entry

UPHOLD, CHANGE, WAIVE = "uphold", "change", "waive"


class Money(forms.DecimalField):
    """An amount in CNY with at most two places."""

    def __init__(self, **options):
        super().__init__(max_digits=10, decimal_places=2, **options)


class StepForm(KeyedForm):
    """The form of one step: `take` is the step of the procedure, `given` what it is taken with.

    What the clause forbids is refused by the procedure.
    """

    act: str
    title: str
    take: Callable[..., Entry]
    reason = TextArea(label=_("理由"))

    def __init__(self, *args, item: Item, actor, **options):
        self.item, self.actor = item, actor
        super().__init__(*args, **options)
        self.build()

    def build(self) -> None:
        """Leave out what this item does not need."""

    def uploads(self) -> list[Checked]:
        """Return the files that were sent with a valid form."""
        return self.cleaned_data.get("files") or []

    def given(self) -> dict[str, Any]:
        return {"reason": self.cleaned_data["reason"]}

    def send(self, files: Sequence[Kept] = ()) -> Entry:
        """Take the step; `files` are the kept `uploads`. Raises NotPermitted or Refused."""
        own = {"files": files} if files else {}
        return self.take(self.item.root.pk, actor=self.actor, **self.given(), **own)


class ConfirmForm(StepForm):
    act, title = procedure.CONFIRM, _("确认考核")
    take = staticmethod(procedure.confirm)
    amount = Money(label=_("金额（元）"))
    person = forms.ChoiceField(label=_("承担人"))
    reason = TextArea(label=_("理由"), required=False)
    field_order = ["amount", "person", "reason", "together"]
    together = forms.BooleanField(
        label=_("同一逾期的其余各日一并确认"), required=False, initial=True
    )

    def build(self):
        root = self.item.root
        if root.day is None or not self.item.person_id:
            del self.fields["together"]
        if root.low is None:
            del self.fields["amount"]
        else:
            self.fields["amount"].help_text = _("%(low)s至%(high)s元") % {
                "low": root.low,
                "high": root.high,
            }
            self.fields["reason"].required = True
        if self.item.person_id or root.subject == "department":
            del self.fields["person"]
        else:
            people = User.objects.filter(
                posts__department__in=self._unit(), is_active=True
            ).distinct()
            self.fields["person"].choices = [
                ("", _("请选择")),
                *((one.pk, one.name) for one in people.order_by("pk")),
            ]

    def _unit(self) -> set[int]:
        return self.actor.tree.below({self.item.root.case.unit_id})

    def given(self):
        entered = self.cleaned_data
        person = entered.get("person")
        return {
            "amount": entered.get("amount"),
            "person": int(person) if person else None,
            "reason": entered["reason"],
        }

    def send(self, files=()):
        if self.cleaned_data.get("together"):
            return procedure.confirm_days(self.item.root.pk, actor=self.actor)
        return super().send(files)


class AppealForm(StepForm):
    act, title = procedure.APPEAL, _("提出异议")
    take = staticmethod(procedure.appeal)
    files = Files(label=_("异议材料"), required=False)


class ReviewForm(StepForm):
    act, title = procedure.REVIEW, _("裁定异议")
    take = staticmethod(procedure.review)
    decision = forms.ChoiceField(
        label=_("裁定"),
        choices=[(UPHOLD, _("维持")), (CHANGE, _("调整金额")), (WAIVE, _("免除"))],
        widget=forms.RadioSelect,
    )
    amount = Money(label=_("调整后金额（元）"), required=False)
    field_order = ["decision", "amount", "reason"]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("decision") == CHANGE and cleaned.get("amount") is None:
            self.add_error("amount", _("请填写调整后的金额。"))
        return cleaned

    def given(self):
        entered = self.cleaned_data
        amounts = {UPHOLD: None, WAIVE: Decimal(0), CHANGE: entered["amount"]}
        return {"amount": amounts[entered["decision"]], "reason": entered["reason"]}


class AdjustForm(StepForm):
    act, title = procedure.ADJUST, _("调整")
    take = staticmethod(procedure.adjust)
    amount = Money(label=_("调整后金额（元）"))
    field_order = ["amount", "reason"]

    def given(self):
        return {"amount": self.cleaned_data["amount"], "reason": self.cleaned_data["reason"]}


class WaiveForm(StepForm):
    act, title = procedure.WAIVE, _("免除")
    take = staticmethod(procedure.waive)


STEPS: dict[str, type[StepForm]] = {
    form.act: form for form in (ConfirmForm, AppealForm, ReviewForm, AdjustForm, WaiveForm)
}


class FilterForm(forms.Form):
    """Every field is optional; an unknown value is as good as none."""

    scope = forms.CharField(required=False, widget=forms.HiddenInput)
    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=[("", _("全部")), *State.choices]
    )
    month = forms.RegexField(
        r"^\d{4}-(0[1-9]|1[0-2])$",
        label=_("发生月份"),
        required=False,
        widget=forms.TextInput(attrs={"type": "month"}),
    )
    department = forms.ModelChoiceField(
        Department.objects.none(), label=_("部门"), required=False, empty_label=_("全部")
    )

    def __init__(self, *args, departments, **options):
        super().__init__(*args, label_suffix="", **options)
        self.fields["department"].queryset = departments


class PlatformScoreForm(forms.Form):
    """How 客服 scores a department's cooperation."""

    department = forms.ModelChoiceField(Department.objects.none(), label=_("部门"))
    score = forms.DecimalField(
        label=_("配合评分（0至100）"), min_value=0, max_value=100, decimal_places=2, max_digits=5
    )

    def __init__(self, *args, departments, **options):
        super().__init__(*args, **options)
        self.fields["department"].queryset = departments


class WageBaseForm(forms.Form):
    """A person's monthly wage from the month on."""

    person = forms.ModelChoiceField(User.objects.none(), label=_("人员"))
    amount = Money(label=_("月工资（元）"), min_value=Decimal("0.01"))

    def __init__(self, *args, people, **options):
        super().__init__(*args, **options)
        self.fields["person"].queryset = people


def objection_note() -> str:
    """Return the house's setting for objections, marked as one."""
    return gettext("确认后%(days)s日内可提出异议，最多%(times)s次（单位设定）。") % {
        "days": settings.OBJECTION_DAYS,
        "times": settings.OBJECTIONS,
    }
