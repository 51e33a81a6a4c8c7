"""What a complaint that is still being typed leads to, and what is known beside it."""

import json
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.actors import Actor
from complaints import presenting, revealing, suggesting
from complaints.forms.intake import RegisterForm
from complaints.histories import verdict_of
from complaints.lifecycle import Kind
from complaints.models import Complaint
from complaints.models.particulars import COLUMNS
from complaints.personal import NOTHING, SORTS, Veil
from complaints.wording import moment_words
from regulations.engine.facts import normal, urgency_of, with_derived
from regulations.engine.history import Event, History
from regulations.engine.pack import Pack

# Fewer characters of text say nothing about the matter.
LITTLE = 4
# What an earlier case tells of the same customer, by the key of the field that asks for it.
OF_CUSTOMER = ("customer_name", "customer_kind", "room", "phone", "project", "plate")


@dataclass(frozen=True)
class NearView:
    """One earlier or similar case in words; `fill` is what it tells of the customer, as JSON."""

    pk: int
    number: str
    url: str
    subject: str
    state: str
    state_label: str
    received_at: str
    grade: str
    repeat: bool
    ticked: bool
    fill: dict[str, str]

    @property
    def fill_json(self) -> str:
        return json.dumps(self.fill, ensure_ascii=False)


def preview_of(actor: Actor, form: RegisterForm) -> dict:
    """Return what the panel beside the form shows; `form` has been cleaned."""
    return _judged(form) | _beside(actor, form) | {"conduct": conduct(form.pack)}


def conduct(pack: Pack) -> list[dict[str, str]]:
    """Return how the regulation wants customers to be met, line by line."""
    return [
        {"line": pack.facts[one].line, "clause": pack.facts[one].clause} for one in pack.conduct
    ]


def _judged(form: RegisterForm) -> dict:
    """Judge the facts entered so far as if the complaint were registered now."""
    pack, facts = form.pack, form.facts()
    received = form.cleaned_data.get("received_at") or form.now
    history = History(
        "preview",
        facts,
        (
            Event(received, Kind.RECEIVED, {"calendar": form.version.calendar}),
            Event(form.now, Kind.REGISTERED),
        ),
    )
    verdict = verdict_of(Complaint(version=form.version), history, form.now)
    return {
        "clocks": [presenting.clock_view(c, pack, form.now) for c in verdict.clocks],
        "grade": verdict.grade.name or "",
        "grade_basis": pack.basis(verdict.grade.source) if verdict.grade.source else "",
        "responsible": verdict.responsible,
        "responsible_basis": pack.basis(verdict.responsible.source)
        if verdict.responsible.source
        else "",
        "urgency": _urgency(form, facts),
        "reports": [{"to": r.to, "basis": pack.basis(r.source)} for r in verdict.reports],
    }


def _urgency(form: RegisterForm, facts: dict) -> dict | None:
    """Return how urgent the facts make it, where the regulation has levels of urgency."""
    levels = form.pack.urgencies
    view = with_derived({name: normal(name, value) for name, value in facts.items()})
    name = urgency_of(levels, view.get("urgency"), view)
    level = next((one for one in levels if one.name == name), None)
    return level and {"name": level.name, "basis": form.pack.basis(level.source)}


def _beside(actor: Actor, form: RegisterForm) -> dict:
    """Return the earlier cases of this customer, similar open ones, and a category."""
    given = {name: form.cleaned_data.get(key) for key, name in COLUMNS.items()}
    entered = {name: str(value).strip() for name, value in given.items() if value}
    registers = {key: str(form.cleaned_data.get(key) or "") for key in suggesting.REGISTERS}
    entered |= {key: value.strip() for key, value in registers.items()}
    received = form.cleaned_data.get("received_at") or form.now
    text = f"{entered.get('subject', '')}\n{entered.get('description', '')}"
    category = form.cleaned_data.get("category") or ""
    before = suggesting.earlier(actor, entered, received)
    found, wanted = [], None
    if len(text) > LITTLE:
        rows = suggesting.recent(actor, form.version, category)
        found = suggesting.similar(rows, text, without=[one.case.pk for one in before])
        wanted = None if category else suggesting.suggested(form.pack, rows, text)
    phone = entered.get("phone")
    again = [one.case for one in before if phone and one.case.told.phone == phone]
    shown = revealing.to_the_same_caller(actor, again)
    return {
        "earlier": [_near(one, form, "repeats", shown.get(one.case.pk, NOTHING)) for one in before],
        "similar": [_near(one, form, "same_issue") for one in found],
        "suggested": wanted and _suggested(wanted, form),
    }


def _near(
    near: suggesting.Near, form: RegisterForm, field: str, shown: frozenset[str] = NOTHING
) -> NearView:
    """Return an earlier case in words; `shown` are the sorts of values it tells of its customer."""
    case, told = near.case, near.case.told
    tells = {key: told.value(key) for key in OF_CUSTOMER if key in form.fields}
    tells = {key: one for key, one in tells.items() if SORTS.get(key) in {None, *shown}}
    if "project" in tells:
        tells["project"] = case.project
    return NearView(
        pk=case.pk,
        number=case.number,
        url=reverse("case", args=[case.number]),
        subject=Veil(told).value("subject"),
        state=case.state,
        state_label=str(case.get_state_display()),
        received_at=moment_words(case.received_at),
        grade=case.grade,
        repeat=near.repeat,
        ticked=case.pk in (form.cleaned_data.get(field) or ()),
        fill={key: value for key, value in tells.items() if isinstance(value, str) and value},
    )


def _suggested(found: suggesting.Suggestion, form: RegisterForm) -> dict:
    because = []
    if found.words:
        because.append(_("提到“%(words)s”") % {"words": "”“".join(found.words)})
    if found.cases:
        because.append(_("%(count)s 件相近案件") % {"count": found.cases})
    return {
        "name": found.category.name,
        "because": because,
        "first": found.category.first or "",
        "basis": form.pack.basis(found.category.source),
    }
