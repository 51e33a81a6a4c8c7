"""Django admin for people and departments; the policy file says who may change them."""

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db import models
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.models import (
    AccessEntry,
    ChangeEntry,
    Department,
    Deputy,
    Identity,
    Post,
    SignInChange,
    User,
)
from accounts.policy import policy
from accounts.signing import passwords, providers, telling
from records.admin import ReadOnlyAdmin

# One labelled control of the browser in place of four, so that a row of posts fits on the screen.
MOMENTS = {
    models.DateTimeField: {
        "form_class": forms.DateTimeField,
        "widget": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    }
}


class UserForm(forms.ModelForm):
    """A person's row; nobody chooses another person's password, the system makes one."""

    give_password = forms.BooleanField(
        label=_("生成新的初始密码"),
        required=False,
        help_text=_("系统随机生成，只显示一次；本人首次登录时须自行更换，逾期未换即失效。"),
    )

    class Meta:
        model = User
        fields = ["username", "name", "email", "mobile", "is_active"]


class PostInline(admin.TabularInline):
    model = Post
    extra = 0
    fk_name = "person"
    fields = ["department", "title", "role", "since", "until"]
    autocomplete_fields = ["department"]
    formfield_overrides = MOMENTS


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    form = UserForm
    list_display = ["username", "name", "email", "mobile", "is_active", "last_login"]
    list_filter = ["is_active"]
    search_fields = ["username", "name"]
    inlines = [PostInline]

    def get_readonly_fields(self, request, obj=None):
        """Whoever may take a factor away has the way to it."""
        may_reset = policy().allows("factor_reset", "GET", request.user.actor.roles)
        return ["second_factors" if may_reset else "factor_kinds"]

    def save_model(self, request, obj, form, change):
        """Store a person, who is told of what was changed about how they sign in."""
        former = form.initial.get("email") or ""
        obj.given = ""
        if form.cleaned_data["give_password"] or not change:
            obj.given = passwords.generate(obj)
            obj.set_password(obj.given)
        super().save_model(request, obj, form, change)
        if obj.given:
            telling.note(obj, SignInChange.Kind.GIVEN, by=request.user)
        if change and "email" in form.changed_data:
            telling.note(obj, SignInChange.Kind.MAIL, by=request.user, former=former)

    def response_add(self, request, obj, post_url_continue=None):
        return self._given(request, obj)

    def response_change(self, request, obj):
        return self._given(request, obj) if obj.given else super().response_change(request, obj)

    def _given(self, request, obj):
        """Show a password that was made, this once; it is kept nowhere but as a hash."""
        context = {"person": obj, "password": obj.given, "life": settings.GIVEN_PASSWORD_LIFE.days}
        return render(request, "registration/password_given.html", context)

    @admin.display(description=_("第二因素"))
    def second_factors(self, person):
        """Show what somebody has, with the way to take it away."""
        if person.pk is None or not person.factors.exists():
            return self.factor_kinds(person)
        url = reverse("factor_reset", args=[person.pk])
        return format_html('{} <a href="{}">{}</a>', self.factor_kinds(person), url, _("重置"))

    @admin.display(description=_("第二因素"))
    def factor_kinds(self, person):
        """Show what somebody has."""
        if person.pk is None:
            return "—"
        kinds = [row.get_kind_display() for row in person.factors.order_by("pk")]
        return "、".join(kinds) or _("无")


class IdentityForm(forms.ModelForm):
    """A person at one of the providers that the house uses."""

    provider = forms.ChoiceField(label=_("来源"))

    class Meta:
        model = Identity
        fields = ["person", "provider", "subject"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        known = dict.fromkeys([*providers.in_use(), self.instance.provider])
        self.fields["provider"].choices = [(one, one) for one in known if one]


@admin.register(Identity)
class IdentityAdmin(admin.ModelAdmin):
    form = IdentityForm
    list_display = ["person", "provider", "subject"]
    list_select_related = ["person"]
    search_fields = ["person__name", "person__username", "subject"]
    autocomplete_fields = ["person"]


@admin.register(Department)
class DepartmentAdmin(admin.ModelAdmin):
    list_display = ["name", "parent", "other_names"]
    list_select_related = ["parent"]
    search_fields = ["name"]
    autocomplete_fields = ["parent"]

    @admin.display(description=_("别名"))
    def other_names(self, department):
        return "、".join(department.aliases) or "—"


@admin.register(Post)
class PostAdmin(admin.ModelAdmin):
    list_display = ["person", "department", "title", "role", "since", "until"]
    list_select_related = ["person", "department"]
    list_filter = ["role"]
    search_fields = ["person__name", "title", "department__name"]
    autocomplete_fields = ["person", "department"]
    formfield_overrides = MOMENTS


@admin.register(Deputy)
class DeputyAdmin(admin.ModelAdmin):
    list_display = ["person", "deputy", "since", "until"]
    fields = ["person", "deputy", "since", "until"]
    list_select_related = ["person", "deputy"]
    autocomplete_fields = ["person", "deputy"]
    formfield_overrides = MOMENTS


@admin.register(AccessEntry)
class AccessEntryAdmin(ReadOnlyAdmin):
    list_display = ["seq", "recorded_at", "kind", "actor", "address", "data"]
    list_select_related = ["actor"]
    list_filter = ["kind"]


@admin.register(ChangeEntry)
class ChangeEntryAdmin(ReadOnlyAdmin):
    list_display = [
        "place",
        "recorded_at",
        "name",
        "role",
        "address",
        "action",
        "table",
        "row",
        "what",
    ]
    list_filter = ["action", "table"]

    @admin.display(description=_("序号"), ordering="seq")
    def place(self, entry):
        return entry.seq

    @admin.display(description=_("改动的栏"))
    def what(self, entry):
        """Show which columns were changed; a new row has them all."""
        return "、".join(entry.changed) if entry.action == ChangeEntry.Action.CHANGED else ""
