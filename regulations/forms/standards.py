"""The forms of a standard: the first edition, and each one after it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from regulations.forms.fields import Day
from regulations.models.standard import StandardKind

LONGEST_TEXT = 50_000


class EditionForm(forms.Form):
    """What a standard says from a day on."""

    text = forms.CharField(
        label=_("正文"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 14})
    )
    why = forms.CharField(label=_("修订说明"), max_length=200)
    in_force_from = Day(label=_("施行日期"))


class StandardForm(EditionForm):
    """A standard that a unit has not had before."""

    unit = forms.ModelChoiceField(
        label=_("适用单位"), queryset=Department.objects.none(), empty_label=None
    )
    kind = forms.ChoiceField(label=_("种类"), choices=StandardKind.choices)
    title = forms.CharField(label=_("名称"), max_length=120)
    field_order = ("unit", "kind", "title", "text", "why", "in_force_from")

    def __init__(self, *args, units: set[int], **options):
        super().__init__(*args, **options)
        self.fields["unit"].queryset = Department.objects.filter(pk__in=units).order_by("pk")
        if len(units) == 1:
            self.fields["unit"].widget = forms.HiddenInput()
            self.fields["unit"].initial = next(iter(units))
