"""Cases that belong together, and people who keep out of a case."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.models import User
from complaints.forms.acts import ReasonForm, form_for
from complaints.forms.base import ActForm, TextArea
from complaints.lifecycle import Kind
from complaints.models import Complaint, Link, Relation
from regulations import bindings

# Merging and reopening are acts of their own.
ACTS = (Relation.MERGED, Relation.RECURRED)
LINKABLE = [choice for choice in Relation.choices if choice[0] not in ACTS]


class OtherCase(forms.Field):
    """The number of another case, one that the person may see; the value is its id."""

    widget = forms.TextInput(attrs={"maxlength": 32})

    def __init__(self, **options):
        super().__init__(**options)
        self.cases = Complaint.objects.none()

    def clean(self, value):
        number = super().clean(value)
        if not number:
            return None
        case = self.cases.filter(number=number.strip()[:32]).first()
        if case is None:
            raise forms.ValidationError(_("没有这个编号的案件，或您无权查看。"))
        return case.pk


class OtherForm(ActForm):
    """An act that names another case of the same regulation."""

    other_field = ""

    def build(self):
        own = Complaint.objects.filter(version__regulation=self.case.version.regulation_id)
        cases = access.visible(self.actor, own).exclude(pk=self.case.pk)
        self.fields[self.other_field].cases = cases


@form_for(Kind.LINKED)
class LinkedForm(OtherForm):
    relation = forms.ChoiceField(label=_("关系"), choices=LINKABLE)
    other = OtherCase(label=_("另一案件的编号"))
    note = TextArea(label=_("说明"), required=False)
    text_fields = ("note",)
    other_field = "other"


@form_for(Kind.REOPENED)
class ReopenedForm(OtherForm):
    """An archived case goes on; the new complaint in which the matter has recurred is linked."""

    reason = TextArea(label=_("原因"))
    other = OtherCase(
        label=_("再次发生的投诉编号"),
        required=False,
        help_text=_("问题以新投诉再次出现的，填新投诉的编号，两案相互关联。"),
    )
    text_fields = ("reason",)
    other_field = "other"


@form_for(Kind.UNLINKED)
class UnlinkedForm(ReasonForm):
    link = forms.ChoiceField(label=_("关联"))
    field_order = ["link", "reason"]

    def build(self):
        rows = Link.objects.filter(case=self.case, ended=False).exclude(relation=Relation.MERGED)
        self.fields["link"].choices = [
            (row.seq, f"{row.get_relation_display()} {row.other.number}")
            for row in rows.select_related("other")
        ]

    def data_fields(self):
        return {"link": int(self.cleaned_data["link"])}


@form_for(Kind.MERGED)
class MergedForm(OtherForm):
    """This case ends and goes on in another one."""

    into = OtherCase(label=_("并入的案件编号"), help_text=_("本案结束，由所填案件继续处理。"))
    reason = TextArea(label=_("并案原因"))
    text_fields = ("reason",)
    other_field = "into"


@form_for(Kind.RECUSED)
class RecusedForm(ReasonForm):
    """Somebody whom the complaint is about: they neither see it nor act on it any more."""

    person = forms.ChoiceField(label=_("回避人员"))
    field_order = ["person", "reason"]

    def build(self):
        unit = bindings.within(self.case.unit)
        people = User.objects.filter(posts__department__in=unit, is_active=True)
        people = people.exclude(pk__in=self.case.kept_out).distinct().order_by("pk")
        self.fields["person"].choices = [(one.pk, one.name) for one in people]

    def data_fields(self):
        return {"person": int(self.cleaned_data["person"])}
