"""What passwords must be like, in one of two profiles.

`asvs` follows OWASP ASVS: long, on no list of common ones, of any signs, kept as long as it is secret.
`dengbao` follows the usual reading of 等级保护 (GB/T 22239): shorter, of several kinds of signs, changed
each quarter, none of the last ones.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

DJANGO = "django.contrib.auth.password_validation"
OWN = "accounts.signing.passwords"


@dataclass(frozen=True)
class Profile:
    """Django's AUTH_PASSWORD_VALIDATORS, and how long a password may be kept, None for ever."""

    validators: list[dict[str, Any]]
    life: timedelta | None


def _validators(length: int, last: int, *more: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what both profiles have; `last` is how many earlier passwords may not come back."""
    return [
        {"NAME": f"{DJANGO}.UserAttributeSimilarityValidator"},
        {"NAME": f"{DJANGO}.MinimumLengthValidator", "OPTIONS": {"min_length": length}},
        {"NAME": f"{OWN}.Longest", "OPTIONS": {"most": 128}},
        {"NAME": f"{DJANGO}.CommonPasswordValidator"},
        *more,
        {"NAME": f"{OWN}.History", "OPTIONS": {"last": last}},
    ]


PROFILES = {
    "asvs": Profile(_validators(12, 0), life=None),
    "dengbao": Profile(
        _validators(8, 5, {"NAME": f"{OWN}.KindsOfSigns", "OPTIONS": {"least": 3}}),
        life=timedelta(days=90),
    ),
}
