"""INV-29: every answer is hardened: pages, refusals, downloads, unknown addresses, for everybody."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from tests.accounts.observatory import policy_of, score
from tests.accounts.test_pages import ROLES
from tests.complaints.sending import signed_in
from tests.loop import Loop

SETTINGS = """
import json
from django.conf import settings
from django.http import HttpResponse
names = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE",
         "SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_SSL_REDIRECT")
print(json.dumps({name: getattr(settings, name) for name in names}))
"""


def faults(answer, *, private: bool) -> list[str]:
    """Return what an answer over HTTPS lacks: a hundred points of the Observatory (A+), and more."""
    policy = policy_of(answer)
    points = score(answer)
    found = [] if points >= 100 else [f"{points} points"]
    default = policy.get("default-src")
    # A file that somebody has sent may load nothing at all.
    if default not in (["'self'"], ["'none'"]) or policy.get("object-src", default) != ["'none'"]:
        found.append("csp")
    if {"'unsafe-inline'", "'unsafe-eval'"} & {one for parts in policy.values() for one in parts}:
        found.append("unsafe")
    if (
        policy.get("frame-ancestors") != ["'none'"]
        or answer.headers.get("X-Frame-Options") != "DENY"
    ):
        found.append("frames")
    for name, value in (
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
    ):
        if answer.headers.get(name) != value:
            found.append(name)
    sort = answer.headers.get("Content-Type", "")
    if not sort or (sort.startswith("text/") and "charset=utf-8" not in sort):
        found.append(f"Content-Type {sort}")
    if private and "no-store" not in answer.headers.get("Cache-Control", ""):
        found.append("cached")
    for cookie in answer.cookies.values():
        if not cookie["httponly"] and cookie.key not in (settings.LANGUAGE_COOKIE_NAME,):
            found.append(f"cookie {cookie.key}")
    return found


@pytest.mark.django_db
def test_inv_29_answers_about_nothing_are_hardened_too(https):
    """Every page by every method is walked in test_inv_24."""
    loop = Loop.new()
    number = loop.register().number
    clients = {role: signed_in(loop.user(name)) for role, name in ROLES.items()}
    clients[None] = Client(raise_request_exception=False)
    bad = {}
    for role, client in clients.items():
        for path in ("/no-such-page/", f"/cases/{number}/no-such-act/", "/static/no-such.css"):
            private = role is not None and "static" not in path
            if found := faults(client.get(path, secure=True), private=private):
                bad[path, role] = found
    assert bad == {}


def test_inv_29_the_score_is_that_of_the_published_table(https):
    """Nothing done: no policy -25, no HSTS -20, sniffing -5, frames -20; each thing by itself then."""
    answer = HttpResponse("x", content_type="text/html")
    assert score(answer) == 30
    answer["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["X-Frame-Options"] = "DENY"
    assert score(answer) == 75
    answer["Referrer-Policy"] = "same-origin"
    assert score(answer) == 75  # nothing is added below 90
    answer["Content-Security-Policy"] = "default-src 'self'; script-src 'self' 'unsafe-inline'"
    assert score(answer) == 80
    answer["Content-Security-Policy"] = "default-src 'self'; object-src 'none'"
    assert score(answer) == 110
    answer.set_cookie(settings.SESSION_COOKIE_NAME, "x", secure=True, httponly=True, samesite="Lax")
    assert score(answer) == 115
    answer.cookies.clear()
    answer.set_cookie(settings.SESSION_COOKIE_NAME, "x", httponly=True, samesite="Lax")
    assert score(answer) == 60
    answer.cookies.clear()
    answer.content = '<script defer src="//elsewhere.example/x.js"></script>'
    assert score(answer) == 50


@pytest.mark.django_db
def test_inv_29_plain_http_is_led_to_https_on_the_same_host(https):
    answer = Client().get("/login/?next=/")
    assert (answer.status_code, answer["Location"]) == (301, "https://testserver/login/?next=/")


def test_inv_29_behind_https_cookies_are_bound_to_the_host_and_the_year_is_promised():
    env = os.environ | {"SECURE_COOKIES": "1", "DJANGO_SETTINGS_MODULE": "config.settings"}
    said = subprocess.run(
        [sys.executable, "-c", SETTINGS],
        cwd=settings.BASE_DIR,
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(said.stdout) == {
        "SESSION_COOKIE_NAME": "__Host-session",
        "CSRF_COOKIE_NAME": "__Host-csrf",
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SECURE_HSTS_SECONDS": 365 * 24 * 3600,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
        "SECURE_SSL_REDIRECT": True,
    }
