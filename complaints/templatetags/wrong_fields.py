"""The fields of any form that have to be mended, for the summary above it."""

from django import forms, template

register = template.Library()


@register.filter
def wrong_fields(form: forms.BaseForm) -> list[forms.BoundField]:
    """Return the visible fields with errors, in the order of the page."""
    return [field for field in form.visible_fields() if field.errors]
