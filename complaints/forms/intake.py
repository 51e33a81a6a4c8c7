"""The registration form: the fields of the pack in force, and nothing else."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from complaints.forms.asked import form_field
from complaints.forms.base import KeyedForm, TextArea, terms
from complaints.forms.facts import fact_value
from complaints.intake import Intake, facts_from
from complaints.lifecycle import Kind
from complaints.models import Relation
from complaints.models.particulars import COLUMNS
from complaints.notice import BY_STAFF, How, lines, told
from complaints.pipeline import Act
from complaints.settling import Settled
from complaints.wording import clauses
from regulations.engine.conditions import ALWAYS
from regulations.engine.facts import normal
from regulations.engine.pack import Field, Pack
from regulations.forms.fields import Moment
from regulations.models import Regulation

# Who took the complaint in, by its key in every pack that asks for it.
RECEIVER = "receiving_department"
TICKED = 20
CONFIRMED_BY = [("written", _("书面")), ("recorded_call", _("电话录音"))]
SATISFIED = ("满意", "基本满意")


@dataclass(frozen=True)
class Group:
    """Fields that stand together; the first group has no title."""

    title: str
    fields: list[forms.BoundField]


class WhichForm(forms.Form):
    """Under which regulation the complaint falls; only asked where there are several."""

    regulation = forms.ModelChoiceField(
        label=_("适用制度"), queryset=Regulation.objects.none(), empty_label=None
    )

    def __init__(self, *args, actor, **options):
        super().__init__(*args, **options)
        self.fields["regulation"].queryset = Regulation.objects.filter(unit__in=actor.units())


class ManyCases(forms.Field):
    """Cases ticked beside the form, by id; which of them the person may see, is asked later."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value) -> list[int]:
        return [int(one) for one in value or () if str(one).isdecimal()][:TICKED]

    def has_changed(self, initial, data) -> bool:
        return bool(self.to_python(data))


NOTICE = ("notice", "minor", "guardian")


class RegisterForm(KeyedForm):
    """One page of fields made from a pack; conditional ones are required only where they apply."""

    received_at = Moment(label=_("收到时间"))
    late_reason = forms.CharField(
        label=_("补录原因"),
        required=False,
        max_length=200,
        help_text=_("收到时间早于现在15分钟以上时须填写。"),
    )

    notice = forms.ChoiceField(label=_("个人信息告知"), choices=BY_STAFF, required=False)
    minor = forms.BooleanField(label=_("投诉人未满14周岁"), required=False)
    guardian = forms.BooleanField(label=_("监护人已同意"), required=False)
    handed_in = forms.IntegerField(required=False, widget=forms.HiddenInput)
    repeats = ManyCases(required=False)
    same_issue = ManyCases(required=False)
    settled = forms.BooleanField(label=_("已当场办结"), required=False)
    settled_result = TextArea(label=_("当场处理结果"), required=False)
    settled_form = forms.ChoiceField(
        label=_("客户确认方式"), choices=[("", _("未确认")), *CONFIRMED_BY], required=False
    )
    settled_satisfaction = forms.ChoiceField(
        label=_("客户满意度"), choices=[("", _("未询问")), *terms(SATISFIED)], required=False
    )
    settled_at = Moment(
        label=_("办结时间"),
        required=False,
        help_text=_("留空即现在；早于现在15分钟以上时须填写补录原因。"),
    )

    def __init__(self, *args, regulation: Regulation, now, typed=None, **options):
        self.regulation, self.now = regulation, now
        self.version = regulation.versions.in_force(localdate(now)).first()
        self.pack: Pack = self.version.pack
        initial = {"received_at": now, "key": uuid4()}
        super().__init__(*args, initial=initial | options.pop("initial", {}), **options)
        for field in self.pack.intake:
            if field.key not in self.fields:
                self.fields[field.key] = form_field(field, self.pack)
        self.asked = {field.key: field for field in self.pack.intake}
        # What a draft held, read as if it had been sent: the form itself finds no fault with it yet.
        self.typed = RegisterForm(typed, regulation=regulation, now=now) if typed else self
        if self.typed is not self:
            self.typed.full_clean()
            own = {name: typed.getlist(name) for name in typed if name in self.fields}
            for name, values in own.items():
                several = isinstance(self.fields[name], forms.MultipleChoiceField)
                self.initial[name] = values if several else values[-1]

    def groups(self) -> list[Group]:
        """Return the visible fields in the order in which they are asked for.

        First what every complaint needs; what may change its grade; who took it in, which is
        filled in already. What is settled on the spot stands by itself.
        """
        known = {RECEIVER} & self.asked.keys() if self.initial.get(RECEIVER) else set()
        first = [k for k, field in self.asked.items() if field.required and k not in known]
        weighing = [k for k, one in self.asked.items() if one.fact and k not in {*first, *known}]
        if first and not self.is_bound:
            self.fields[first[0]].widget.attrs["autofocus"] = True
        rest = [key for key in self.asked if key not in {*first, *weighing, *known}]
        return [
            Group("", self._bound(first)),
            Group(_("可能影响定级的情形"), self._bound(weighing)),
            Group(
                _("接收与其他"), self._bound([*known, "received_at", "late_reason", *rest, *NOTICE])
            ),
        ]

    def spot(self) -> list[forms.BoundField]:
        """Return the fields about what was settled on the spot."""
        return self._bound(name for name in self.fields if name.startswith("settled"))

    def _bound(self, names) -> list[forms.BoundField]:
        applies = self.applies()
        bound = [self[name] for name in names]
        for one in bound:
            one.field.off = not applies.get(one.name, True)
        return bound

    def applies(self) -> dict[str, bool]:
        """Say of each field that is asked for under a condition whether it is now.

        A field in which something stands is never put out of sight.
        """
        view = _view(self.typed.facts()) if self.typed.is_bound else {}
        said = {
            key: field.when.holds(view) or self[key].value() not in (None, "", [])
            for key, field in self.asked.items()
            if field.when is not ALWAYS
        }
        late = self.typed._is_late()
        return said | {"late_reason": late or bool(self["late_reason"].value())}

    def _is_late(self) -> bool:
        moments = [self.cleaned_data.get("received_at")] if self.is_bound else []
        if moments and self.cleaned_data.get("settled"):
            moments.append(self.cleaned_data.get("settled_at"))
        gap = timedelta(minutes=settings.LATE_ENTRY_MINUTES)
        return any(self.now - moment > gap for moment in moments if moment)

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
        for field in missing(self.pack.intake, self.pack, cleaned):
            if field.key not in self.errors:
                self.add_error(
                    field.key,
                    _("必填。依据：%(basis)s。") % {"basis": clauses(self.pack, field.source)},
                )
        if cleaned.get("minor") and not cleaned.get("guardian"):
            self.add_error("guardian", _("未满14周岁的投诉人，其个人信息须经监护人同意方可登记。"))
        for field in self._noted():
            if field.leaves_open and cleaned.get(field.leaves_open) not in (None, ""):
                words = _("已勾选“%(field)s”，此栏留空。依据：%(basis)s。")
                said = {"field": field.label, "basis": clauses(self.pack, field.source)}
                self.add_error(field.leaves_open, words % said)
        if self._is_late() and not cleaned.get("late_reason"):
            self.add_error("late_reason", _("补录较早收到的投诉须写明原因。"))
        if cleaned.get("settled"):
            self._check_settled(cleaned)
        return cleaned

    def _check_settled(self, cleaned: dict) -> None:
        if not cleaned.get("settled_result"):
            self.add_error("settled_result", _("当场办结须写明处理结果。"))
        at, received = cleaned.get("settled_at"), cleaned.get("received_at")
        if at and (at > self.now or (received and at < received)):
            self.add_error("settled_at", _("办结时间须在收到时间之后、现在之前。"))

    def facts(self) -> dict:
        """Return what has been entered so far as the engine's facts; unknown ones are left out."""
        return facts_of_form(self.pack, self.cleaned_data)

    def intake(self) -> Intake:
        """Return the complaint for registration."""
        return Intake(
            version=self.version,
            received_at=self.cleaned_data["received_at"],
            facts=self.facts(),
            particulars=particulars_from(self.asked.values(), self.cleaned_data),
            texts={"late_reason": self.cleaned_data.get("late_reason") or ""},
            acts=self._links(),
            settled=self._settled(),
            notice=self._notice(),
            registered_at=self._settled_at(),
        )

    def _notice(self) -> dict:
        given = self.cleaned_data
        how = given.get("notice") or How.LATER
        return told(how, minor=given.get("minor", False), guardian=given.get("guardian", False))

    def notice_lines(self) -> list[tuple[str, str]]:
        """Return what is to be told to the complainant."""
        return lines(self.pack)

    def _noted(self) -> list[Field]:
        """Return the ticked fields of which a note stands in the customer's words."""
        return noted(self.pack.intake, self.cleaned_data)

    def _links(self) -> list[Act]:
        ticked = ((Relation.REPEAT, "repeats"), (Relation.SAME_ISSUE, "same_issue"))
        return [
            Act(Kind.LINKED, {"relation": str(relation), "other": pk})
            for relation, name in ticked
            for pk in self.cleaned_data.get(name) or ()
        ]

    def _settled(self) -> Settled | None:
        given = self.cleaned_data
        if not given.get("settled"):
            return None
        return Settled(
            result=given["settled_result"],
            form=given["settled_form"],
            satisfaction=given["settled_satisfaction"],
            at=self._settled_at(),
            late_reason=given.get("late_reason") or "",
        )

    def _settled_at(self):
        return self.cleaned_data.get("settled_at") if self.cleaned_data.get("settled") else None


def noted(fields: Iterable[Field], given: Mapping[str, Any]) -> list[Field]:
    """Return the ticked fields of which a note stands in the customer's words."""
    asked = (field for field in fields if field.noted_in in COLUMNS)
    return [field for field in asked if given.get(field.key) == "yes"]


def facts_of_form(pack: Pack, given: Mapping[str, Any]) -> dict:
    """Return what has been entered so far as the engine's facts; unknown ones are left out."""
    asked = (field for field in pack.intake if field.fact)
    return facts_from(
        pack, {field.key: fact_value(field.fact, given.get(field.key)) for field in asked}
    )


def missing(fields: Iterable[Field], pack: Pack, given: Mapping[str, Any]) -> Iterator[Field]:
    """Yield the fields that the regulation wants filled in now and that are empty."""
    view = _view(facts_of_form(pack, given))
    for field in fields:
        if field.required and field.when.holds(view) and given.get(field.key) in (None, "", []):
            yield field


def particulars_from(fields: Iterable[Field], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was entered under these fields as the columns of the complainant's row."""
    asked = list(fields)
    values = {f.key: given[f.key] for f in asked if given.get(f.key) not in (None, "", [])}
    columns = {name: str(values[key]) for key, name in COLUMNS.items() if key in values}
    for field in noted(asked, given):
        said = columns.get(COLUMNS[field.noted_in], "")
        columns[COLUMNS[field.noted_in]] = "\n".join(filter(None, (said, field.label)))
    columns.setdefault("subject", columns.get("description", "")[:60])
    more = {key: _plain(value) for key, value in values.items() if key not in COLUMNS}
    return columns | {"more": more}


def _view(facts: dict) -> dict:
    return {name: normal(name, value) for name, value in facts.items()}


def _plain(value):
    return value if isinstance(value, str | int | bool | list) else str(value)
