"""What `check --deploy` demands of an installation: its parts talk encrypted, and know whom they talk to.

A server of this machine, by name or by socket, is exempt; so is a site for trying out, which answers to
this machine's names alone, of what concerns the site itself.
"""

import os
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.core.checks import Error, Tags, register

from config import environment

# What redis-py and kombu call a certificate that has to fit.
CHECKED = frozenset({"required", "cert_required"})
# What services come with, and what people put there for a start.
USUAL = frozenset(
    {
        *("", "admin", "bihuan", "bihuan_app", "changeme", "default", "guest", "password"),
        *("postgres", "redis", "root", "secret", "test", "123456", "12345678"),
    }
)


@register(Tags.security, deploy=True)
def servers(app_configs, **options) -> list[Error]:
    """Return an error for each server that is reached in clear, or without knowing that it is the one."""
    return [*_postgres(), *_redis(), *_mail(), *_scanner(), *_passwords()]


@register(Tags.security, deploy=True)
def site(app_configs, **options) -> list[Error]:
    """Return an error for each setting that is for trying out, or believes too many."""
    if not settings.FOR_WORK:
        return []
    return [*_for_trying_out(), *_believed()]


def _postgres() -> Iterator[Error]:
    entries = {"DATABASE_URL": settings.DATABASES["default"]}
    if owner := os.environ.get("DATABASE_OWNER_URL"):
        entries["DATABASE_OWNER_URL"] = environment.database(owner)
    for name, entry in entries.items():
        here = all(map(environment.is_here, str(entry["HOST"]).split(",")))
        if not here and entry.get("OPTIONS", {}).get("sslmode") != "verify-full":
            hint = "Add ?sslmode=verify-full and, for an authority of your own, sslrootcert=FILE."
            yield Error(
                f"{name}: PostgreSQL is reached without verified TLS.", hint, id="bihuan.E001"
            )


def _redis() -> Iterator[Error]:
    for name, url in _redis_addresses().items():
        parts = urlsplit(str(url))
        asked = parse_qs(parts.query)
        checked = asked.get("ssl_cert_reqs", [""])[0].lower() in CHECKED
        named = asked.get("ssl_check_hostname", ["true"])[0].lower() in {"true", "1", "yes"}
        here = parts.scheme == "unix" or environment.is_here(parts.hostname or "")
        if not here and not (parts.scheme == "rediss" and checked and named):
            hint = "Use rediss://…?ssl_cert_reqs=required, with ssl_ca_certs=FILE for your own authority."
            yield Error(f"{name}: Redis is reached without verified TLS.", hint, id="bihuan.E002")


def _mail() -> Iterator[Error]:
    by_smtp = settings.EMAIL_BACKEND.endswith("smtp.EmailBackend")
    encrypted = settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL
    if by_smtp and not environment.is_here(settings.EMAIL_HOST) and not encrypted:
        hint = "Set EMAIL_USE_TLS=1 (STARTTLS) or EMAIL_USE_SSL=1; the certificate is checked."
        yield Error("EMAIL_HOST: mail is sent in clear.", hint, id="bihuan.E003")


def _scanner() -> Iterator[Error]:
    parts = urlsplit(settings.CLAMD)
    if parts.scheme == "tcp" and not environment.is_here(parts.hostname or ""):
        hint = (
            "ClamAV speaks no TLS: run it on this machine, or bring it here by an encrypted tunnel."
        )
        yield Error("CLAMD: files go to the scanner in clear.", hint, id="bihuan.E009")


def _passwords() -> Iterator[Error]:
    """Yield an error for each service that lets in whoever knows its usual password, or nobody's."""
    entry = settings.DATABASES["default"]
    by_certificate = "sslcert" in entry.get("OPTIONS", {})
    redis, cache = (urlsplit(str(url)) for url in _redis_addresses().values())
    found = {
        "DATABASE_URL": (
            "" if by_certificate else entry["HOST"],
            entry["USER"],
            entry["PASSWORD"],
        ),
        "REDIS_URL": (redis.hostname or "", redis.username or "", redis.password or ""),
        "CACHE_URL": (cache.hostname or "", cache.username or "", cache.password or ""),
    }
    for name, user, password in (
        ("EMAIL_HOST_PASSWORD", settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD),
        ("LDAP_BIND_PASSWORD", settings.LDAP_BIND_DN, settings.LDAP_BIND_PASSWORD),
    ):
        if user:
            found[name] = ("elsewhere", user, password)
    for name, (host, user, password) in found.items():
        here = all(map(environment.is_here, host.split(",")))
        if not here and (password.lower() in USUAL or password == user):
            hint = "Give the service a long random password of its own."
            yield Error(f"{name}: no password, or a usual one.", hint, id="bihuan.E010")


def _redis_addresses() -> dict[str, str]:
    cache = settings.CACHES["default"].get("LOCATION", "")
    return {"REDIS_URL": settings.REDIS_URL, "CACHE_URL": cache}


def _for_trying_out() -> Iterator[Error]:
    if settings.CALLBACK_LOCALHOST:
        yield Error("CALLBACK_LOCALHOST is for trying out.", "Leave it out.", id="bihuan.E004")
    for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY"):
        if not getattr(settings, name):
            yield Error(
                f"{name} is off.", "No installation for work is without it.", id="bihuan.E005"
            )
    if settings.DEMO_LOGINS:
        yield Error("DEMO_LOGINS shows who can sign in.", "Leave it out.", id="bihuan.E006")


def _believed() -> Iterator[Error]:
    if any(network.prefixlen == 0 for network in settings.TRUSTED_PROXIES):
        hint = "List the addresses of your proxies alone."
        yield Error("TRUSTED_PROXIES believes everybody.", hint, id="bihuan.E007")
    clear = [one for one in settings.CSRF_TRUSTED_ORIGINS if not one.startswith("https://")]
    if clear:
        hint = "Origins of forms begin with https://."
        yield Error(f"CSRF_TRUSTED_ORIGINS: {', '.join(clear)}", hint, id="bihuan.E008")
