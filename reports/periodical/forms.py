"""What people enter beside the reports."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, Post
from complaints.forms.files import Files
from records import clock
from reports.models import Appraisal, HotSpot, MeetingItem, Rectification

Day = {"type": "date"}


class HotSpotForm(forms.ModelForm):
    """A hot spot that no sum shows, in the regulation's categories."""

    class Meta:
        model = HotSpot
        fields = ("found", "category", "text")

    def __init__(self, *given, categories=(), **named):
        super().__init__(*given, label_suffix="", **named)
        every = [("", _("不分类")), *((name, name) for name in categories)]
        self.fields["category"] = forms.ChoiceField(label=_("类别"), choices=every, required=False)


class MeetingItemForm(forms.ModelForm):
    """One matter of a meeting; it is due after the meeting."""

    class Meta:
        model = MeetingItem
        fields = ("held_on", "matter", "department", "due_on")
        widgets = {
            "held_on": forms.DateInput(attrs=Day),
            "due_on": forms.DateInput(attrs=Day),
            "matter": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *given, places, **named):
        super().__init__(*given, label_suffix="", **named)
        self.fields["department"].queryset = Department.objects.filter(pk__in=places)

    def clean(self):
        given = super().clean()
        if given.get("held_on") and given.get("due_on") and given["due_on"] < given["held_on"]:
            self.add_error("due_on", _("整改期限不能早于会议日期。"))
        return given


class RectificationForm(forms.ModelForm):
    """A department's report on an item, with one file at most, judged as attachments are."""

    file = Files(required=False)

    class Meta:
        model = Rectification
        fields = ("text",)
        widgets = {"text": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *given, **named):
        super().__init__(*given, label_suffix="", **named)

    def clean_file(self):
        files = self.cleaned_data["file"]
        if len(files) > 1:
            raise forms.ValidationError(_("一份整改报告只附一个文件。"))
        return files


class AppraisalForm(forms.ModelForm):
    """The appraisal of one department's month."""

    class Meta:
        model = Appraisal
        fields = ("department", "result", "remark")

    def __init__(self, *given, places, **named):
        super().__init__(*given, label_suffix="", **named)
        self.fields["department"].queryset = Department.objects.filter(pk__in=places)


class PublishForm(forms.Form):
    """To which posts of the unit a report is published."""

    posts = forms.MultipleChoiceField(
        label=_("发布到"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少选一个职务。")},
    )

    def __init__(self, *given, places, **named):
        super().__init__(*given, label_suffix="", **named)
        rows = Post.objects.held_at(clock.now()).filter(department__in=places)
        known = rows.order_by("department", "title").values_list(
            "department", "department__name", "title"
        )
        self.fields["posts"].choices = [
            (f"{place} {title}", f"{name} · {title}") for place, name, title in known.distinct()
        ]

    @property
    def audience(self) -> list[tuple[int, str]]:
        chosen = (one.partition(" ") for one in self.cleaned_data["posts"])
        return [(int(place), title) for place, _space, title in chosen]
