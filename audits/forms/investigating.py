"""Fixing responsibility for a case that was investigated beside the samples."""

from django import forms
from django.utils.translation import gettext_lazy as _

from audits import findings
from audits.models import Finding
from complaints.forms.base import KeyedForm, TextArea
from regulations import bindings


class InvestigateForm(KeyedForm):
    """Who is responsible for a case that was investigated beside the samples."""

    department = forms.ChoiceField(label=_("责任部门"))
    basis = forms.ChoiceField(label=_("依据"))
    reason = TextArea(label=_("调查情况与责任认定"))

    def __init__(self, *args, case, actor, **options):
        self.case, self.actor = case, actor
        super().__init__(*args, **options)
        pack = case.version.pack
        places = bindings.departments(case.version)
        self.fields["department"].choices = [(one.pk, one.name) for one in places]
        self.initial.setdefault("department", case.department_id)
        audited = [fact for fact in pack.facts.values() if fact.kind == "audit"]
        self.fields["basis"].choices = [
            ("", _("单位设定")),
            *((fact.id, f"{fact.clause} {fact.line}") for fact in audited),
        ]
        self.fields["basis"].required = False

    def send(self) -> Finding:
        entered = self.cleaned_data
        return findings.investigate(
            self.case.pk,
            actor=self.actor,
            department=int(entered["department"]),
            source=(entered["basis"],) if entered["basis"] else (),
            text=entered["reason"],
        )
