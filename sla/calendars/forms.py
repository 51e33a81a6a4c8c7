"""The form of a calendar change: which days, how they are kept, and why."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from regulations.forms.fields import Day
from sla.calendars.changes import CLOSED, OFFICIAL, OPEN, Change

LONGEST = timedelta(days=60)
KEEPS = [
    (CLOSED, _("停业，不计工作日")),
    (OPEN, _("上班，计工作日")),
    (OFFICIAL, _("恢复按官方安排")),
]


class ChangeForm(forms.Form):
    first = Day(label=_("自"))
    last = Day(label=_("至"), required=False, help_text=_("留空即只有一天。"))
    keeps = forms.ChoiceField(label=_("如何计算"), choices=KEEPS)

    def clean(self):
        cleaned = super().clean()
        first = cleaned.get("first")
        last = cleaned["last"] = cleaned.get("last") or first
        if first and last < first:
            self.add_error("last", _("止日不能早于起日。"))
        elif first and last - first > LONGEST:
            self.add_error("last", _("一次最多改动 60 天。"))
        return cleaned

    @property
    def change(self) -> Change:
        """Return what a valid form asks for."""
        return Change(*(self.cleaned_data[name] for name in ("first", "last", "keeps")))


class PublishForm(ChangeForm):
    """A change that was looked at in the preview, now with its reason."""

    reason = forms.CharField(label=_("原因"), max_length=100)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        for name in ("first", "last", "keeps"):
            self.fields[name].widget = forms.HiddenInput()
