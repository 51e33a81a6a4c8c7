"""Collecting static files only when they have changed, which a second start need not do."""

import hashlib
from importlib.metadata import version
from pathlib import Path

from django.contrib.staticfiles.finders import get_finders

from demo.folder import Folder


def fingerprint() -> str:
    """Return a digest over name, size and time of every static file, and of WhiteNoise's version."""
    digest = hashlib.sha256(version("whitenoise").encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = Path(storage.path(path)).stat()
            digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def collected(folder: Folder, wanted: str) -> bool:
    """Tell whether the folder holds the collected files of this fingerprint."""
    stamp = folder.root / "static.stamp"
    return stamp.exists() and stamp.read_text() == wanted


def note(folder: Folder, done: str) -> None:
    """Remember what has been collected, once it is."""
    (folder.root / "static.stamp").write_text(done)
