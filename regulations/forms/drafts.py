"""The forms of a draft: the file, and what the unit adds to it before anybody signs."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Department
from regulations.drafts import Arrangement
from regulations.engine.yaml_tree import MAX_BYTES
from regulations.forms.fields import Day
from regulations.models import RegulationDraft
from regulations.places import Places, Sort, Unbound, Unit

UNSAID = [("", "—")]


class UploadForm(forms.Form):
    """A pack as a YAML file, for a unit whose rules the person owns."""

    unit = forms.ModelChoiceField(
        label=gettext_lazy("适用单位"), queryset=Department.objects.none(), empty_label=None
    )
    file = forms.FileField(
        label=gettext_lazy("制度包（YAML 文件）"),
        help_text=gettext_lazy("不超过 1 MB。有错误时列出全部错误，不保存任何内容。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".yaml,.yml"}),
    )

    def __init__(self, *args, units: set[int], **options):
        super().__init__(*args, **options)
        self.fields["unit"].queryset = Department.objects.filter(pk__in=units).order_by("pk")
        if len(units) == 1:
            self.fields["unit"].widget = forms.HiddenInput()
            self.fields["unit"].initial = next(iter(units))

    def clean_file(self) -> str:
        """Return the file's text."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(
                _("文件有 %(size)s 字节，超过 1 MB 的上限。制度包通常不足 100 KB。")
                % {"size": file.size}
            )
        try:
            return file.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError(
                _("文件不是 UTF-8 编码的文本，请另存为 UTF-8 后再上传。")
            ) from None


class ArrangeForm(forms.Form):
    """The date, and what each term means that the unit calls otherwise."""

    in_force_from = Day(label=gettext_lazy("施行日期"), required=False)

    def __init__(self, *args, draft: RegulationDraft, unit: Unit, found: Places, **options):
        super().__init__(*args, initial={"in_force_from": draft.in_force_from}, **options)
        self.draft, self.terms = draft, {}
        named = {**draft.departments, **draft.titles}
        asked = [*found.unbound, *(Unbound(p.sort, p.term) for p in found.bound if p.term in named)]
        places = {place.term: place.department for place in found.bound}
        for number, term in enumerate(asked):
            name = f"term{number}"
            self.terms[name] = term
            self.fields[name] = _term_field(term, unit, places.get(term.of or ""))
            self.fields[name].initial = named.get(term.term, "")

    def term_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.terms]

    def arrangement(self, chosen: dict[str, Any]) -> Arrangement:
        """Return what was entered, with the figures of the house."""
        said = {term: self.cleaned_data.get(name) for name, term in self.terms.items()}
        return Arrangement(
            in_force_from=self.cleaned_data["in_force_from"],
            chosen=chosen,
            departments={
                t.term: int(v) for t, v in said.items() if v and t.sort == Sort.DEPARTMENT
            },
            titles={t.term: v for t, v in said.items() if v and t.sort == Sort.POST},
        )


def _term_field(term: Unbound, unit: Unit, place: Department | None) -> forms.Field:
    if term.sort == Sort.DEPARTMENT:
        choices = [(str(one.pk), one.name) for one in unit.departments]
        label = _("部门“%(term)s”是本单位的") % {"term": term.term}
    else:
        choices = [(title, title) for title in sorted(unit.titles_in(place))]
        label = _("职务“%(term)s”是本单位的") % {"term": term.term}
    return forms.ChoiceField(label=label, choices=[*UNSAID, *choices], required=False)
