"""Readings of a pack as form fields: an open point is chosen, a figure of the house is filled in."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from regulations.condition_words import reading_words
from regulations.engine.pack import Pack, Reading

FIGURE = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")


class ReadingsForm(forms.Form):
    """Values for the readings of a pack; `settings_only` leaves out what is a reading of the text."""

    prefix = "reading"

    def __init__(self, *args, pack: Pack, settings_only: bool = False, **options):
        super().__init__(*args, **options)
        self.readings = {
            reading.key: reading
            for reading in pack.readings
            if (reading.setting or reading.alternatives) and (reading.setting or not settings_only)
        }
        for key, reading in self.readings.items():
            self.fields[key] = _field(reading)
            self.fields[key].clauses = reading.source

    def clean(self):
        cleaned = super().clean()
        for key in self.readings.keys() & cleaned.keys():
            try:
                cleaned[key] = _value(self.readings[key], cleaned[key])
            except ValueError as problem:
                self.add_error(key, str(problem))
        return cleaned

    def chosen(self) -> dict[str, Any]:
        """Return the values that differ from the pack's own, as JSON holds them."""
        found = {}
        for key, reading in self.readings.items():
            value = self.cleaned_data.get(key, "")
            if value not in ("", reading.value):
                found[key] = float(value) if isinstance(value, Decimal) else value
        return found


def _field(reading: Reading) -> forms.Field:
    if _is_figure(reading):
        return forms.CharField(
            label=reading.label,
            required=False,
            max_length=20,
            initial="" if reading.value is None else str(reading.value),
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        )
    return forms.ChoiceField(
        label=reading.label,
        required=False,
        choices=[(str(value), reading_words(reading, value)) for value in _values(reading)],
        initial=str(reading.value),
    )


def _values(reading: Reading) -> tuple[Any, ...]:
    return (reading.value, *reading.alternatives)


def _is_figure(reading: Reading) -> bool:
    """Say whether the house may set any figure, not only one of those that the pack lists."""
    known = [value for value in _values(reading) if value is not None]
    return reading.setting and all(
        isinstance(value, int | Decimal) and not isinstance(value, bool) for value in known
    )


def _value(reading: Reading, text: str) -> Any:
    """Return what was entered in its own type, "" for nothing. Raises ValueError for no figure."""
    if text == "":
        return ""
    for value in _values(reading):
        if str(value) == text:
            return value
    if not FIGURE.fullmatch(text):
        raise ValueError(_("请填写数字，例如 3 或 0.25。"))
    return Decimal(text) if "." in text else int(text)
