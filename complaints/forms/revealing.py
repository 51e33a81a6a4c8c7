"""The reason for which somebody needs to see personal values."""

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.revealing import Reason

# Fewer characters say nothing.
LEAST = 4


class RevealForm(forms.Form):
    """One reason of the list; where none of it fits, in words."""

    reason = forms.ChoiceField(label=_("用途"), choices=Reason.choices)
    words = forms.CharField(label=_("写明用途"), min_length=LEAST, max_length=200, required=False)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("reason") == Reason.OTHER and not cleaned.get("words"):
            raise forms.ValidationError(_("请写明用途。"))
        return cleaned
