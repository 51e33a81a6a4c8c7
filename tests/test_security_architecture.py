"""docs/security-architecture.md names every way out, every secret and every key's purpose."""

import ast
import re
import socket
from functools import cache

import pytest
from django.conf import settings

from tests import outside

PAGE = (settings.BASE_DIR / "docs" / "security-architecture.md").read_text("utf-8")
# What reaches other machines, or lets others in.
REACHING = {
    *(
        "urllib.request",
        "urllib3",
        "requests",
        "http.client",
        "httpx",
        "socket",
        "smtplib",
        "ftplib",
    ),
    *("ldap3", "apprise", "redis", "authlib", "django.core.mail", "telnetlib", "xmlrpc"),
}
APPS = (
    *("accounts", "archive", "audits", "complaints", "config", "demo", "jobs", "notices"),
    *("penalties", "portal", "records", "regulations", "reports", "sla", "workbooks"),
)
SECRET = re.compile(
    r"URL|HOST$|HOSTS_|KEY|TOKEN|SECRET|PASSWORD$|CLAMD|ISSUER|GATEWAY|_CA_FILE|BIND"
)
# Named like one, and none.
NO_SERVER = {"STATIC_URL"}


@cache
def sources() -> list[tuple[str, str]]:
    """Return (path, text) of every module of the product; migrations ask nobody."""
    paths = (path for app in APPS for path in sorted((settings.BASE_DIR / app).rglob("*.py")))
    kept = (path for path in paths if path.parent.name != "migrations")
    return [(one.relative_to(settings.BASE_DIR).as_posix(), one.read_text("utf-8")) for one in kept]


def reaches_out(text: str) -> bool:
    """Say whether a module imports what can reach another machine."""
    if not any(name.rpartition(".")[2] in text for name in REACHING):
        return False
    names = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {one.name for one in node.names}
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
    parts = {".".join(name.split(".")[:n]) for name in names for n in range(1, 4)}
    return not parts.isdisjoint(REACHING)


def test_every_module_that_reaches_out_is_named():
    found = [path for path, text in sources() if reaches_out(text)]
    assert "notices/calling.py" in found
    assert [path for path in found if f"`{path}`" not in PAGE] == []


def test_what_reaches_out_is_found_however_it_is_imported():
    for text in ("import socket", "from urllib import request", "from django.core import mail"):
        assert reaches_out(text), text
    assert not reaches_out("from django.db import models\nfrom urllib.parse import urlsplit")


def test_every_server_and_secret_of_the_settings_is_named():
    text = (settings.BASE_DIR / "config" / "settings.py").read_text("utf-8")
    named = {*re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', text), "DATABASE_OWNER_URL"}
    wanted = {one for one in named if SECRET.search(one)} - NO_SERVER
    assert {"DATABASE_URL", "SMS_GATEWAY", "LDAP_BIND_PASSWORD", "SECRET_KEY"} <= wanted
    assert [one for one in sorted(wanted) if f"`{one}`" not in PAGE] == []


def test_every_purpose_of_a_key_is_named():
    found = {
        one for _path, text in sources() for one in re.findall(r'^PURPOSE = b"(.+)"', text, re.M)
    }
    assert len(found) == 4
    assert [one for one in sorted(found) if f"`{one}`" not in PAGE] == []


def test_no_test_and_no_library_has_asked_another_machine():
    with pytest.raises(outside.ReachedOut), socket.socket() as tried:
        tried.connect(("192.0.2.1", 443))
    assert outside.TRIED.pop() == "('192.0.2.1', 443)"
    assert outside.TRIED == []
