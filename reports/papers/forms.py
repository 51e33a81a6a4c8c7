"""The form with which a house's own template comes in."""

import tempfile
from pathlib import Path

from django import forms
from django.utils.translation import gettext_lazy as _

from regulations.engine.printed import Form
from reports.papers import own


class PaperForm(forms.Form):
    """A DOCX with placeholders; what is wrong with it is all told at once."""

    file = forms.FileField(label=_("模板文档（.docx）"))

    def __init__(self, *args, paper: Form, **options):
        super().__init__(*args, label_suffix="", auto_id=f"id_{paper.key}_%s", **options)
        self.paper = paper
        self.placeholders: list[str] = []

    def clean_file(self):
        file = self.cleaned_data["file"]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "template.docx"
            with path.open("wb") as copy:
                for part in file.chunks():
                    copy.write(part)
            try:
                self.placeholders = own.check(path, file.name, self.paper)
            except own.BadPaper as bad:
                raise forms.ValidationError(list(bad.problems)) from None
        file.seek(0)
        return file
