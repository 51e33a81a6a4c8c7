"""The filters of the case list, in the address, so that a view can be kept and shared.

What is looked for may be a person's name: it stands in a row, and the address names the row.
"""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.selects import PlainSelect
from complaints.lifecycle import OPEN, State
from complaints.models import Complaint
from complaints.search import matching, text_of
from complaints.todo import waiting_for
from regulations.models import RegulationVersion, pack_by_digest

TABS = [
    ("open", _("在办")),
    ("todo", _("我的待办")),
    ("soon", _("即将到期")),
    ("late", _("已逾期")),
    ("signatures", _("待我签批")),
    ("ended", _("已结束")),
    ("all", _("全部")),
]
# What a kept view holds.
KEPT = ("tab", "state", "grade", "category", "department", "since", "until", "sort")
SORTS = [("due", _("按时限")), ("new", _("按登记"))]


class FilterForm(forms.Form):
    """Every field is optional; an unknown value is as good as none."""

    tab = forms.ChoiceField(choices=TABS, required=False, widget=forms.HiddenInput)
    find = forms.UUIDField(required=False, widget=forms.HiddenInput)
    view = forms.IntegerField(max_value=2**63 - 1, required=False, widget=forms.HiddenInput)
    state = forms.ChoiceField(label=_("环节"), required=False, widget=PlainSelect)
    grade = forms.ChoiceField(label=_("等级"), required=False, widget=PlainSelect)
    category = forms.ChoiceField(label=_("类别"), required=False, widget=PlainSelect)
    department = forms.ChoiceField(label=_("责任部门"), required=False, widget=PlainSelect)
    since = forms.DateField(
        label=_("收到自"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    until = forms.DateField(
        label=_("收到至"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    sort = forms.ChoiceField(label=_("排序"), choices=SORTS, required=False, widget=PlainSelect)

    def __init__(self, *args, actor, **options):
        super().__init__(*args, label_suffix="", **options)
        every = [("", _("全部"))]
        units = actor.units()
        versions = RegulationVersion.objects.filter(regulation__unit__in=units).order_by("pk")
        packs = [pack_by_digest(*row) for row in versions.values_list("pk", "sha256", "chosen")]
        grades = dict.fromkeys(grade.name for pack in packs for grade in pack.grades)
        categories = dict.fromkeys(row.name for pack in packs for row in pack.categories)
        places = sorted(actor.tree.below(units))
        self.counted = any(pack.tallies for pack in packs)
        self.fields["state"].choices = every + list(State.choices)
        self.fields["grade"].choices = every + [(name, name) for name in grades]
        self.fields["category"].choices = every + [(name, name) for name in categories]
        self.fields["department"].choices = every + [
            (str(pk), actor.tree.names[pk]) for pk in places
        ]
        self.full_clean()
        self.values = getattr(self, "cleaned_data", {})
        self.text = text_of(actor.user, self.values.get("find"))

    @property
    def tab_now(self) -> str:
        return self.values.get("tab") or ("all" if self.values.get("find") else "open")

    @property
    def sort_now(self) -> str:
        by_default = "new" if self.tab_now in ("ended", "all") else "due"
        return self.values.get("sort") or by_default

    def kept(self) -> dict[str, str]:
        """Return what a view keeps: the filters in force by their codes, never what is looked for."""
        found = {name: self.values.get(name) for name in KEPT}
        return {name: str(value) for name, value in found.items() if value}

    def tabs(self) -> list[dict]:
        return [{"name": n, "label": label, "active": n == self.tab_now} for n, label in TABS]

    def narrow(self, cases, actor, now):
        """Return the cases that pass the filters."""
        values = self.values
        cases = _in_tab(cases, self.tab_now, actor, now)
        for name in ("state", "grade", "category", "department"):
            if values.get(name):
                cases = cases.filter(**{name: values[name]})
        if values.get("since"):
            cases = cases.filter(received_at__date__gte=values["since"])
        if values.get("until"):
            cases = cases.filter(received_at__date__lte=values["until"])
        if values.get("find") and not self.text:  # somebody else's search, or one of yesterday
            return cases.none()
        return matching(cases, self.text)


def _in_tab(cases, tab: str, actor, now):
    match tab:
        case "todo":
            return cases.filter(pk__in=waiting_for(actor).values("pk"))
        case "soon":
            return cases.open().filter(next_due__range=(now, now + timedelta(hours=24)))
        case "late":
            return cases.late(now)
        case "signatures":
            return cases.open().filter(pk__any_of=Complaint.objects.awaited(actor))
        case "ended":
            return cases.exclude(state__in=OPEN)
        case "all":
            return cases
    return cases.open()
