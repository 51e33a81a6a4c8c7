"""Where attachments lie: outside of everything that is served, on the disk before their row is."""

import os

from django.core.files.storage import FileSystemStorage, Storage, storages


class Vault(FileSystemStorage):
    """Local files without an address; what is saved is on the disk when `save` returns."""

    def __init__(self, **options):
        super().__init__(**options | {"file_permissions_mode": 0o600})

    def url(self, name):
        raise ValueError("an attachment has no URL of its own")

    def _save(self, name, content):
        kept = super()._save(name, content)
        _to_disk(self.path(kept))
        _to_disk(os.path.dirname(self.path(kept)))
        _to_disk(str(self.location))
        return kept


def _to_disk(path: str) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def vault() -> Storage:
    return storages["attachments"]
