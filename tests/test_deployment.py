"""What an installation for work is not let off: encrypted, verified servers, and proxies it has listed."""

import os
import subprocess
import sys

import pytest
from django.conf import settings as configured
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory

from config import environment
from config.proxies import TrustedProxies

POSTGRES = "postgresql://bihuan_app:4vR8wq2kTz@{0}/bihuan"
REDIS = "rediss://:9mKx3hPw7c@{0}/0?ssl_cert_reqs=required"
SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture
def at_work(settings):
    """Set up a site for work with everything as it should be."""
    settings.FOR_WORK = True
    settings.DATABASES = {"default": database("db.example", "verify-full")}
    settings.REDIS_URL = REDIS.format("redis.example")
    settings.CACHES = {"default": {"LOCATION": REDIS.format("cache.example")}}
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = SMTP, "mail.example"
    settings.EMAIL_USE_TLS = True
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.DEMO_LOGINS = []
    return settings


def database(host: str, mode: str = "") -> dict:
    url = POSTGRES.format(host) + (f"?sslmode={mode}" if mode else "")
    return environment.database(url)


def found() -> list[str]:
    """Return our errors of the deploy check, which stop a deployment."""
    errors = run_checks(tags=["security"], include_deployment_checks=True)
    ours = [one for one in errors if str(one.id).startswith("bihuan.")]
    assert all(one.is_serious() for one in ours)
    return sorted({one.id for one in ours})


def test_a_site_with_verified_tls_everywhere_is_let_through(at_work):
    assert found() == []


@pytest.mark.parametrize("mode", ["", "disable", "prefer", "require", "verify-ca"])
def test_postgresql_elsewhere_is_reached_over_verified_tls(mode, at_work, monkeypatch):
    at_work.DATABASES = {"default": database("db.example", mode)}
    assert found() == ["bihuan.E001"]
    at_work.DATABASES = {"default": database("localhost", mode)}
    assert found() == []
    monkeypatch.setenv("DATABASE_OWNER_URL", POSTGRES.format("db.example"))
    assert found() == ["bihuan.E001"]


@pytest.mark.parametrize(
    "url",
    [
        "redis://:9mKx3hPw7c@redis.example/0",
        "rediss://:9mKx3hPw7c@redis.example/0",
        "rediss://:9mKx3hPw7c@redis.example/0?ssl_cert_reqs=none",
        "rediss://:9mKx3hPw7c@redis.example/0?ssl_cert_reqs=required&ssl_check_hostname=false",
    ],
)
def test_redis_elsewhere_is_reached_over_verified_tls(url, at_work):
    at_work.REDIS_URL = url
    assert found() == ["bihuan.E002"]
    at_work.REDIS_URL = "redis://localhost:6379/0"
    assert found() == []
    at_work.CACHES = {"default": {"LOCATION": url}}
    assert found() == ["bihuan.E002"]


def test_mail_elsewhere_is_sent_over_tls(at_work):
    at_work.EMAIL_USE_TLS = False
    assert found() == ["bihuan.E003"]
    at_work.EMAIL_USE_SSL = True
    assert found() == []
    at_work.EMAIL_USE_SSL, at_work.EMAIL_HOST = False, "localhost"
    assert found() == []


def test_the_scanner_gets_no_file_in_clear_over_the_network(at_work):
    at_work.CLAMD = "tcp://scanner.example:3310"
    assert found() == ["bihuan.E009"]
    for near in ("tcp://127.0.0.1:3310", "unix:///run/clamav/clamd.sock"):
        at_work.CLAMD = near
        assert found() == []


@pytest.mark.parametrize("password", ["", "postgres", "Password", "bihuan_app"])
def test_no_service_has_a_usual_password(password, at_work):
    secret = f":{password}" if password else ""
    url = f"postgresql://bihuan_app{secret}@db.example/bihuan?sslmode=verify-full"
    at_work.DATABASES = {"default": environment.database(url)}
    assert found() == ["bihuan.E010"]
    at_work.DATABASES = {"default": environment.database(f"{url}&sslcert=client.crt")}
    assert found() == []  # a certificate of the client stands for a password
    at_work.DATABASES = {"default": database("db.example", "verify-full")}
    at_work.REDIS_URL = f"rediss://bihuan_app{secret}@redis.example/0?ssl_cert_reqs=required"
    assert found() == ["bihuan.E010"]
    at_work.REDIS_URL = "redis://localhost:6379/0"
    at_work.LDAP_BIND_DN, at_work.LDAP_BIND_PASSWORD = "bihuan_app", password
    assert found() == ["bihuan.E010"]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("CALLBACK_LOCALHOST", True, "bihuan.E004"),
        ("SESSION_COOKIE_SECURE", False, "bihuan.E005"),
        ("CSRF_COOKIE_SECURE", False, "bihuan.E005"),
        ("SESSION_COOKIE_HTTPONLY", False, "bihuan.E005"),
        ("DEMO_LOGINS", [{"name": "x"}], "bihuan.E006"),
        ("CSRF_TRUSTED_ORIGINS", ["http://bihuan.example"], "bihuan.E008"),
    ],
)
def test_what_is_for_trying_out_stays_out_of_work(name, value, code, at_work):
    setattr(at_work, name, value)
    assert found() == [code]
    at_work.FOR_WORK = False
    assert found() == []


def test_proxies_are_listed_one_by_one(at_work, monkeypatch):
    monkeypatch.setenv("TRUSTED_PROXIES", "10.0.0.7,0.0.0.0/0")
    at_work.TRUSTED_PROXIES = environment.networks("TRUSTED_PROXIES", "")
    assert found() == ["bihuan.E007"]
    monkeypatch.setenv("TRUSTED_PROXIES", "proxy")
    with pytest.raises(ImproperlyConfigured, match="TRUSTED_PROXIES"):
        environment.networks("TRUSTED_PROXIES", "")


def test_no_switch_weakens_the_cookies_of_a_site_for_work():
    told = "from django.conf import settings as s; print(s.SECURE, s.SESSION_COOKIE_NAME)"
    env = os.environ | {
        "SECURE_COOKIES": "0",
        "ALLOWED_HOSTS": "localhost,bihuan.example",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    said = subprocess.run(
        [sys.executable, "-c", told],
        cwd=configured.BASE_DIR,
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.split() == ["True", "__Host-session"]


@pytest.mark.parametrize(
    ("peer", "socket", "believed"),
    [
        ("10.0.0.7", False, True),
        ("10.0.0.8", False, False),
        ("127.0.0.1", False, False),
        ("::ffff:10.0.0.7", False, False),
        ("", False, False),
        ("", True, True),
        ("nonsense", True, False),
    ],
)
def test_a_header_says_https_of_listed_proxies_alone(peer, socket, believed, settings, monkeypatch):
    monkeypatch.setenv("TRUSTED_PROXIES", "10.0.0.7")
    settings.TRUSTED_PROXIES = environment.networks("TRUSTED_PROXIES", "")
    settings.TRUSTED_SOCKET = socket
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    request = RequestFactory().get("/", headers={"x-forwarded-proto": "https"}, REMOTE_ADDR=peer)
    assert TrustedProxies(lambda one: one.is_secure())(request) is believed


def test_nobody_reads_the_header_before_it_was_judged():
    assert configured.MIDDLEWARE[0] == "config.proxies.TrustedProxies"
