"""Sealing texts: what lies in the database, or in a copy of it, is read with the installation's key alone."""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def seal(text: str, purpose: bytes) -> str:
    """Return a text as only this installation can read it, and only for the same purpose."""
    return _box(purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, purpose: bytes) -> str:
    """Return what was sealed, with the present key or one of SECRET_KEY_FALLBACKS.

    Raises cryptography.fernet.InvalidToken where it was tampered with, or sealed with another key.
    """
    return _box(purpose).decrypt(sealed.encode()).decode()


def reseal(sealed: str, purpose: bytes) -> str:
    """Return the same text under the present key. Raises InvalidToken as `unseal` does."""
    return _box(purpose).rotate(sealed.encode()).decode()


def is_newest(sealed: str, purpose: bytes) -> bool:
    """Say whether a text was sealed with the present key. Raises InvalidToken where no key opens it."""
    unseal(sealed, purpose)
    try:
        Fernet(_key(settings.SECRET_KEY, purpose)).decrypt(sealed.encode())
    except InvalidToken:
        return False
    return True


def _box(purpose: bytes) -> MultiFernet:
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([Fernet(_key(secret, purpose)) for secret in secrets])


def _key(secret: str, purpose: bytes) -> bytes:
    derived = HKDF(SHA256(), length=32, salt=None, info=purpose).derive(secret.encode())
    return base64.urlsafe_b64encode(derived)
