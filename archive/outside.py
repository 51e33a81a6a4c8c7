"""The list of what was erased, outside of the database: a restored backup brings rows back, the list takes them away.

One line of JSON for each case, in a file beside the anchors, which only grows. It names a case by its
number and by the hash of its first event, so that it fits this record and no other.
"""

import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from complaints.models import Complaint

NAME = "erasures.jsonl"


class Unreadable(Exception):
    """A line of the list cannot be read."""


class Line(NamedTuple):
    """One erasure: the case and when its values went."""

    number: str
    first: str
    erased_at: str


def path() -> Path:
    return Path(settings.ANCHOR_FOLDER) / NAME


def append(case: Complaint, at: datetime) -> None:
    """Write that a case's values go now, and see it on the disk."""
    line = Line(str(case.number), first_hash(case), at.isoformat())
    path().parent.mkdir(parents=True, exist_ok=True)
    with path().open("ab") as file:
        file.write(json.dumps(line._asdict(), ensure_ascii=False).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def lines(file: Path) -> Iterator[Line]:
    """Yield the lines of a list. Raises Unreadable."""
    with file.open(encoding="utf-8") as rows:
        for number, row in enumerate(rows, 1):
            try:
                yield Line(**json.loads(row))
            except (ValueError, TypeError) as problem:
                raise Unreadable(f"{file.name}:{number}") from problem


def first_hash(case: Complaint) -> str:
    return case.events.order_by("seq").values_list("hash", flat=True)[0]
