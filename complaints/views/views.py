"""Kept views of the list: opening, keeping and dropping them; and a person's columns."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import access
from accounts.actors import Actor
from accounts.models import Role
from complaints.columns import arranged, columns_of, keep_columns
from complaints.forms.filters import KEPT, FilterForm
from complaints.models import CaseView

# With whom a view can be shared: whoever has the list.
SHARED_WITH = (
    Role.CUSTOMER_SERVICE,
    Role.DEPARTMENT_HEAD,
    Role.HANDLER,
    Role.MANAGEMENT,
    Role.AUDITOR,
)
MOST = 40


@dataclass(frozen=True)
class ViewBar:
    """The views that a person can open, and the one that is open."""

    every: list[CaseView]
    now: CaseView | None
    may_change: bool
    shares: list[tuple[str, str]]
    filters: str

    @property
    def columns(self) -> tuple[str, ...]:
        return arranged(self.now.columns) if self.now else ()


def view_bar(actor: Actor, form: FilterForm) -> ViewBar:
    """Return the views beside a list with these filters."""
    every = list(
        access.visible_views(actor, CaseView.objects.all()).order_by("role", "name")[:MOST]
    )
    now = next((one for one in every if one.pk == form.values.get("view")), None)
    return ViewBar(
        every=every,
        now=now,
        may_change=now is not None and access.may_change_view(actor, now),
        shares=_shares(actor),
        filters=urlencode(form.kept()),
    )


def _shares(actor: Actor) -> list[tuple[str, str]]:
    """Return with whom this person may share: a unit and a role, and the words for them."""
    return [
        (f"{unit}:{role}", f"{actor.tree.names[unit]} · {Role(role).label}")
        for unit in sorted(access.units_shared_in(actor))
        for role in SHARED_WITH
    ]


class KeepForm(forms.Form):
    """A name for the filters and columns in force, and with whom they are shared."""

    name = forms.CharField(max_length=40)
    share = forms.CharField(required=False)


def view_open(request, pk):
    """Lead to the list as a view has it."""
    view = _view(request, pk)
    return redirect(_address(view))


def view_keep(request):
    """Keep the filters of a list and the columns under a name; the same name is written over."""
    form, actor = KeepForm(request.POST), request.user.actor
    if not form.is_valid():
        messages.error(request, _("请为视图取一个名称，至多40个字。"))
        return redirect("case_list")
    unit, role = _shared_with(actor, form.cleaned_data["share"])
    filters = FilterForm(QueryDict(request.POST.get("filters", "")), actor=actor)
    shown = CaseView.objects.filter(pk=filters.values.get("view"))
    shown = access.visible_views(actor, shown).first()
    name = form.cleaned_data["name"]
    old = CaseView.objects.filter(owner=actor.user, name=name).first()
    if old is not None and not access.may_change_view(actor, old):
        messages.error(request, NOT_YOURS)
        return redirect(_address(old))
    view, _new = CaseView.objects.update_or_create(
        owner=actor.user,
        name=name,
        defaults={
            "unit_id": unit,
            "role": role,
            "filters": filters.kept(),
            "columns": list(shown.columns if shown else columns_of(actor.user)),
        },
    )
    messages.success(request, _("已保存视图：%(name)s") % {"name": view.name})
    return redirect(_address(view))


def view_drop(request, pk):
    """Drop a view; a shared one only for whoever may share in its unit."""
    view = _view(request, pk)
    if not access.may_change_view(request.user.actor, view):
        messages.error(request, NOT_YOURS)
        return redirect(_address(view))
    view.delete()
    messages.success(request, _("已删除视图：%(name)s") % {"name": view.name})
    return redirect("case_list")


NOT_YOURS = gettext_lazy("共享的视图由本单位的部门负责人或管理层更改；可另存为自己的视图。")


def columns(request):
    """Keep the columns that somebody has chosen, for themselves or for the view that is open."""
    names, actor = request.POST.getlist("column"), request.user.actor
    shown = FilterForm(request.POST, actor=actor).values.get("view")
    view = access.visible_views(actor, CaseView.objects.filter(pk=shown)).first()
    if view is not None and access.may_change_view(actor, view):
        view.columns = list(arranged(names))
        view.save(update_fields=["columns"])
        return redirect(_address(view))
    keep_columns(actor.user, names)
    filters = FilterForm(QueryDict(request.POST.get("filters", "")), actor=actor)
    return redirect(f"{reverse('case_list')}?{urlencode(filters.kept())}")


def _shared_with(actor: Actor, share: str) -> tuple[int | None, str]:
    """Return the unit and role of a choice, neither where it is not one of this person's."""
    if share not in dict(_shares(actor)):
        return None, ""
    unit, _colon, role = share.partition(":")
    return int(unit), role


def _view(request, pk: int) -> CaseView:
    view = access.visible_views(request.user.actor, CaseView.objects.filter(pk=pk)).first()
    if view is None:
        raise Http404
    return view


def _address(view: CaseView) -> str:
    filters = {name: view.filters[name] for name in KEPT if name in view.filters}
    return f"{reverse('case_list')}?{urlencode(filters | {'view': view.pk})}"
