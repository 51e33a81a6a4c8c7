"""Keeping files: into the vault before a transaction opens, their rows inside it.

A row never waits for its file. A file that no row came to name goes again, at once where we live to
see it, else with the next `sweep_leftovers`.
"""

import hashlib
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile

from accounts.models import User
from complaints.attachments.pictures import without_location
from complaints.attachments.sorts import Sort, shown_name, sort_of
from complaints.attachments.storage import vault
from complaints.models import Attachment, Complaint
from complaints.models.attachment import COPY, kept_files
from complaints.refusals import Reason, Refused


class NotKept(Exception):
    """The vault could not take a file, for want of room or of the disk."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that was sent and may be attached. Its copy for others is drawn already."""

    upload: UploadedFile
    sort: Sort
    copy: Any = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that lies in the vault and waits for its row."""

    name: str
    key: str
    copied: bool
    size: int
    sha256: str
    content_type: str

    def columns(self) -> dict[str, Any]:
        """Return what the row of this file says of it."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


@contextmanager
def kept(files: Sequence[Checked]) -> Iterator[list[Kept]]:
    """Put files into the vault for as long as the block takes to give them their rows.

    Those that have none afterwards are taken away, also where the block raises. Raises NotKept.
    """
    lying: list[Kept] = []
    try:
        for one in files:
            lying.append(_keep(one))
        yield lying
    finally:
        named = _named(one.key for one in lying)
        for one in lying:
            if one.key not in named:
                remove(one.key)


def attach(
    case: Complaint, files: Sequence[Kept], purpose: str, uploader: User | None, now: datetime
) -> list[dict]:
    """Give files their rows; return what an event or an entry keeps of them. Raises Refused."""
    most = settings.ATTACHMENTS_OF_CASE
    if files and case.attachments.count() + len(files) > most:
        raise Refused(Reason("too_many_files", field="files", accepted=str(most)))
    rows = Attachment.objects.bulk_create(
        Attachment(
            case=case,
            purpose=purpose,
            uploader=uploader,
            uploaded_at=now,
            **one.columns(),
        )
        for one in files
    )
    return [row.reference() for row in rows]


def is_whole(row: Attachment) -> bool:
    """Say whether a row's file lies in the vault as it came, and its copy where it has one."""
    storage = vault()
    if row.copied and not storage.exists(row.shown_key):
        return False
    try:
        with storage.open(row.key) as file:
            return sha256_of(file) == row.sha256
    except FileNotFoundError:
        return False


def sha256_of(upload: File) -> str:
    """Return the checksum of what was sent; the file is left at its beginning."""
    found = hashlib.sha256()
    for part in upload.chunks():
        found.update(part)
    upload.seek(0)
    return found.hexdigest()


def leftovers(before: datetime) -> Iterator[str]:
    """Yield each key in the vault that no row names and whose files are older than a moment."""
    storage = vault()
    for folder in storage.listdir("")[0] if storage.exists("") else ():
        keys = {f"{folder}/{name}".removesuffix(COPY) for name in storage.listdir(folder)[1]}
        for key in sorted(keys - _named(keys)):
            lying = [one for one in (key, key + COPY) if storage.exists(one)]
            if all(storage.get_modified_time(one) < before for one in lying):
                yield key


def _named(keys: Iterable[str]) -> set[str]:
    """Return those of some keys that a row names."""
    keys = list(keys)
    rows = (model.objects.filter(key__in=keys) for model in kept_files())
    return {key for found in rows for key in found.values_list("key", flat=True)}


def _keep(one: Checked) -> Kept:
    name = secrets.token_hex(16)
    key = f"{name[:2]}/{name}"
    try:
        vault().save(key, one.upload)
        if one.copy:
            vault().save(key + COPY, File(one.copy))
    except OSError as problem:
        remove(key)
        raise NotKept from problem
    return Kept(
        name=shown_name(one.upload.name or ""),
        key=key,
        copied=one.copy is not None,
        size=one.upload.size or 0,
        sha256=sha256_of(one.upload),
        content_type=one.sort.content_type,
    )


def remove(key: str) -> None:
    """Take a file and its copy out of the vault; one that is gone already is none the worse."""
    vault().delete(key)
    vault().delete(key + COPY)


def check(upload: UploadedFile) -> Checked:
    """Return a file with what it is and, of a picture, the copy for others. Raises Unfit."""
    sort = sort_of(upload.file, upload.name or "")
    copy = without_location(upload.file, sort) if sort.is_picture else None
    return Checked(upload, sort, copy)
