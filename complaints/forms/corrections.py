"""Correcting the facts of a case: those its regulation asks for, and those that come to light."""

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.acts import form_for
from complaints.forms.asked import fact_fields
from complaints.forms.base import ActForm
from complaints.forms.facts import FACT_FIELDS, fact_value, field_value
from complaints.histories import facts_of
from complaints.lifecycle import Kind

# Known only while a case is handled, so that no intake asks for them.
LATER = ("same_issue_complainants", "same_target_complaints", "fault", "mishandled")


@form_for(Kind.FACTS_CHANGED)
class FactsChangedForm(ActForm):
    """Corrects facts; only what differs goes into the event."""

    reason = forms.CharField(label=_("更正原因"), max_length=500)
    text_fields = ("reason",)

    def build(self):
        self.known = facts_of(self.case.events.order_by("seq"))
        made = fact_fields(self.pack)
        made |= {name: FACT_FIELDS[name]() for name in LATER if name not in made}
        if "category" in made:
            made["category"].required = True
        self.facts = tuple(made)
        self.fields |= made
        self.initial |= {name: field_value(name, self.known.get(name)) for name in made}
        self.order_fields([*made, "reason"])

    def data_fields(self):
        entered = {name: fact_value(name, self.cleaned_data[name]) for name in self.facts}
        return {name: value for name, value in entered.items() if value != self.known.get(name)}

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not self.data_fields():
            raise forms.ValidationError(_("没有更正任何事实。"))
        return cleaned
