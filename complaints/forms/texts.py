"""Free text in a form."""

from django import forms

TEXT_LIMIT = 4000


class TextArea(forms.CharField):
    """Free text of bounded length, stored in a row of its own."""

    def __init__(self, **options):
        options.setdefault("max_length", TEXT_LIMIT)
        options.setdefault("widget", forms.Textarea(attrs={"rows": 3}))
        super().__init__(**options)
