"""Attaching to the embedded PostgreSQL and Redis of a data folder, and starting them if need be."""

import atexit
import io
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from demo import locks, postgres, redis
from demo.folder import Folder
from demo.keeper import READY
from demo.refusal import Refused

PATIENCE_SECONDS = 60
PROJECT = Path(__file__).resolve().parent.parent


@dataclass
class Servers:
    """The servers of one folder, up as long as this process lives and has not let go."""

    folder: Folder
    _lock: io.BufferedRandom | None
    _keeper: subprocess.Popen | None = None

    @property
    def database_url(self) -> str:
        return self.folder.database_url(postgres.APP_ROLE)

    @property
    def owner_url(self) -> str:
        return self.folder.database_url(postgres.OWNER)

    @property
    def redis_url(self) -> str:
        return self.folder.redis_url()

    def environment(self) -> dict[str, str]:
        """Return what settings read: addresses, folders and the folder's own secret key."""
        from audits import keys

        root = self.folder.root
        keys.create(self.folder.anchor_key)
        return {
            "DATABASE_URL": self.database_url,
            "DATABASE_OWNER_URL": self.owner_url,
            "DATABASE_APP_ROLE": postgres.APP_ROLE,
            "REDIS_URL": self.redis_url,
            "SECRET_KEY": self.folder.secret_key(),
            "MEDIA_ROOT": str(root / "media"),
            "ANCHOR_KEY_FILE": str(self.folder.anchor_key),
            "ANCHOR_FOLDER": str(root / "anchors"),
            "NO_SCANNER": "1",
            "CALLBACK_LOCALHOST": "1",
            "PORTAL": "tobacco-2026",
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": str(root / "mail"),
        }

    def running(self) -> bool:
        """Tell whether the keeper lives; it ends when one of its servers does."""
        return locks.held(self.folder.lock("keeper"))

    def release(self) -> None:
        """Let go; return when the servers have stopped, or at once if others still use them."""
        if self._lock is None:
            return
        self._lock.close()
        self._lock = None
        end = time.monotonic() + PATIENCE_SECONDS
        while self._stopping() and time.monotonic() < end:
            time.sleep(0.02)
        self._reap()

    def _stopping(self) -> bool:
        """Tell whether the keeper is on its way out: nobody else uses its servers."""
        if not self.running():
            return False
        users = self.folder.lock("users")
        try:
            if alone := locks.take(users):
                alone.close()
                return True
            return locks.take(users, shared=True) is None  # the keeper has it for itself
        except FileNotFoundError:  # a temporary folder that has just been removed
            return True

    def _reap(self) -> None:
        """Take the ended keeper off the process table; one that goes on is nobody's child."""
        if self._keeper is None:
            return
        try:
            self._keeper.wait(0 if self.running() else 5)
        except subprocess.TimeoutExpired:
            self._keeper.returncode = 0


def ensure(
    root: str | os.PathLike[str], *, durable: bool = True, temporary: bool = False
) -> Servers:
    """Return the folder's servers, started if none runs; raise Refused with the reason if not."""
    folder = Folder.at(root)
    folder.prepare()
    users = locks.wait(folder.lock("users"), shared=True, seconds=PATIENCE_SECONDS)
    if users is None:
        raise Refused(_("数据目录 %(folder)s 的服务器正在停止，请稍后再试。"), folder=folder.root)
    servers = Servers(folder, users)
    try:
        with locks.within(folder.lock("starting"), seconds=PATIENCE_SECONDS):
            if not servers.running():
                servers._keeper = _start_keeper(folder, durable=durable, temporary=temporary)
        _await_answers(folder)
    except BaseException:
        users.close()
        raise
    atexit.register(servers.release)
    return servers


def _start_keeper(folder: Folder, *, durable: bool, temporary: bool) -> subprocess.Popen:
    command = [sys.executable, "-m", "demo.keeper", str(folder.root)]
    command += [] if durable else ["--not-durable"]
    command += ["--temporary"] if temporary else []
    with (folder.root / "keeper.log").open("ab") as log:
        keeper = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            cwd=PROJECT,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
            start_new_session=True,
        )
    said = keeper.stdout.read().strip()
    keeper.stdout.close()
    if said != READY:
        reason = said or (folder.root / "keeper.log").read_text(errors="replace").strip()[-400:]
        keeper.wait()
        raise Refused("%(reason)s", reason=reason)
    return keeper


def _await_answers(folder: Folder) -> None:
    """Wait for servers that another process has begun to start."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not (postgres.answers(folder) and redis.answers(folder)):
        if time.monotonic() > end:
            raise Refused(_("数据目录 %(folder)s 的服务器没有应答。"), folder=folder.root)
        time.sleep(0.05)
