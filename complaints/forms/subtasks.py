"""The forms of sub-tasks: given, signed for, answered, their effect checked."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Post, Role
from complaints.forms.acts import form_for
from complaints.forms.base import YES_NO, ActForm, TextArea
from complaints.forms.files import Files
from complaints.lifecycle import Kind
from complaints.subtasks import given
from complaints.wording import clauses, moment_words
from regulations import bindings
from regulations.forms.fields import Moment


@form_for(Kind.SUBTASK_GIVEN)
class SubtaskGivenForm(ActForm):
    """What a department, or a third party that it looks after, is to do until when."""

    begun_by = ("sort",)

    sort = forms.ChoiceField(label=_("种类"))
    department_id = forms.ChoiceField(label=_("承办部门"))
    person = forms.ChoiceField(label=_("责任人"), required=False)
    due_at = Moment(label=_("办理期限"))
    party = forms.CharField(
        label=_("第三方单位"),
        required=False,
        max_length=100,
        help_text=_("由承办部门管理的施工、测绘、物流等单位承办时填写。"),
    )
    what = TextArea(label=_("交办内容"))
    text_fields = ("what", "party")

    def build(self):
        self.fields["sort"].choices = [
            (one.key, f"{one.label}（{clauses(self.pack, one.source)}）")
            for one in self.pack.subtasks
        ]
        places = bindings.departments(self.case.version)
        self.fields["department_id"].choices = [(one.pk, one.name) for one in places]
        posts = Post.objects.held_at(self.actor.at).filter(department__in=places)
        posts = posts.exclude(person__in=self.case.kept_out).select_related("person", "department")
        people = {one.person_id: f"{one.person.name}（{one.department.name}）" for one in posts}
        self.fields["person"].choices = [("", _("由部门安排")), *people.items()]
        if not any(one.party for one in self.pack.subtasks):
            del self.fields["party"]

    def clean(self):
        cleaned = super().clean()
        sort = self.pack.subtask(cleaned.get("sort"))
        if cleaned.get("party") and sort and not sort.party:
            self.add_error("party", _("“%(sort)s”由部门自行承办。") % {"sort": sort.label})
        return cleaned

    def clean_due_at(self):
        due = self.cleaned_data["due_at"]
        if due <= self.actor.at:
            raise forms.ValidationError(_("办理期限须晚于现在。"))
        return due

    def data_fields(self):
        data = {
            "sort": self.cleaned_data["sort"],
            "department_id": int(self.cleaned_data["department_id"]),
            "due_at": self.cleaned_data["due_at"].isoformat(),
        }
        person = self.cleaned_data.get("person")
        return data | ({"person": int(person)} if person else {})


class SubtaskForm(ActForm):
    """An act on one of the sub-tasks for which it is possible now."""

    begun_by = ("subtask",)

    subtask = forms.ChoiceField(label=_("交办事项"))

    def build(self):
        rows = [one for one in self._rows() if one.takes(self.kind)]
        self.fields["subtask"].choices = [
            (
                one.number,
                _("%(sort)s%(number)s %(department)s，限 %(due)s")
                % {
                    "sort": one.subtask.sort.label,
                    "number": one.number,
                    "department": one.subtask.department,
                    "due": moment_words(one.due_at),
                },
            )
            for one in rows
        ]

    def _rows(self):
        return given(self.pack, list(self.case.events.order_by("seq")))


class OwnSubtaskForm(SubtaskForm):
    """An act of the department that a sub-task was given to."""

    def _rows(self):
        mine = self.actor.reach(Role.DEPARTMENT_HEAD, Role.HANDLER)
        return [one for one in super()._rows() if one.department_id in mine]


@form_for(Kind.SUBTASK_SIGNED)
class SubtaskSignedForm(OwnSubtaskForm):
    note = TextArea(label=_("说明"), required=False)
    text_fields = ("note",)


@form_for(Kind.SUBTASK_ANSWERED)
class SubtaskAnsweredForm(OwnSubtaskForm):
    answer = TextArea(label=_("办理结果"))
    files = Files(label=_("文件"), required=False)
    text_fields = ("answer",)


@form_for(Kind.SUBTASK_CHECKED)
class SubtaskCheckedForm(SubtaskForm):
    passed = forms.ChoiceField(label=_("是否有效果"), choices=YES_NO, widget=forms.RadioSelect)
    due_at = Moment(
        label=_("重新办理的期限"), required=False, help_text=_("没有效果的须重新办理。")
    )
    finding = TextArea(label=_("检查情况"))
    text_fields = ("finding",)

    def clean(self):
        cleaned = super().clean()
        due = cleaned.get("due_at")
        if cleaned.get("passed") == "no" and (due is None or due <= self.actor.at):
            self.add_error("due_at", _("没有效果的，须另定一个晚于现在的期限。"))
        return cleaned

    def data_fields(self):
        passed = self.cleaned_data["passed"] == "yes"
        data = {"subtask": self.cleaned_data["subtask"], "passed": passed}
        return data if passed else data | {"due_at": self.cleaned_data["due_at"].isoformat()}
