"""Sealing what people have typed and not sent: a row or a copy of the database alone does not show it."""

import json
from typing import Any

from cryptography.fernet import InvalidToken

from records import sealing

PURPOSE = b"bihuan typed"


def seal(value: Any) -> bytes:
    """Return a JSON value as bytes that the installation's secret key alone opens."""
    return sealing.seal(json.dumps(value, ensure_ascii=False), PURPOSE).encode()


def unseal(sealed: bytes) -> Any:
    """Return the value, None where the secret key is another one by now."""
    try:
        return json.loads(sealing.unseal(bytes(sealed).decode(), PURPOSE))
    except InvalidToken:
        return None
