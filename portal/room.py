"""Whether there is room for files: with little of it only words are taken, and the page says so."""

import shutil
from pathlib import Path

from django.conf import settings

LEAST_FREE = 0.10


def for_files() -> bool:
    """Say whether at least a tenth of the disk of the attachments is free."""
    folder = Path(settings.MEDIA_ROOT)
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    found = shutil.disk_usage(folder)
    return found.free >= LEAST_FREE * found.total
