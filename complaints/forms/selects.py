"""A select of many options, printed in one go."""

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join


class PlainSelect(forms.Select):
    """A select without groups. Django's makes each option from a template of its own: the list's
    filters, with the categories and departments of a house, took as long as its fifty cases.
    """

    def render(self, name, value, attrs=None, renderer=None):
        chosen = self.format_value(value)
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((one, flatatt({"selected": str(one) in chosen}), text) for one, text in self.choices),
        )
        every = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        return format_html("<select{}>{}</select>", flatatt(every), options)
