"""Typed reading of environment variables; a value may also be in the file that NAME_FILE names."""

import os
from collections.abc import Mapping
from datetime import time
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# A server that does not answer must not hold a page: it says 503 within this time.
CONNECT_SECONDS = 2
# This machine's own names; without a host libpq takes a socket of this machine.
HERE = frozenset({"", "localhost", "127.0.0.1", "::1", "[::1]"})
T = TypeVar("T")


def text(name: str, default: str | None = None) -> str:
    """Return a variable; without a default a missing one stops the start."""
    if value := os.environ.get(name):
        return value
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    if default is None:
        raise ImproperlyConfigured(f"{name} is not set")
    return default


def flag(name: str, default: bool = False) -> bool:
    """Return a variable that is 1 or 0, true or false, yes or no."""
    value = text(name, "1" if default else "0").lower()
    if value not in {"0", "1", "true", "false", "yes", "no"}:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}")
    return value in {"1", "true", "yes"}


def words(name: str, default: str = "") -> list[str]:
    """Return a variable that lists words parted by commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def networks(name: str, default: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Return a variable that lists addresses or networks parted by commas."""
    try:
        return tuple(ip_network(word) for word in words(name, default))
    except ValueError as problem:
        raise ImproperlyConfigured(f"{name}: {problem}") from None


def is_here(host: str) -> bool:
    """Say whether a host is this machine: by its name, or as the folder of a socket."""
    return host in HERE or host.startswith("/")


def address(name: str, *schemes: str) -> str:
    """Return a variable that is a URL with one of some schemes; empty where it is not set."""
    value = text(name, "")
    if value and urlsplit(value).scheme not in schemes:
        raise ImproperlyConfigured(f"{name} must begin with {' or '.join(schemes)}")
    return value


def encrypted(name: str) -> str:
    """Return a variable that is an https:// URL, or an http:// one of this machine; empty where not set."""
    value = address(name, "https", "http")
    if urlsplit(value).scheme == "http" and not is_here(urlsplit(value).hostname or "?"):
        raise ImproperlyConfigured(f"{name} must begin with https")
    return value.rstrip("/")


def choice(name: str, values: Mapping[str, T], default: str) -> T:
    """Return the value for which a variable stands, one of a few."""
    key = text(name, default)
    if key not in values:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(values)}, not {key!r}")
    return values[key]


def hours(name: str, default: str) -> tuple[time, time] | None:
    """Return the two times of a variable like 22:00-07:00, None where it is `none`."""
    value = text(name, default)
    if value == "none":
        return None
    try:
        since, until = (time.fromisoformat(part) for part in value.split("-"))
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be like 22:00-07:00 or none") from None
    return since, until


def database(url: str) -> dict[str, object]:
    """Return Django's DATABASES entry for a libpq URL (a unix socket comes as ?host=/path)."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"DATABASE_URL must be a postgresql:// URL, not {parts.scheme}")
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(query.pop("port", parts.port or "")),
        "OPTIONS": {"connect_timeout": CONNECT_SECONDS, **query},
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
