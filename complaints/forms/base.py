"""What every form of an act has in common: its key, what it was drawn from, and when it happened."""

import hashlib
import json
from collections.abc import Sequence
from uuid import uuid4

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from complaints.attachments.keeping import Checked, Kept, sha256_of
from complaints.pipeline import Act
from regulations.forms.fields import Moment

TEXT_LIMIT = 4000


class TextArea(forms.CharField):
    """Free text of bounded length, stored in a row of its own."""

    def __init__(self, **options):
        options.setdefault("max_length", TEXT_LIMIT)
        options.setdefault("widget", forms.Textarea(attrs={"rows": 3}))
        super().__init__(**options)


def date_in_china(moment) -> str:
    return localtime(moment).date().isoformat()


def content_of(path: str, data: QueryDict, files: MultiValueDict | None = None) -> str:
    """Return a digest of what was sent where, without the key and the browser's token."""
    entered = {
        name: data.getlist(name) for name in data if name not in {"key", "csrfmiddlewaretoken"}
    }
    for name in files or ():
        entered[f"file:{name}"] = [sha256_of(one) for one in files.getlist(name)]
    return hashlib.sha256(json.dumps([path, entered], sort_keys=True).encode()).hexdigest()


class KeyedForm(forms.Form):
    """A form that is one act however often it is sent."""

    # Names of fields that the page folds away until they are needed.
    folded: tuple[str, ...] = ()

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class ActForm(KeyedForm):
    """The form of one kind of act on a case.

    Subclasses set `kind`, add fields, and say in `data()` and `texts()` which of them are codes
    for the event and which are free text.
    """

    kind: str = ""
    text_fields: tuple[str, ...] = ()
    folded = ("at", "late_reason")

    seen = forms.IntegerField(widget=forms.HiddenInput)
    at = Moment(
        label=_("发生时间"),
        required=False,
        help_text=_("留空即现在；补录超过15分钟须写原因。"),
    )
    late_reason = forms.CharField(label=_("补录原因"), required=False, max_length=200)

    def __init__(self, *args, case, verdict, actor, **options):
        self.case, self.verdict, self.actor = case, verdict, actor
        self.pack = case.version.pack
        initial = {"seen": case.event_count} | options.pop("initial", {})
        super().__init__(*args, initial=initial, **options)
        self.build()
        self._demand()
        last = ("files", "note", *self.folded)
        self.order_fields([*(name for name in self.fields if name not in last), *last])

    def build(self):
        """Fill choices from the pack and the case."""

    def _demand(self):
        """Require what the regulation wants an act to carry."""
        for demand in self.pack.demands:
            if demand.event == self.kind and demand.field in self.fields:
                self.fields[demand.field].required = True
                self.fields[demand.field].help_text = self.pack.basis(demand.source)

    def data_fields(self) -> dict:
        """Return the codes, numbers and times of the event."""
        own = set(self.fields) - {"key", "seen", "at", "late_reason", "files", *self.text_fields}
        return {name: self.cleaned_data[name] for name in own if self._given(name)}

    def _given(self, name):
        return self.cleaned_data.get(name) not in (None, "")

    def uploads(self) -> list[Checked]:
        """Return the files that were sent with a valid form."""
        return self.cleaned_data.get("files") or []

    def act(self, files: Sequence[Kept] = ()) -> Act:
        """Return what was entered as an act for the pipeline; `files` are the kept `uploads`."""
        texts = {name: self.cleaned_data.get(name) or "" for name in self.text_fields}
        texts["late_reason"] = self.cleaned_data.get("late_reason") or ""
        return Act(
            kind=self.kind,
            data=self.data_fields(),
            texts={name: text for name, text in texts.items() if text},
            at=self.cleaned_data.get("at"),
            files=files,
        )


def terms(names) -> list[tuple[str, str]]:
    """Return choices of the pack's terms, which are their own values."""
    return [(name, name) for name in names]


YES_NO = [("yes", _("是")), ("no", _("否"))]
