"""Hash chains: each row's hash covers its own content and the hash of the row before it."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

GENESIS = "0" * 64


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    raise TypeError(f"{type(value).__name__} has no canonical form")


encoder = json.JSONEncoder(
    sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain
)


def canonical(content: Mapping[str, Any]) -> bytes:
    """Return one and the same bytes for equal content: sorted keys, UTC times, no spaces."""
    return encoder.encode(content).encode()


def link(previous: str, content: Mapping[str, Any]) -> str:
    """Return the hash of a row whose predecessor has the hash `previous` (64 hex digits)."""
    return hashlib.sha256(previous.encode() + b"\n" + canonical(content)).hexdigest()


def broken(rows: Iterable[tuple[str, str, Mapping[str, Any]]]) -> int | None:
    """Return the place of the first row that does not fit its chain, or None.

    `rows` are (previous hash, own hash, content) in the chain's order.
    """
    expected = GENESIS
    for place, (previous, own, content) in enumerate(rows):
        if previous != expected or own != link(previous, content):
            return place
        expected = own
    return None
