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
from complaints.forms.extra import TEXTS, act_field, plain
from complaints.forms.texts import TextArea
from complaints.lifecycle import Kind
from complaints.pipeline import Act
from regulations.engine.pack import Field, Reply
from regulations.forms.fields import Moment

__all__ = ["YES_NO", "ActForm", "KeyedForm", "TextArea", "content_of", "date_in_china", "terms"]

# What an act says of a case, which a condition may ask for.
OF_ACTS = ("valid", "conclusion", "opinion", "satisfaction")


def date_in_china(moment) -> str:
    return localtime(moment).date().isoformat()


# What is another one each time a form is drawn.
OF_THE_DRAWING = frozenset({"key", "csrfmiddlewaretoken", "ticket"})


def content_of(path: str, data: QueryDict, files: MultiValueDict | None = None) -> str:
    """Return a digest of what was sent where, without what stands for the drawn form itself."""
    entered = {name: data.getlist(name) for name in data if name not in OF_THE_DRAWING}
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
    # What an address may begin a form with.
    begun_by: tuple[str, ...] = ("reply",)
    # The field with the words to the customer, empty where an act says nothing to them.
    reply_field: str = ""
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
        self.extra = self.extra_fields()
        for field in self.extra:
            self.fields[field.key] = act_field(field, self)
        own = (field.key for field in self.extra if field.type in TEXTS)
        self.text_fields = (*self.text_fields, *own)
        self._demand()
        self._begin_with_reply()
        last = ("files", "note", *self.folded)
        self.order_fields([*(name for name in self.fields if name not in last), *last])

    def build(self):
        """Fill choices from the pack and the case."""

    def _begin_with_reply(self) -> None:
        """Begin the words to the customer with the reply that was chosen."""
        chosen = next((one for one in self.replies if one.key == self.initial.get("reply")), None)
        if chosen is not None:
            self.initial[self.reply_field] = chosen.text

    @property
    def replies(self) -> tuple[Reply, ...]:
        """Return the regulation's own words that this act may begin with."""
        return self.pack.replies if self.reply_field in self.fields else ()

    @property
    def title(self) -> str:
        """Return what the act is called on its page."""
        return str(Kind(self.kind).label)

    def extra_fields(self) -> list[Field]:
        """Return the fields that the regulation adds to this act."""
        return [one.field for one in self.pack.added if one.event == self.kind]

    def clean(self):
        """Ask for what the regulation wants under a condition; the act itself may make it true."""
        cleaned = super().clean()
        said = {name: cleaned.get(name) for name in OF_ACTS if cleaned.get(name)}
        if "valid" in said:
            said["valid"] = said["valid"] == "yes"
        for field in self.extra:
            empty = cleaned.get(field.key) in (None, "", [])
            wanted = field.required and field.when.holds(said) and field.key not in self.errors
            if empty and wanted:
                basis = self.pack.basis(field.source)
                self.add_error(field.key, _("必填。依据：%(basis)s。") % {"basis": basis})
        return cleaned

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

    def _extra_data(self) -> dict:
        """Return what was entered in the regulation's own fields, as an event keeps it."""
        coded = (field for field in self.extra if field.type not in TEXTS)
        return {
            field.key: plain(field, self.cleaned_data[field.key])
            for field in coded
            if self.cleaned_data.get(field.key) not in (None, "", [])
        }

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
            data=self.data_fields() | self._extra_data(),
            texts={name: text for name, text in texts.items() if text},
            at=self.cleaned_data.get("at"),
            files=files,
        )


def terms(names) -> list[tuple[str, str]]:
    """Return choices of the pack's terms, which are their own values."""
    return [(name, name) for name in names]


YES_NO = [("yes", _("是")), ("no", _("否"))]
