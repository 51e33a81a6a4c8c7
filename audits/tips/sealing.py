"""Sealing what an internal report says: the database alone gives nothing of it away."""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE = b"bihuan internal report"


def seal(text: str) -> str:
    """Return a text as only this installation can read it; the key never lies in the database."""
    return _key().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Return what was sealed. Raises cryptography.fernet.InvalidToken if it was tampered with."""
    return _key().decrypt(sealed.encode()).decode()


def _key() -> Fernet:
    derived = HKDF(SHA256(), length=32, salt=None, info=PURPOSE)
    return Fernet(urlsafe_b64encode(derived.derive(settings.SECRET_KEY.encode())))
