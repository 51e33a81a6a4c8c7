"""Django admin: each role opens what the policy file says, and nobody changes the record."""

import re

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts import access_log
from accounts.models import AccessEntry, Department, User
from accounts.signing import totp
from complaints.lifecycle import Kind
from complaints.models import Complaint
from notices.models import Notice
from regulations.models import RegulationVersion
from sla.models import Clock
from tests.complaints.sending import signed_in
from tests.loop import LATE_DELIVERY, Loop

pytestmark = pytest.mark.django_db

# Role of the admin → apps whose lists open.
APPS = {
    "fangzhou": {"accounts", "regulations", "sla", "notices"},  # administrator
    "luqing": {"accounts", "regulations"},  # rule owner
    "konglingyi": {
        "accounts",
        "regulations",
        "complaints",
        "sla",
        "notices",
        "penalties",
        "audits",
    },  # auditor
    "zhoumin": set(),
    "linxiaoyun": set(),
    "zhaogang": set(),
    "gaoyuan": set(),
    "tangxue": set(),
}
CHANGEABLE = {"user", "department", "post", "deputy", "identity", "outlet"}


@pytest.fixture
def loop() -> Loop:
    loop = Loop.new()
    loop.assign(loop.register())
    access_log.refused(actor=loop.user("yangfan"))
    return loop


def models():
    return [
        model
        for model in admin.site._registry
        if model._meta.app_label in {"accounts", "regulations", "complaints", "sla", "notices"}
    ]


def url(model, page, *arguments):
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
    return reverse(name, args=arguments)


@pytest.mark.parametrize("name", APPS)
def test_lists_open_by_role(name, loop):
    client = signed_in(loop.user(name))
    found = {
        model._meta.label: client.get(url(model, "changelist")).status_code for model in models()
    }
    assert found == {
        model._meta.label: 200 if model._meta.app_label in APPS[name] else 403 for model in models()
    }
    index = client.get(reverse("admin:index"))
    assert index.status_code == (200 if APPS[name] else 403)
    if APPS[name]:
        assert {app["app_label"] for app in index.context["app_list"]} == APPS[name]


@pytest.mark.parametrize("name", ["fangzhou", "luqing", "konglingyi"])
def test_only_the_administrator_changes_people_departments_and_outlets(name, loop):
    client = signed_in(loop.user(name))
    for model in models():
        row = model._default_manager.order_by("pk").first()
        may = name == "fangzhou" and model._meta.model_name in CHANGEABLE
        assert client.get(url(model, "add")).status_code == (200 if may else 403), model
        assert client.post(url(model, "add"), {}).status_code == (200 if may else 403), model
        if row is None:
            continue
        assert client.get(url(model, "delete", row.pk)).status_code == 403, model
        assert client.post(url(model, "delete", row.pk), {"post": "yes"}).status_code == 403, model
        if not may:
            answer = client.post(url(model, "change", row.pk), {"_save": "1"})
            assert answer.status_code == 403, model
        assert type(row).objects.filter(pk=row.pk).values().get() == {
            field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields
        }


def test_a_new_person_gets_a_random_password_that_is_shown_once(loop):
    """Whatever somebody sends along, the system makes it (ASVS 2.3.1)."""
    client, found = signed_in(loop.user("fangzhou")), []
    for name in ("wangfang", "wanglan"):
        form = {"username": name, "name": "王芳", "is_active": "on", "new_password": "123456"}
        form |= {f"posts-{part}_FORMS": "0" for part in ("TOTAL", "INITIAL")}
        page = client.post(url(User, "add"), form).content.decode()
        found += re.findall(r'<code id="given">([A-Z2-9]{5}(?:-[A-Z2-9]{5}){3})</code>', page)
        assert User.objects.get(username=name).check_password(found[-1])
    assert len(set(found)) == 2
    person = User.objects.get(username="wangfang")
    assert found[0] not in client.get(url(User, "change", person.pk)).content.decode()


def test_a_department_is_not_above_itself(loop):
    root = loop.organisation.tourism
    form = {"name": root.name, "parent": loop.department("物业公司").pk, "aliases": "[]"}
    client = signed_in(loop.user("fangzhou"))
    answer = client.post(url(Department, "change", root.pk), form)
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors["parent"] == ["上级部门不能是本部门或其下级。"]


def test_an_auditor_sees_the_own_unit_only(loop):
    other = loop.register(LATE_DELIVERY, code="tobacco-2026", by="xujing")
    other = loop.do(
        other,
        Kind.ASSIGNED,
        "xujing",
        {"department_id": loop.department("销售部门", "青禾岭烟草制品公司").pk},
    )
    assert Notice.objects.filter(case=other).exists()
    for name, unit in (("konglingyi", loop.organisation.tourism), ("lufang", other.unit)):
        client = signed_in(loop.user(name))
        for model in (Complaint, Clock, Notice):
            rows = client.get(url(model, "changelist")).context["cl"].queryset
            cases = rows if model is Complaint else [row.case for row in rows]
            assert {case.unit for case in cases} == {unit}, model
    row = Notice.objects.exclude(case=other).first()
    assert client.get(url(Notice, "change", row.pk)).status_code == 302


def test_what_is_published_and_logged_is_read_only(loop):
    client = signed_in(loop.user("fangzhou"))
    for model in (AccessEntry, RegulationVersion):
        row = model.objects.first()
        answer = client.post(url(model, "change", row.pk), {"text": "x", "kind": "x"})
        assert answer.status_code == 403
        page = client.get(url(model, "change", row.pk))
        assert page.status_code == 200
        assert 'name="_save"' not in page.content.decode()


def test_the_way_to_take_a_factor_away_is_shown_to_whom_it_opens(loop):
    person = loop.user("konglingyi")
    totp.add(person, totp.new_secret(), "手机", step=1)
    address = reverse("factor_reset", args=[person.pk])
    for name, opens in (("fangzhou", True), ("luqing", False)):
        page = signed_in(loop.user(name)).get(url(User, "change", person.pk)).content.decode()
        assert "动态验证码" in page
        assert (address in page) == opens, name


def shown_in_admin(model_admin) -> set[str]:
    """Return the names of what an admin shows in its list and on the page of a row."""
    rows = (*model_admin.list_display, *model_admin.readonly_fields, *(model_admin.fields or ()))
    for _title, options in model_admin.fieldsets or ():
        rows += tuple(options["fields"])
    return {name for row in rows for name in (row if isinstance(row, tuple) else (row,))}


def test_every_field_that_the_admin_shows_has_a_label_of_ours():
    bare = []
    for model, model_admin in admin.site._registry.items():
        known, all_of_it = (
            shown_in_admin(model_admin),
            not (model_admin.fields or model_admin.fieldsets),
        )
        for field in model._meta.concrete_fields:
            shown = field.name in known or (all_of_it and not field.primary_key)
            if shown and str(field.verbose_name).isascii():
                bare.append(f"{model._meta.label}.{field.name}")
    assert bare == []
