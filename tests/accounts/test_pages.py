"""Who comes in and who does not: what the policy file wants, refusals, flags, forged headers."""

from uuid import UUID, uuid4

import pytest
import yaml
from django.conf import settings
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.converters import get_converters

from accounts.models import AccessEntry, User
from complaints.models import Complaint
from demo import people
from tests.complaints.sending import signed_in
from tests.loop import Loop

pytestmark = pytest.mark.django_db

POLICY = yaml.safe_load((settings.BASE_DIR / "accounts" / "policy.yaml").read_text("utf-8"))
# One person of each role, and nobody.
ROLES = {
    "customer_service": "zhoumin",
    "department_head": "duanhongwei",
    "handler": "zhaogang",
    "management": "gaoyuan",
    "auditor": "konglingyi",
    "hr": "tangxue",
    "rule_owner": "luqing",
    "administrator": "fangzhou",
}
RARE = ("PUT", "PATCH", "DELETE")
METHODS = ("GET", "POST", *RARE)


def address(page: str, number: str, role: str | None) -> str:
    """Return an address of a page: of the case where it is about one, else of no row at all."""
    if page == "admin:*":
        return reverse("admin:index")
    namespace, colon, name = page.rpartition(":")
    resolver = get_resolver().namespace_dict[namespace][1] if colon else get_resolver()
    possible, _pattern, _defaults, converters = resolver.reverse_dict.getlist(name)[0]
    # The one act of an auditor is to record an offence.
    known = {"number": number, "kind": "offence" if role == "auditor" else "noted"}
    values = {"int": 0, "uuid": UUID(int=0), "str": "x", "slug": "x"}
    names = {id(converter): name for name, converter in get_converters().items()}
    arguments = {
        name: known.get(name, values[names[id(converters[name])]]) for name in possible[0][1]
    }
    return reverse(page, kwargs=arguments)


def wanted(page: str, method: str, role: str | None) -> str:
    """Return what the file says: open, refused, sign in first, or no such method."""
    methods = POLICY["pages"][page]
    who = methods.get(method, [])
    if "everyone" in who or (role and ("signed_in" in who or role in who)):
        return "open"
    if method not in methods:
        return "no such method"
    return "refused" if role else "sign in"


def met(answer) -> str:
    if answer.status_code == 302 and answer.url.startswith(reverse("login")):
        return "sign in"
    return {405: "no such method", 403: "refused"}.get(answer.status_code, "open")


def test_a_refused_page_is_logged_and_says_nothing_of_the_case():
    loop = Loop.new()
    case = loop.register(name="王小明")
    client = signed_in(loop.user("tangxue"))
    answer = client.get(reverse("case", args=[case.number]))
    assert answer.status_code == 403
    assert "王小明" not in answer.content.decode()
    entry = AccessEntry.objects.get()
    assert (entry.kind, entry.actor, entry.data) == (
        *("refused", loop.user("tangxue")),
        {"page": "case", "method": "GET"},
    )


def test_a_flag_opens_nothing():
    """There is no superuser: no column for it, no command, and the attribute is not asked."""
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, User._meta.db_table)
    assert {column.name for column in columns}.isdisjoint({"is_superuser", "is_staff"})
    user = User.objects.create_user("root", "管理员", "Bihuan2026huan")
    user.is_superuser = True
    assert not user.is_staff
    assert not user.has_perm("accounts.change_user")
    assert not user.has_module_perms("accounts")
    assert signed_in(user).get(reverse("admin:index")).status_code == 403
    assert signed_in(user).get(reverse("case_list")).status_code == 403
    with pytest.raises((CommandError, AttributeError, TypeError)):
        call_command("createsuperuser", username="boss", name="老板", interactive=False)
    assert not User.objects.filter(username="boss").exists()


def test_somebody_who_has_left_cannot_come_in_nor_stay():
    loop = Loop.new()
    user, client = loop.user("zhoumin"), Client()
    assert authenticate(username="zhoumin", password=people.PASSWORD) == user
    assert client.login(username="zhoumin", password=people.PASSWORD)
    assert client.get("/").status_code == 200
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert authenticate(username="zhoumin", password=people.PASSWORD) is None
    assert client.get("/").url.startswith(reverse("login"))


@pytest.mark.parametrize("tried", [("zhoumin", "wrong"), ("nobody", "wrong"), (None, None)])
def test_a_wrong_name_or_password_lets_nobody_in(tried):
    Loop.new()
    assert authenticate(username=tried[0], password=tried[1]) is None


def test_the_address_does_not_come_from_a_forwarding_header():
    loop = Loop.new()
    client = signed_in(loop.user("tangxue"))
    client.get(reverse("case_list"), headers={"x-forwarded-for": "1.2.3.4"}, REMOTE_ADDR="10.0.0.9")
    assert AccessEntry.objects.get().address == "10.0.0.9"


def test_a_form_without_the_browsers_token_is_refused():
    loop = Loop.new()
    case = loop.register()
    client = Client(enforce_csrf_checks=True)
    client.force_login(loop.user("zhoumin"))
    data = {"key": str(uuid4()), "seen": case.event_count, "note": "无令牌"}
    answer = client.post(reverse("case_act", args=[case.number, "noted"]), data)
    assert answer.status_code == 403
    assert Complaint.objects.get().event_count == 2
