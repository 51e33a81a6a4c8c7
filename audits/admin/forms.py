"""Forms of the admin's pages; free text goes into rows of its own."""

from django import forms
from django.utils.translation import gettext_lazy as _

from audits import sampling
from audits.models import Axis, Inspection, Item, Judgment, Plan, Result, SpecialAudit
from audits.quarters import Quarter
from audits.refusals import refusal
from audits.share import least_share
from complaints.forms.base import TextArea
from complaints.refusals import Refused


class PlanForm(forms.ModelForm):
    """A plan of a quarter; its version is the one in force at the quarter's end."""

    quarter = forms.CharField(label=_("季度"), help_text=_("写作 2026Q1。"))
    axes = forms.MultipleChoiceField(
        label=_("分层"),
        choices=Axis.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        initial=[Axis.DEPARTMENT, Axis.GRADE],
    )

    class Meta:
        model = Plan
        fields = ["regulation", "share", "axes", "minimum", "seed"]
        help_texts = {
            "share": _("不低于制度要求，如 0.3；留空即按制度的最低比例。"),
            "minimum": _("每层至少抽取的件数，可使总数高于应抽件数。"),
            "seed": _("由系统随机给出，抽取后不再变动；用同一种子可以重抽核对。"),
        }

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        if "share" in self.fields:
            self.fields["share"].required = False
        if "regulation" in self.fields and self.fields["regulation"].queryset.count() == 1:
            self.initial.setdefault("regulation", self.fields["regulation"].queryset.get())

    def clean_quarter(self):
        try:
            return Quarter.named(self.cleaned_data["quarter"])
        except ValueError:
            raise forms.ValidationError(_("季度应写作 2026Q1。")) from None

    def clean(self):
        cleaned = super().clean()
        regulation = cleaned.get("regulation") or (
            self.instance.regulation_id and self.instance.regulation
        )
        quarter = cleaned.get("quarter") or (self.instance.first and self.instance.quarter)
        if not regulation or not quarter:
            return cleaned
        version = None
        try:
            version = sampling.version_for(regulation, quarter)
            if cleaned.get("share") is None:
                cleaned["share"] = least_share(version.pack)
            sampling.check_share(version, cleaned["share"])
        except Refused as refused:
            for reason in refused.reasons:
                field = reason.field if reason.field in self.fields else None
                self.add_error(field, refusal(reason, version.pack if version else None))
            return cleaned
        if (
            Plan.objects.filter(regulation=regulation, first=quarter.first)
            .exclude(pk=self.instance.pk)
            .exists()
        ):
            self.add_error("quarter", _("该季度已有抽查计划。"))
        self.instance.version, self.instance.first = version, quarter.first
        return cleaned


class ItemForm(forms.ModelForm):
    """The auditor's judgment on one line and what it rests on."""

    judgment = forms.ChoiceField(
        label=_("审计判断"),
        choices=[("", _("请判断")), *Judgment.choices],
        required=False,
        widget=forms.Select(attrs={"aria-label": _("审计判断")}),
    )
    remark_text = TextArea(
        label=_("情况说明"),
        required=False,
        widget=forms.Textarea(
            attrs={
                "rows": 2,
                "cols": 28,
                "aria-label": _("情况说明"),
                "placeholder": _("情况说明"),
            }
        ),
    )

    class Meta:
        model = Item
        fields = ["judgment"]

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        if self.instance.pk and self.instance.remark:
            self.initial["remark_text"] = self.instance.remark.body


class SpecialAuditForm(forms.ModelForm):
    conclusion_text = TextArea(label=_("审计结论"))
    proposals_text = TextArea(label=_("改进建议"))

    class Meta:
        model = SpecialAudit
        fields = ["regulation", "year"]


class InspectionForm(forms.ModelForm):
    problems_text = TextArea(label=_("发现问题"), required=False)

    class Meta:
        model = Inspection
        fields = ["regulation", "department", "day", "way", "result"]
        widgets = {"day": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def clean(self):
        cleaned = super().clean()
        text = (cleaned.get("problems_text") or "").strip()
        if cleaned.get("result") == Result.PROBLEMS and not text:
            self.add_error("problems_text", _("发现问题的，须写明问题。"))
        return cleaned
