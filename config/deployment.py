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


@register(Tags.security, deploy=True)
def servers(app_configs, **options) -> list[Error]:
    """Return an error for each server that is reached in clear, or without knowing that it is the one."""
    return [*_postgres(), *_redis(), *_mail()]


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
    addresses = {
        "REDIS_URL": settings.REDIS_URL,
        "CACHE_URL": settings.CACHES["default"].get("LOCATION", ""),
    }
    for name, url in addresses.items():
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
