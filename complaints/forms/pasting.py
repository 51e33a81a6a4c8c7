"""Several complaints pasted from a sheet: a line each, all registered or none."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID, uuid5

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.forms.base import KeyedForm
from complaints.forms.intake import RegisterForm
from complaints.joining import listed

MOST = 100
LIMIT = 200_000
RECEIVED = "received_at"


@dataclass(frozen=True)
class Fault:
    """What is wrong in one line; `column` is the sheet's heading, empty for the whole line."""

    line: int
    column: str
    words: str


class PasteForm(KeyedForm):
    """The pasted text: the first line holds headings, the labels of the registration form."""

    rows = forms.CharField(
        label=gettext_lazy("表格内容"),
        max_length=LIMIT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "wrap": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args, sample: RegisterForm, place: str | None, **options):
        """`sample` is an empty registration; `place` who takes in what says nothing of it."""
        super().__init__(*args, **options)
        self.sample, self.place = sample, place
        self.faults: list[Fault] = []
        self.complaints: list[RegisterForm] = []

    def headings(self) -> dict[str, str]:
        """Return the heading of each field that a line can hold, by its key."""
        keys = [*self.sample.asked, RECEIVED, "late_reason"]
        return {key: str(self.sample.fields[key].label) for key in keys}

    def clean_rows(self):
        """Read every line as a registration; `faults` are all that is wrong, by line."""
        lines = list(csv.reader(self.cleaned_data["rows"].splitlines(), delimiter="\t"))
        lines = [(at, line) for at, line in enumerate(lines, 1) if any(map(str.strip, line))]
        if len(lines) < 2:
            raise forms.ValidationError(_("至少要有一行标题和一行投诉。"))
        if len(lines) - 1 > MOST:
            raise forms.ValidationError(_("一次最多登记 %(most)s 件。") % {"most": MOST})
        keys = self._keys(lines[0][1])
        self.complaints = [self._complaint(at, keys, line) for at, line in lines[1:]]
        return self.cleaned_data["rows"]

    def _keys(self, titles: list[str]) -> list[str]:
        known = {label: key for key, label in self.headings().items()}
        unknown = [title for title in titles if title.strip() not in known]
        if unknown:
            raise forms.ValidationError(
                _("没有这样的栏目：%(unknown)s。可用：%(known)s。")
                % {"unknown": listed(unknown), "known": listed(known)}
            )
        return [known[title.strip()] for title in titles]

    def _complaint(self, at: int, keys: list[str], line: list[str]) -> RegisterForm:
        cells = dict(zip(keys, map(str.strip, line), strict=False))
        data = {name: self._value(name, cell) for name, cell in cells.items() if cell}
        data.setdefault(RECEIVED, self.sample[RECEIVED].value())
        if self.place:
            data.setdefault("receiving_department", self.place)
        data["key"] = str(uuid5(self.cleaned_data.get("key") or UUID(int=0), str(at)))
        form = RegisterForm(data, regulation=self.sample.regulation, now=self.sample.now)
        if len(line) > len(keys):
            self.faults.append(
                Fault(at, "", _("比标题多出 %(n)s 格") % {"n": len(line) - len(keys)})
            )
        for name, errors in form.errors.items():
            label = str(form.fields[name].label) if name in form.fields else ""
            self.faults += [Fault(at, label, error) for error in errors]
        return form

    def _value(self, name: str, cell: str):
        """Return a cell as the form's own value: a choice may be written in its words."""
        field = self.sample.fields[name]
        choices = {str(label): value for value, label in getattr(field, "choices", ())}
        if isinstance(field, forms.MultipleChoiceField):
            return [choices.get(part, part) for part in _parts(cell)]
        return choices.get(cell, cell)

    def clean(self):
        if self.faults:
            raise forms.ValidationError(
                _("有 %(count)s 处不对，一件也没有登记。") % {"count": len(self.faults)}
            )
        return super().clean()


def _parts(cell: str) -> Iterator[str]:
    return (part.strip() for part in cell.replace("，", "、").split("、") if part.strip())
