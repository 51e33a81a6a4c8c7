"""The forms of internal reports: sending one, asking how it stands, noting what was done."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audits.models import TipOutcome, TipState

LIMIT = 8000


def long_text(label, **options):
    return forms.CharField(
        label=label, max_length=LIMIT, widget=forms.Textarea(attrs={"rows": 6}), **options
    )


class TipForm(forms.Form):
    """A report by staff; the name is asked for and not demanded."""

    text = long_text(_("举报内容"), help_text=_("时间、地点、人员、经过和线索。"))
    name = forms.CharField(
        label=_("姓名"), required=False, max_length=100, help_text=_("留空即匿名。")
    )
    contact = forms.CharField(label=_("联系方式"), required=False, max_length=200)
    kept_from = forms.MultipleChoiceField(
        label=_("涉及的审计人员"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("勾选的人员看不到这份举报。"),
    )

    def __init__(self, *args, auditors: Iterable[User], **options):
        super().__init__(*args, **options)
        self.fields["kept_from"].choices = [(str(one.pk), one.name) for one in auditors]
        if not self.fields["kept_from"].choices:
            del self.fields["kept_from"]

    @property
    def said(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("text", "name", "contact")}

    @property
    def people(self) -> list[int]:
        return [int(pk) for pk in self.cleaned_data.get("kept_from", ())]


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("查询码"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class StepForm(forms.Form):
    state = forms.ChoiceField(
        label=_("办理"), choices=[one for one in TipState.choices if one[0] != TipState.RECEIVED]
    )
    outcome = forms.ChoiceField(
        label=_("核实结果"), choices=[("", _("请选择")), *TipOutcome.choices], required=False
    )
    text = long_text(
        _("说明"), help_text=_("答复的说明，举报人凭查询码可见；核实中的说明只有审计人员可见。")
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("state") == TipState.ANSWERED and not cleaned.get("outcome"):
            self.add_error("outcome", _("答复须写明核实结果。"))
        return cleaned
