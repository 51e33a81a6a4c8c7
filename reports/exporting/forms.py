"""The forms of an export: which cases, in which shape; and the unit's own templates."""

import tempfile
from contextlib import suppress
from pathlib import Path

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Department, Role
from complaints.forms.filters import TABS
from complaints.lifecycle import State
from complaints.models import Complaint
from complaints.search import text_of
from regulations.models import Regulation
from reports.entries import shape_of
from reports.exporting import templates
from reports.exporting.templates import BadTemplate
from reports.importing.faults import file_words
from reports.importing.gate import Unreadable
from reports.models import LedgerTemplate

FORMATS = [
    ("xlsx", gettext_lazy("Excel 工作簿（.xlsx）")),
    ("csv", gettext_lazy("CSV 文本")),
    ("jsonl", gettext_lazy("案件原始记录（JSON Lines，可重演）")),
]


# What personal values in a whole file may be needed for.
PERSONAL = [
    ("", gettext_lazy("遮蔽")),
    ("contact", gettext_lazy("显示，用于批量联系客户")),
    ("authority", gettext_lazy("显示，用于报送主管部门")),
    ("move", gettext_lazy("显示，用于迁移台账")),
]


class ExportForm(forms.Form):
    """Every filter of the list applies; those without a field here come hidden from the list."""

    tab = forms.ChoiceField(label=gettext_lazy("哪些案件"), choices=TABS, initial="all")
    regulation = forms.ModelChoiceField(
        label=gettext_lazy("制度"),
        queryset=Regulation.objects.none(),
        required=False,
        empty_label=gettext_lazy("全部"),
    )
    since = forms.DateField(
        label=gettext_lazy("收到自"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    until = forms.DateField(
        label=gettext_lazy("收到至"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    format = forms.ChoiceField(label=gettext_lazy("格式"), choices=FORMATS)
    template = forms.ModelChoiceField(
        label=gettext_lazy("模板"),
        queryset=LedgerTemplate.objects.none(),
        required=False,
        empty_label=gettext_lazy("标准台账"),
    )
    personal = forms.ChoiceField(
        label=gettext_lazy("个人信息"),
        choices=PERSONAL,
        required=False,
        help_text=gettext_lazy("只显示您有权查看的案件，其余仍遮蔽；用途记入访问日志。"),
    )
    find = forms.UUIDField(required=False, widget=forms.HiddenInput)
    state = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    grade = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    category = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    department = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, *args, user, **options):
        super().__init__(*args, label_suffix="", **options)
        self.user, units = user, user.actor.units()
        if Role.CUSTOMER_SERVICE not in user.actor.roles:
            del self.fields["personal"]
        self.fields["regulation"].queryset = Regulation.objects.filter(unit__in=units)
        self.fields["template"].queryset = LedgerTemplate.objects.filter(
            unit__in=units, retired=False
        ).order_by("name")

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("template") and cleaned.get("format") != "xlsx":
            self.add_error("template", _("只有 Excel 工作簿可以按模板导出。"))
        return cleaned

    def narrowed(self) -> list[str]:
        """Return what the list was narrowed by that has no field here, in words."""
        given = self.data if self.is_bound else self.initial
        said = {name: str(given.get(name) or "") for name in ("state", "grade", "category")}
        with suppress(forms.ValidationError):
            said["find"] = text_of(self.user, self.fields["find"].clean(given.get("find")))
        if said["state"] in State.values:
            said["state"] = str(State(said["state"]).label)
        if (place := str(given.get("department") or "")).isdigit():
            found = Department.objects.filter(pk=place).values_list("name", flat=True)
            said["department"] = found.first() or ""
        return [word for word in said.values() if word]

    def query(self) -> dict[str, str]:
        """Return the filters as the list has them in its address."""
        kept = {name: self.cleaned_data.get(name) for name in self.fields}
        for name in ("format", "template", "personal"):
            kept.pop(name, None)
        if kept["regulation"]:
            kept["regulation"] = kept["regulation"].pk
        return {name: str(value) for name, value in kept.items() if value}


class TemplateForm(forms.Form):
    """A workbook with one row of placeholders; what is wrong with it is all told at once."""

    name = forms.CharField(label=gettext_lazy("模板名称"), max_length=80)
    file = forms.FileField(
        label=gettext_lazy("模板工作簿（.xlsx）"),
        help_text=gettext_lazy("一行占位符，写法如 {{投诉编号}}，列名与标准台账相同。"),
    )

    def __init__(self, *args, units, **options):
        super().__init__(*args, label_suffix="", prefix="template", **options)
        self.units = units

    def clean_file(self):
        file = self.cleaned_data["file"]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"template{Path(file.name).suffix.lower()}"
            with path.open("wb") as copy:
                for part in file.chunks():
                    copy.write(part)
            try:
                shape = shape_of(Complaint.objects.filter(unit__in=self.units))
                templates.check(path, file.name, shape)
            except Unreadable as refused:
                raise forms.ValidationError(file_words(refused)) from None
            except BadTemplate as bad:
                raise forms.ValidationError(list(bad.problems)) from None
        if not file.name.lower().endswith(".xlsx"):
            raise forms.ValidationError(_("模板应为 .xlsx 工作簿。"))
        return file
