"""Requests that no browser of ours sends: each is answered in words, and none gets more than others."""

import logging
import re
from random import seed
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse
from gunicorn.config import Config
from gunicorn.http.wsgi import Response

from accounts.models import AccessEntry
from complaints.models import Complaint
from demo.people import PASSWORD
from tests.accounts.test_inv_24 import parameters_of
from tests.accounts.test_pages import POLICY, ROLES
from tests.complaints.sending import registration, signed_in
from tests.loop import Loop

pytestmark = pytest.mark.django_db

SCRIPT = "<script>alert(1)</script>"
HOSTILE = {
    "nul": "a\0b",
    "number": "9" * 40,
    "words": f"\"'>{SCRIPT} OR 1=1 -- {{0.__class__}} %s%n {{% debug %}} ../../etc/passwd",
}
# What pages read from their addresses, beside the fields of the lists' filters.
NAMES = frozenset(
    {"after", "before", "department", "draft", "format", "kind", "next", "preset", "regulation"}
    | {"scope", "since", "state", "texts", "unit", "until", "with"}
)


@pytest.fixture
def loop() -> Loop:
    return Loop.new()


def listed(client: Client, url: str) -> set[str]:
    """Return the names of the fields on a page that an address can fill in."""
    answer = client.get(url)
    page = "" if answer.streaming else answer.content.decode()
    return {*re.findall(r'<(?:input|select)[^>]* name="([a-z_]+)"', page)}


def test_hostile_values_in_an_address_are_no_error_and_are_shown_as_text(loop):
    loop.register()
    clients = {role: signed_in(loop.user(name)) for role, name in ROLES.items()}
    bad, tried = {}, 0
    for page, methods in POLICY["pages"].items():
        role = next((one for one in ROLES if one in methods.get("GET", ())), "administrator")
        if "GET" not in methods or page in ("admin:*", "logout") or parameters_of(page):
            continue
        url = reverse(page)
        names = {*NAMES, *listed(clients[role], url)}
        for what, value in HOSTILE.items():
            answer = clients[role].get(url, dict.fromkeys(names, value))
            body = b"" if answer.streaming else answer.content
            tried += 1
            if answer.status_code >= 500 or SCRIPT.encode() in body:
                bad[page, what] = answer.status_code
    assert bad == {}
    assert tried > 50


@pytest.mark.parametrize("name", [*HOSTILE.values(), "长" * 10_000, ""])
def test_whatever_name_is_typed_is_a_name_that_nobody_has(name, loop):
    client = Client(raise_request_exception=False)
    answer = client.post(reverse("login"), {"username": name, "password": name})
    assert answer.status_code == 200
    assert SCRIPT not in answer.content.decode()


def test_what_a_customer_wrote_is_text_on_every_page(loop):
    client = signed_in(loop.user("zhoumin"))
    words = {"subject": f"门禁{SCRIPT}", "description": f"坏了{SCRIPT}", "demand": SCRIPT}
    assert client.post(reverse("register"), registration(loop, **words)).status_code == 302
    case = Complaint.objects.get()
    paths = [
        reverse("case", args=[case.number]),
        reverse("case_act", args=[case.number, "noted"]),
        reverse("case_list"),
        reverse("desk"),
    ]
    pages = [client.get(path).content.decode() for path in paths]
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in pages[0]
    assert not any(SCRIPT in page for page in pages)


def test_fields_that_the_form_has_not_set_nothing(loop):
    client = signed_in(loop.user("zhoumin"))
    more = {
        "id": 4711,
        "number": "DL2099990001",
        "state": "archived",
        "grade": "一般投诉",
        "unit": loop.organisation.tobacco.pk,
        "owner_department": loop.department("营销部").pk,
        "event_count": 99,
    }
    assert client.post(reverse("register"), registration(loop)).status_code == 302
    assert client.post(reverse("register"), registration(loop) | more).status_code == 302
    plain, stuffed = Complaint.objects.order_by("number")
    for name in ("state", "grade", "unit_id", "owner_department_id", "event_count"):
        assert getattr(stuffed, name) == getattr(plain, name)
    assert stuffed.number[:-4] == plain.number[:-4]
    assert stuffed.pk != 4711


def test_what_stands_in_an_address_is_no_part_of_a_form(loop):
    client = Client()
    known = f"?username=zhoumin&password={PASSWORD}"
    assert client.post(reverse("login") + known).status_code == 200
    assert client.get(reverse("desk")).status_code == 302


@pytest.mark.parametrize("kind", ["application/json", "text/xml", "text/plain", "x/y"])
def test_a_body_of_another_kind_is_no_form(kind, loop):
    client = signed_in(loop.user("zhoumin"))
    body = '{"subject": "x"}'
    assert client.post(reverse("register"), body, content_type=kind).status_code in (400, 415, 422)
    assert Complaint.objects.count() == 0


@pytest.mark.parametrize("where", ["https://example.com/", "//example.com", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site(where, loop):
    client = Client()
    data = {"username": "zhoumin", "password": PASSWORD}
    answer = client.post(f"{reverse('login')}?next={where}", data | {"next": where})
    assert (answer.status_code, answer["Location"]) == (302, reverse("desk"))
    answer = client.post(reverse("set_language"), {"language": "en", "next": where})
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_a_session_is_a_long_cookie_that_scripts_and_other_sites_do_not_get(loop):
    client = Client()
    answer = client.post(reverse("login"), {"username": "zhoumin", "password": PASSWORD})
    cookie = answer.cookies[settings.SESSION_COOKIE_NAME]
    # 32 signs of 36, drawn by `secrets`: 165 bits.
    assert re.fullmatch(r"[a-z0-9]{32}", cookie.value)
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert cookie["domain"] == ""
    # Nobody foretells the next one from a generator whose state they know.
    drawn = set()
    for _n in range(2):
        seed(7)
        again = Client().post(reverse("login"), {"username": "hejia", "password": PASSWORD})
        drawn.add(again.cookies[settings.SESSION_COOKIE_NAME].value)
    assert len(drawn) == 2
    page = client.get(reverse("sessions"))
    assert cookie.value not in page.content.decode()
    other = Client()
    address = f"{reverse('desk')}?{settings.SESSION_COOKIE_NAME}={cookie.value}"
    assert other.get(address).status_code == 302


@pytest.mark.parametrize(
    "path",
    [
        *("/static/", "/static/js/", "/media/", "/attachments/", "/.git/config", "/.env"),
        *("/manage.py", "/static/../manage.py", "/static/%2e%2e/manage.py", "/static/js/.DS_Store"),
        *("/static//etc/passwd", "/static/app.css~", "/config/settings.py"),
    ],
)
def test_no_folder_and_no_file_of_the_server_is_listed_or_read(path, loop):
    for client in (Client(), signed_in(loop.user("fangzhou"))):
        answer = client.get(path)
        assert answer.status_code == 404, path


def test_an_error_says_nothing_of_itself_and_lets_nobody_through(loop, monkeypatch, caplog):
    case = loop.register()

    def broken(*given, **named):
        raise RuntimeError("CANARY-7")

    monkeypatch.setattr("complaints.views.case.case_for", broken)
    answer = signed_in(loop.user("zhoumin")).get(reverse("case", args=[case.number]))
    page = answer.content.decode()
    assert answer.status_code == 500
    assert "CANARY" not in page
    assert "Traceback" not in page
    assert case.number not in page
    assert "Internal Server Error" in caplog.text


def test_an_address_cannot_write_lines_of_its_own_into_the_log(loop, caplog):
    with caplog.at_level(logging.WARNING):
        signed_in(loop.user("zhoumin")).get("/x%0D%0AERROR%20root%20forged/")
    lines = [record.getMessage() for record in caplog.records]
    assert any("forged" in line for line in lines)
    assert not any("\n" in line or "\r" in line for line in lines)


@pytest.mark.parametrize("method", ["DELETE", "TRACE", "PROPFIND"])
def test_a_method_that_no_page_has_is_refused_and_logged(method, loop, caplog):
    answer = signed_in(loop.user("zhoumin")).generic(method, reverse("desk"))
    assert answer.status_code == 405
    assert answer["Allow"] == "GET"
    assert any("Method Not Allowed" in record.getMessage() for record in caplog.records)


@pytest.mark.parametrize("origin", ["null", "https://example.com"])
def test_no_other_origin_is_let_in_and_none_is_believed(origin, loop):
    case = loop.register()
    client = Client(enforce_csrf_checks=True)
    client.force_login(loop.user("zhoumin"))
    answer = client.get(reverse("desk"), headers={"origin": origin})
    assert not [name for name in answer.headers if name.startswith("Access-Control-")]
    token = client.cookies[settings.CSRF_COOKIE_NAME].value
    data = {
        "key": str(uuid4()),
        "seen": case.event_count,
        "note": "x",
        "csrfmiddlewaretoken": token,
    }
    url = reverse("case_act", args=[case.number, "noted"])
    assert client.post(url, data, headers={"origin": origin}).status_code == 403
    assert client.post(url, data).status_code == 302


@pytest.mark.parametrize(
    "header",
    ["X-Remote-User", "Remote-User", "X-Forwarded-User", "Authorization", "X-Original-URL"],
)
def test_a_header_of_a_proxy_signs_nobody_in(header, loop):
    client = Client(headers={header: "/status/" if "URL" in header else "fangzhou"})
    answer = client.get(reverse("desk"))
    assert answer.url.startswith(reverse("login"))
    assert answer.wsgi_request.user == AnonymousUser()
    assert not AccessEntry.objects.exists()


def test_our_scripts_run_no_text_and_build_no_markup():
    found = {}
    for path in sorted((settings.BASE_DIR / "static" / "js").glob("*.js")):
        text = path.read_text(encoding="utf-8")
        words = r"\beval\(|new Function|\.(?:inner|outer)HTML|insertAdjacentHTML|document\.write"
        if used := re.findall(words, text):
            found[path.name] = used
    assert found == {}
    base = (settings.BASE_DIR / "templates" / "base.html").read_text(encoding="utf-8")
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', base)


def test_the_web_server_does_not_tell_its_version():
    request = SimpleNamespace(version=(1, 1), should_close=lambda: False, method="GET")
    answer = Response(request, None, Config())
    answer.start_response("200 OK", [])
    server = next(line for line in answer.default_headers() if line.startswith("Server:"))
    assert server.strip() == "Server: gunicorn"


def test_pages_ask_for_no_device_and_let_passwords_be_pasted(loop):
    answer = Client().get(reverse("login"))
    allowed = answer.headers["Permissions-Policy"]
    for feature in ("camera", "geolocation", "microphone", "payment", "usb"):
        assert f"{feature}=()" in allowed
    assert 'autocomplete="current-password"' in answer.content.decode()
    scripts = (settings.BASE_DIR / "static" / "js").glob("*.js")
    assert not [one.name for one in scripts if '"paste"' in one.read_text(encoding="utf-8")]
