"""Forms of audits: one for each step on a plan, a paper or a finding."""

from collections.abc import Sequence
from typing import Any

from audits.forms.findings import (
    CheckForm,
    CloseForm,
    DecideForm,
    HandOverForm,
    ObjectForm,
    OrderForm,
    ReportForm,
)
from audits.forms.investigating import InvestigateForm
from audits.forms.papers import (
    ApproveForm,
    AssignForm,
    EvidenceForm,
    ReplaceForm,
    SendBackForm,
    SubmitForm,
)
from audits.forms.plans import AddForm, DrawForm

__all__ = [
    "FINDING_STEPS",
    "PAPER_STEPS",
    "PLAN_STEPS",
    "STEPS",
    "InvestigateForm",
    "name_of",
    "offered",
]

PLAN_STEPS = (DrawForm, AddForm)
PAPER_STEPS = (EvidenceForm, SubmitForm, ApproveForm, SendBackForm, AssignForm, ReplaceForm)
FINDING_STEPS = (
    ObjectForm,
    DecideForm,
    OrderForm,
    ReportForm,
    CheckForm,
    HandOverForm,
    CloseForm,
)


def name_of(form: type) -> str:
    """Return the step's name in addresses and in the policy."""
    return getattr(form, "act_name", None) or form.act


STEPS: dict[tuple[str, str], type] = {
    (subject, name_of(form)): form
    for subject, forms_ in (
        ("plans", PLAN_STEPS),
        ("papers", PAPER_STEPS),
        ("findings", FINDING_STEPS),
    )
    for form in forms_
}


def offered(subject_steps: Sequence[type], actor, thing) -> list[dict[str, Any]]:
    """Return the steps that this person may take on a thing now."""
    return [
        {"act": name_of(form), "title": form.title}
        for form in subject_steps
        if form.possible(thing) and form.permission(actor, thing).allowed
    ]
