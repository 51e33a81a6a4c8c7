"""The data folder: where the embedded servers and the demo keep everything they write."""

import hashlib
import os
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from django.utils.translation import gettext_lazy as _

from demo.refusal import Refused

# sockaddr_un holds 104 bytes on macOS, 108 on Linux; "/.s.PGSQL.5432.lock" needs 19 of them.
LONGEST_SOCKET_FOLDER = 80
OWN_NAMES = (
    "postgres", "postgres.new", "postgres.log", "redis.log", "keeper.log",
    "run", "media", "mail", "static", "static.stamp", "logins.json", "secret_key",
    "anchor_key", "anchor_key.pub", "anchors",
)  # fmt: skip


@dataclass(frozen=True)
class Folder:
    """Paths and addresses inside one data folder; nothing here starts anything."""

    root: Path

    @classmethod
    def at(cls, path: str | os.PathLike[str]) -> "Folder":
        return cls(Path(path).expanduser().resolve())

    @property
    def postgres(self) -> Path:
        return self.root / "postgres"

    @property
    def sockets(self) -> Path:
        """Where the unix sockets are: a short folder in /tmp when the data folder's name is long."""
        inside = self.root / "run"
        if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER:
            return inside
        digest = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:12]
        return Path("/tmp") / f"bihuan-{os.getuid()}-{digest}"

    @property
    def redis_socket(self) -> Path:
        return self.sockets / "redis.sock"

    def database_url(self, user: str, name: str = "bihuan") -> str:
        return f"postgresql://{user}@/{name}?host={quote(str(self.sockets), safe='/')}"

    def redis_url(self, number: int = 0) -> str:
        return f"unix://{quote(str(self.redis_socket), safe='/')}?db={number}"

    def lock(self, name: str) -> Path:
        return self.root / f"{name}.lock"

    def prepare(self) -> None:
        """Make the folder if it is missing; refuse one that cannot be written to."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            for name in ("users", "keeper", "starting", "demo"):
                self.lock(name).open("ab").close()
        except OSError as problem:
            raise Refused(
                _("数据目录 %(folder)s 不能写入：%(reason)s。请换一个目录（--data）或修正其权限。"),
                folder=self.root,
                reason=problem.strerror,
            ) from problem

    def clear(self) -> None:
        """Remove what the demo and its servers wrote here, and nothing else."""
        for path in (*(self.root / name for name in OWN_NAMES), self.sockets):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    def secret_key(self) -> str:
        """Return the folder's own secret key, made at the first call, readable by its owner only."""
        path = self.root / "secret_key"
        if not path.exists() or not path.read_text().strip():
            fresh = path.with_suffix(".new")
            fresh.unlink(missing_ok=True)
            with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(50))
            fresh.rename(path)
        return path.read_text().strip()

    @property
    def anchor_key(self) -> Path:
        """Where the demo keeps the key that signs anchors."""
        return self.root / "anchor_key"
