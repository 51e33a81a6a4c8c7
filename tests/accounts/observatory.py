"""The score that the HTTP Observatory gives an answer, by its published table (MDN, November 2026).

It begins at 100. What takes away always counts, what adds only where 90 are left; 100 is an A+.
Where the redirection from HTTP leads is asked of the site once, not of each answer.
"""

import re
from collections.abc import Iterator
from http.cookies import Morsel

from django.conf import settings

EXTRA_FROM = 90
HALF_A_YEAR = 15_768_000
PRIVATE = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
SCRIPT = re.compile(r'<script[^>]*\ssrc="((?:https?:)?//[^"]+)"')


def score(answer) -> int:
    """Return the score of an answer to a request over HTTPS."""
    changes = list(_changes(answer))
    left = 100 + sum(one for one in changes if one < 0)
    return left + sum(one for one in changes if one > 0) if left >= EXTRA_FROM else left


def _changes(answer) -> Iterator[int]:
    """Yield what each of the Observatory's tests takes away or adds."""
    headers = answer.headers
    policy = policy_of(answer)
    yield _of_policy(policy)
    yield _of_cookies(list(answer.cookies.values()))
    shared = headers.get("Access-Control-Allow-Origin")
    yield -50 if shared and headers.get("Access-Control-Allow-Credentials") else 0
    yield _of_referrer(headers.get("Referrer-Policy"))
    yield _of_transport(headers.get("Strict-Transport-Security", ""))
    yield _of_scripts(answer)
    yield 0 if headers.get("X-Content-Type-Options") == "nosniff" else -5
    framed = headers.get("X-Frame-Options") in ("DENY", "SAMEORIGIN")
    yield 5 if "frame-ancestors" in policy else 0 if framed else -20
    resources = {None: 0, "cross-origin": 0, "same-origin": 10, "same-site": 10}
    yield resources.get(headers.get("Cross-Origin-Resource-Policy"), -5)


def policy_of(answer) -> dict[str, list[str]]:
    """Return the directives of an answer's content security policy, with their sources."""
    parts = answer.headers.get("Content-Security-Policy", "").split("; ")
    return {part.split()[0]: part.split()[1:] for part in parts if part}


def _of_policy(policy: dict[str, list[str]]) -> int:
    default = policy.get("default-src")
    if default is None:
        return -25
    scripts, styles = policy.get("script-src", default), policy.get("style-src", default)
    objects = policy.get("object-src", default)
    broad = {"'unsafe-inline'", "data:", "https:", "http:", "*"}
    if broad & {*scripts, *objects}:
        return -20
    if "'unsafe-eval'" in scripts:
        return -10
    if broad & {*styles}:
        return 0
    closed = policy.get("form-action") in (["'none'"], ["'self'"])
    return 10 if default == ["'none'"] and closed else 5


def _of_cookies(cookies: list[Morsel]) -> int:
    """The language is the one cookie that is neither a session's nor a guard's."""
    plain = [one for one in cookies if one.key == settings.LANGUAGE_COOKIE_NAME]
    secret = [one for one in cookies if one not in plain and one["max-age"] != 0]
    if not all(one["secure"] for one in secret):
        return -40
    if not all(one["httponly"] for one in secret):
        return -30
    if not all(one["samesite"] in ("Lax", "Strict") for one in secret):
        return -20
    return 5 if secret else 0


def _of_referrer(policy: str | None) -> int:
    if policy is None:
        return 0
    return 5 if policy in PRIVATE else -5


def _of_transport(header: str) -> int:
    promised = re.search(r"max-age=(\d+)", header)
    if not promised:
        return -20
    return 0 if int(promised[1]) >= HALF_A_YEAR else -10


def _of_scripts(answer) -> int:
    """Scripts of another origin, without integrity: over HTTPS, or not."""
    if answer.streaming or not answer.headers.get("Content-Type", "").startswith("text/html"):
        return 0
    foreign = SCRIPT.findall(answer.content.decode())
    if any(not one.startswith("https:") for one in foreign):
        return -50
    return -5 if foreign else 0
