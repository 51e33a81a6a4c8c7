"""The code by which a customer follows a case: shown once; the database keeps a keyed digest alone.

It is made of the form's own key, which the browser alone has: a second press of the same form shows the
same code again, and nobody else can make it.
"""

from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

# Without letters and digits that look alike: 32 of them, so that a byte falls on each alike.
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
GROUPS, LENGTH = 4, 5


def of_form(key: UUID) -> str:
    """Return the code of what was sent with a form: a hundred bits, in groups to be written down."""
    made = salted_hmac("portal.code", str(key), algorithm="sha256").digest()
    signs = "".join(ALPHABET[byte % len(ALPHABET)] for byte in made[: GROUPS * LENGTH])
    return "-".join(signs[at : at + LENGTH] for at in range(0, len(signs), LENGTH))


def digest(code: str) -> str:
    """Return what is kept of a code."""
    return _digest(code, settings.SECRET_KEY)


def digests(code: str) -> list[str]:
    """Return what may be kept of a code, by the present key or an earlier one; its spacing is nothing."""
    return [_digest(code, key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def _digest(code: str, secret: str) -> str:
    plain = "".join(sign for sign in code.upper() if sign in ALPHABET)
    return salted_hmac("portal.track", plain, secret=secret, algorithm="sha256").hexdigest()
