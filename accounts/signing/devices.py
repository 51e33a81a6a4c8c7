"""Devices from which somebody has signed in before: a signed cookie that opens nothing by itself."""

import secrets

from django.conf import settings
from django.core import signing

from accounts.models import User

SALT = "accounts.device"
KEPT_SECONDS = 365 * 24 * 3600


def known(request, username: str) -> str:
    """Return the id of the device where it is known to the account, else an empty text."""
    try:
        told = signing.loads(
            request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""), salt=SALT, max_age=KEPT_SECONDS
        )
    except signing.BadSignature:
        return ""
    person = User.objects.filter(username=username).values_list("pk", flat=True).first()
    return told.get(str(person), "") if person and isinstance(told, dict) else ""


def remember(request, response, person: User) -> None:
    """Let the device be known to somebody who has signed in; it may be known to several people."""
    try:
        told = signing.loads(
            request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""), salt=SALT, max_age=KEPT_SECONDS
        )
    except signing.BadSignature:
        told = {}
    others = {key: value for key, value in told.items() if key != str(person.pk)}
    newest = dict(list(others.items())[-9:])
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps({**newest, str(person.pk): secrets.token_hex(16)}, salt=SALT),
        max_age=KEPT_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
