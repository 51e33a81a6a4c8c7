"""The engine's facts as form fields: what the intake of a pack asks for, and what else its rules see."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from regulations.engine.conditions import All, AnyOf, Condition, NoneOf, Tagged
from regulations.engine.facts import AMOUNTS, CHOICES, COUNTS, KNOWN, MOMENTS, TRUTHS
from regulations.engine.pack import Pack
from regulations.forms.fields import Moment
from regulations.words import CHOICES as CHOICE_WORDS
from regulations.words import FACTS
from regulations.words import TRUTHS as TRUTH_WORDS

UNKNOWN = [("", _("未知"))]
YES_NO = [*UNKNOWN, ("yes", _("是")), ("no", _("否"))]
MOST = 1_000_000


class FactsForm(forms.Form):
    """The facts of a case that the engine reads. Everything may stay unknown."""

    prefix = "fact"

    def __init__(self, *args, pack: Pack, **options):
        super().__init__(*args, **options)
        self.pack = pack
        for name, label in asked(pack).items():
            self.fields[name] = _field(name, label, pack)
        if ticked := tagged(pack):
            self.fields["tags"] = forms.MultipleChoiceField(
                label=FACTS["tags"],
                choices=ticked,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    def facts(self) -> dict[str, Any]:
        """Return what is known, as the engine takes it."""
        known = {name: _fact(name, self.cleaned_data.get(name)) for name in self.fields}
        return {name: value for name, value in known.items() if value is not None}


def asked(pack: Pack) -> dict[str, str]:
    """Return the facts that a pack asks for or looks at, with their labels, in the intake's order."""
    names = {field.fact: field.label for field in pack.intake if field.fact}
    for name in sorted((pack.asked & KNOWN) - names.keys(), key=list(FACTS).index):
        names[name] = str(TRUTH_WORDS[name][0] if name in TRUTH_WORDS else FACTS[name])
    return names


def tagged(pack: Pack) -> list[tuple[str, str]]:
    """Return the facts that only a person can see, each with its line."""
    criteria = [c for level in pack.grades for c in (*level.criteria, *level.requires)]
    ids = {one for rule in (*criteria, *pack.approvals) for one in _ticked(rule.when)}
    return [
        (name, f"{fact.clause} {fact.line}") for name, fact in pack.facts.items() if name in ids
    ]


def _ticked(condition: Condition) -> set[str]:
    match condition:
        case Tagged(ids=ids):
            return set(ids)
        case All(parts=parts) | AnyOf(parts=parts) | NoneOf(parts=parts):
            return {one for part in parts for one in _ticked(part)}
    return set()


def _field(name: str, label: str, pack: Pack) -> forms.Field:
    if name in TRUTHS:
        return forms.ChoiceField(label=label, choices=YES_NO, required=False)
    if name in MOMENTS:
        return Moment(label=label, required=False)
    if name in COUNTS:
        return forms.IntegerField(label=label, min_value=0, max_value=MOST, required=False)
    if name in AMOUNTS:
        return forms.DecimalField(
            label=label, min_value=Decimal(0), max_digits=12, decimal_places=2, required=False
        )
    return forms.ChoiceField(label=label, choices=[*UNKNOWN, *_terms(name, pack)], required=False)


def _terms(name: str, pack: Pack) -> list[tuple[str, Any]]:
    """Return the values that a fact may have: its codes, the pack's terms, the intake's options."""
    if name in CHOICES:
        return [(code, CHOICE_WORDS[code]) for code in CHOICES[name]]
    lists: dict[str, Any] = {
        "category": pack.categories,
        "clock_category": pack.clock_categories,
        "channel": pack.channels,
        "customer_kind": pack.customer_kinds,
        "receiving_department": pack.departments,
        "urgency": pack.urgencies,
        "recurs_from": pack.grades,
    }
    words = [term.name for term in lists.get(name, ())]
    plain = {"kind": pack.kinds, "project": pack.projects}
    words += plain.get(name, ())
    field = next((one for one in pack.intake if one.fact == name), None)
    return [(word, word) for word in words] or list(field.options if field else ())


def _fact(name: str, value: Any) -> Any:
    if value in (None, "", []):
        return None
    if name in TRUTHS:
        return value == "yes"
    return str(value) if isinstance(value, Decimal) else value
