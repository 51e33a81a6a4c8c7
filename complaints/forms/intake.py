"""The registration form: the fields of the pack in force, and nothing else."""

from datetime import timedelta
from uuid import uuid4

from django import forms
from django.conf import settings
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from complaints.forms.asked import form_field
from complaints.forms.base import KeyedForm
from complaints.forms.facts import fact_value
from complaints.intake import Intake, facts_from
from complaints.models.particulars import COLUMNS
from complaints.wording import clauses
from regulations.engine.facts import normal
from regulations.engine.pack import Pack
from regulations.forms.fields import Moment
from regulations.models import Regulation


class WhichForm(forms.Form):
    """Under which regulation the complaint falls; only asked where there are several."""

    regulation = forms.ModelChoiceField(
        label=_("适用制度"), queryset=Regulation.objects.none(), empty_label=None
    )

    def __init__(self, *args, actor, **options):
        super().__init__(*args, **options)
        self.fields["regulation"].queryset = Regulation.objects.filter(unit__in=actor.units())


class RegisterForm(KeyedForm):
    """One page of fields made from a pack; conditional ones are required only where they apply."""

    received_at = Moment(label=_("收到时间"))
    late_reason = forms.CharField(
        label=_("补录原因"),
        required=False,
        max_length=200,
        help_text=_("收到时间早于现在15分钟以上时须填写。"),
    )

    def __init__(self, *args, regulation: Regulation, now, **options):
        self.regulation, self.now = regulation, now
        self.version = regulation.versions.in_force(localdate(now)).first()
        self.pack: Pack = self.version.pack
        initial = {"received_at": now, "key": uuid4()} | options.pop("initial", {})
        super().__init__(*args, initial=initial, **options)
        for field in self.pack.intake:
            if field.key not in self.fields:
                self.fields[field.key] = form_field(field, self.pack)
        self.asked = {field.key: field for field in self.pack.intake}

    def clean_received_at(self):
        """Return the moment of receipt; an earlier version of the pack may then be in force."""
        received = self.cleaned_data["received_at"]
        if received > self.now:
            raise forms.ValidationError(_("收到时间不能晚于现在。"))
        version = self.regulation.versions.in_force(localdate(received)).first()
        if version is None:
            raise forms.ValidationError(_("该日尚无已施行的制度版本。"))
        self.version = version
        return received

    def clean(self):
        cleaned = super().clean()
        view = _view(self.facts())
        for field in self.pack.intake:
            applies = field.required and field.when.holds(view)
            empty = cleaned.get(field.key) in (None, "", [])
            if applies and empty and field.key not in self.errors:
                self.add_error(
                    field.key,
                    _("必填。依据：%(basis)s。") % {"basis": clauses(self.pack, field.source)},
                )
        received = cleaned.get("received_at")
        gap = timedelta(minutes=settings.LATE_ENTRY_MINUTES)
        if received and self.now - received > gap and not cleaned.get("late_reason"):
            self.add_error("late_reason", _("补录较早收到的投诉须写明原因。"))
        return cleaned

    def facts(self) -> dict:
        """Return what has been entered so far as the engine's facts; unknown ones are left out."""
        return facts_from(
            self.pack,
            {
                field.key: fact_value(field.fact, self.cleaned_data.get(field.key))
                for field in self.pack.intake
                if field.fact
            },
        )

    def intake(self) -> Intake:
        """Return the complaint for registration."""
        values = {
            key: self.cleaned_data.get(key)
            for key, field in self.asked.items()
            if self.cleaned_data.get(key) not in (None, "", [])
        }
        columns = {name: str(values[key]) for key, name in COLUMNS.items() if key in values}
        columns.setdefault("subject", columns.get("description", "")[:60])
        more = {key: _plain(value) for key, value in values.items() if key not in COLUMNS}
        return Intake(
            version=self.version,
            received_at=self.cleaned_data["received_at"],
            facts=self.facts(),
            particulars=columns | {"more": more},
            texts={"late_reason": self.cleaned_data.get("late_reason") or ""},
        )


def _view(facts: dict) -> dict:
    return {name: normal(name, value) for name, value in facts.items()}


def _plain(value):
    return value if isinstance(value, str | int | bool | list) else str(value)
