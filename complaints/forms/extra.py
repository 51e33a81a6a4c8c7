"""Fields that a regulation adds to the form of an act, and how an event keeps them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from complaints.forms.texts import TextArea
from regulations import bindings
from regulations.engine.conditions import ALWAYS
from regulations.engine.pack import Field
from regulations.forms.fields import Day, Moment

# Fields of these types hold free text: a row of its own, to which the event refers.
TEXTS = frozenset({"text", "longtext", "phone"})
LINE_LIMIT = 200
UNKNOWN = [("", _("请选择"))]
YES_NO = [("yes", _("是")), ("no", _("否"))]


def act_field(field: Field, form) -> forms.Field:
    """Return the form field for a field that a regulation adds; `form` is that of the act."""
    options = {
        "label": field.label,
        "required": field.required and field.when is ALWAYS,
        "help_text": form.pack.basis(field.source),
    }
    match field.type:
        case "choice":
            return forms.ChoiceField(choices=[*UNKNOWN, *field.options], **options)
        case "multichoice":
            boxes = forms.CheckboxSelectMultiple
            return forms.MultipleChoiceField(choices=field.options, widget=boxes, **options)
        case "people":
            return forms.MultipleChoiceField(choices=_people(form.case), **options)
        case "bool":
            return forms.ChoiceField(choices=YES_NO, widget=forms.RadioSelect, **options)
        case "longtext":
            return TextArea(**options)
        case "int":
            return forms.IntegerField(min_value=0, **options)
        case "decimal":
            return forms.DecimalField(
                min_value=Decimal(0), max_digits=12, decimal_places=2, **options
            )
        case "date":
            return Day(**options)
        case "datetime":
            return Moment(**options)
    return forms.CharField(max_length=LINE_LIMIT, **options)


def _people(case) -> list[tuple[int, str]]:
    """Return who holds a post in the case's unit."""
    unit = bindings.within(case.unit)
    people = User.objects.filter(posts__department__in=unit, is_active=True)
    return [(one.pk, one.name) for one in people.distinct().order_by("pk")]


def plain(field: Field, value: Any) -> Any:
    """Return what was entered as an event keeps it: codes, numbers as text, ids, ISO times."""
    if field.type == "people":
        return [int(one) for one in value]
    if field.type == "bool":
        return value == "yes"
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
