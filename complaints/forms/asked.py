"""A field of a pack's intake as a field of a form."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.facts import FACT_FIELDS
from complaints.forms.texts import TextArea
from complaints.models.particulars import COLUMNS, Particulars
from regulations.engine.pack import Field, Pack
from regulations.forms.fields import Moment

UNKNOWN = [("", _("请选择"))]
LINE_LIMIT = 200


def form_field(field: Field, pack: Pack) -> forms.Field:
    """Return the form field for one intake field of a pack."""
    options = {"label": field.label, "required": False}
    if field.fact in FACT_FIELDS:
        made = FACT_FIELDS[field.fact]()
        made.label = field.label
    elif field.type == "choice":
        made = forms.ChoiceField(choices=[*UNKNOWN, *field.options], **options)
    elif field.type == "multichoice":
        boxes = forms.CheckboxSelectMultiple
        made = forms.MultipleChoiceField(choices=field.options, widget=boxes, **options)
    elif field.type == "longtext":
        made = TextArea(**options)
    elif field.type == "bool":
        made = forms.ChoiceField(choices=[*UNKNOWN, ("yes", _("是")), ("no", _("否"))], **options)
    elif field.type == "int":
        made = forms.IntegerField(min_value=0, **options)
    elif field.type == "decimal":
        made = forms.DecimalField(min_value=Decimal(0), max_digits=12, decimal_places=2, **options)
    elif field.type == "date":
        made = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **options)
    elif field.type == "datetime":
        made = Moment(**options)
    else:
        made = forms.CharField(max_length=_limit(field.key), **options)
    made.widget.attrs["data-clause"] = pack.basis(field.source)
    made.wanted = field.required
    made.wide = field.key == "subject" or field.type == "multichoice"
    return made


def fact_fields(pack: Pack) -> dict[str, forms.Field]:
    """Return a form field for each fact that the intake asks for; all boxes to tick are one."""
    made: dict[str, forms.Field] = {}
    for field in pack.intake:
        if field.fact == "tags" and field.fact in made:
            made[field.fact].choices = [*made[field.fact].choices, *field.options]
        elif field.fact:
            made[field.fact] = form_field(field, pack)
    return made


def _limit(key: str) -> int:
    """Return how many characters of a value can be stored."""
    return Particulars._meta.get_field(COLUMNS[key]).max_length if key in COLUMNS else LINE_LIMIT
