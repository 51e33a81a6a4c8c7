"""The forms of the archive: filters, legal holds, requests of complainants and their answers."""

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.models import Hold, SubjectRequest

LEAST = 4
AREA = {"widget": forms.Textarea(attrs={"rows": 2})}
TABS = [
    ("all", _("全部归档")),
    ("due", _("到期待清除")),
    ("held", _("法律保留")),
    ("asked", _("待答复请求")),
    ("erased", _("已清除")),
]


class ArchiveFilter(forms.Form):
    """How the archive is classified; every field is optional, an unknown value is as good as none."""

    tab = forms.ChoiceField(choices=TABS, required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("事项"), required=False)
    category = forms.ChoiceField(label=_("类别"), required=False)
    project = forms.ChoiceField(label=_("项目"), required=False)
    year = forms.ChoiceField(label=_("归档年度"), required=False)

    def __init__(self, *args, classes, **options):
        super().__init__(*args, label_suffix="", **options)
        for name, values in classes.items():
            self.fields[name].choices = [("", _("全部")), *((value, value) for value in values)]

    def chosen(self) -> dict[str, str]:
        """Return what was chosen and exists, by field."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class HoldForm(forms.Form):
    ground = forms.ChoiceField(label=_("事由"), choices=Hold.Ground.choices)
    reason = forms.CharField(label=_("说明"), min_length=LEAST, max_length=300)


class LiftForm(forms.Form):
    reason = forms.CharField(label=_("解除原因"), min_length=LEAST, max_length=300)


class AskedForm(forms.Form):
    kind = forms.ChoiceField(label=_("请求"), choices=SubjectRequest.Kind.choices)
    check_done = forms.ChoiceField(label=_("身份核验"), choices=SubjectRequest.Check.choices)
    words = forms.CharField(label=_("请求内容"), min_length=LEAST, max_length=500, **AREA)


class AnswerForm(forms.Form):
    answer = forms.ChoiceField(label=_("答复"), choices=SubjectRequest.Answer.choices)
    words = forms.CharField(label=_("答复理由"), min_length=LEAST, max_length=500, **AREA)
