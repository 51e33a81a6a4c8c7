"""The anchor log outside of the database: lines of JSON, a file for each month, which only grow."""

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.timezone import localtime

from audits.models import Anchor
from records import chain

PATTERN = "anchors-????-??.jsonl"
BLOCK = 65536


class Contradiction(Exception):
    """The log outside and the table tell different stories."""


class Line(NamedTuple):
    """One anchor as the log keeps it, and where: file and number of the line, from 1."""

    seq: int
    hash: str
    body: dict[str, Any]
    place: str


def folder() -> Path:
    return Path(settings.ANCHOR_FOLDER)


def append(anchor: Anchor, leaves: Iterable[tuple]) -> None:
    """Write one anchor with its leaves as a line, and see it on the disk."""
    folder().mkdir(parents=True, exist_ok=True)
    path = folder() / f"anchors-{localtime(anchor.at):%Y-%m}.jsonl"
    kept = {name: getattr(anchor, name) for name in ("previous_hash", "hash", "signature")}
    told = json.loads(chain.canonical({**anchor.content(), **kept}))
    told["ends"] = [list(leaf) for leaf in leaves]
    with path.open("ab") as file:
        file.write(chain.canonical(told) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def lines() -> Iterator[Line]:
    """Yield every anchor of the log in its order. Raises Contradiction for a line that cannot be read."""
    for path in sorted(folder().glob(PATTERN)):
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                yield _read(line, f"{path.name}:{number}")


def last() -> Line | None:
    """Return the newest anchor that the log holds."""
    for path in sorted(folder().glob(PATTERN), reverse=True):
        if path.stat().st_size:
            return _read(_last_line(path), f"{path.name}:-1")
    return None


def _last_line(path: Path) -> bytes:
    """Return a file's last line; what lies before it is not read."""
    with path.open("rb") as file:
        begin, found = file.seek(0, os.SEEK_END), b""
        while begin > 0 and b"\n" not in found[:-1]:
            size = min(BLOCK, begin)
            begin = file.seek(begin - size)
            found = file.read(size) + found
    return found.rstrip(b"\n").rpartition(b"\n")[2]


def refuse_contradiction() -> None:
    """Raise Contradiction where the log's newest anchor is not the one that the table has there."""
    newest = last()
    if newest and not Anchor.objects.filter(seq=newest.seq, hash=newest.hash).exists():
        raise Contradiction(f"{newest.place}: anchor {newest.seq} is not in the database")


def _read(line: bytes, place: str) -> Line:
    try:
        body = json.loads(line)
        return Line(body["seq"], body["hash"], body, place)
    except (ValueError, KeyError, TypeError):
        raise Contradiction(f"{place}: is not an anchor") from None
