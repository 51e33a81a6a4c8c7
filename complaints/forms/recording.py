"""One form for everything that a regulation wants put down beside the loop."""

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.acts import form_for
from complaints.forms.base import ActForm, TextArea
from complaints.lifecycle import Kind


@form_for(Kind.RECORDED)
class RecordedForm(ActForm):
    """A record of a kind that the pack names, with the fields of that kind."""

    begun_by = ("record",)

    record = forms.ChoiceField(label=_("记录"), widget=forms.HiddenInput)
    note = TextArea(label=_("说明"), required=False)
    text_fields = ("note",)

    def build(self):
        records = self.pack.records
        self.fields["record"].choices = [(one.key, one.label) for one in records]
        asked = self.data.get("record") or self.initial.get("record")
        self.rule = self.pack.record(asked) or next(iter(records), None)
        if self.rule is not None:
            self.initial["record"] = self.rule.key

    @property
    def title(self):
        return self.rule.label if self.rule else super().title

    def extra_fields(self):
        return list(self.rule.fields) if self.rule else []

    def data_fields(self):
        return {"record": self.cleaned_data["record"]}
