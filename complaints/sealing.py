"""Sealing what people have typed and not sent: a row or a copy of the database alone does not show it."""

import base64
import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac


def seal(value: Any) -> bytes:
    """Return a JSON value as bytes that the installation's secret key alone opens."""
    return _box().encrypt(json.dumps(value, ensure_ascii=False).encode())


def unseal(sealed: bytes) -> Any:
    """Return the value, None where the secret key is another one by now."""
    try:
        return json.loads(_box().decrypt(bytes(sealed)))
    except InvalidToken:
        return None


def _box() -> MultiFernet:
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([Fernet(_key(secret)) for secret in secrets])


def _key(secret: str) -> bytes:
    digest = salted_hmac("complaints.sealing", "", secret=secret, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest)
