"""The servers of one test run: embedded ones, unless DATABASE_URL and REDIS_URL name others.

The controller chooses a folder and with it all addresses; the process that first needs a database
starts the servers there. They stop when the last process of the run is gone, and the folder with
them.
"""

import os
import shutil
import tempfile
import time
from pathlib import Path

from audits import keys
from demo import locks, servers
from demo.folder import Folder
from demo.postgres import APP_ROLE, OWNER

FOLDER = "BIHUAN_TEST_FOLDER"
EMBEDDED = "BIHUAN_TEST_EMBEDDED"
STOP_SECONDS = 15
MEMORY = Path("/dev/shm")
ROOM_BYTES = 4 * 2**30
_joined: list[servers.Servers] = []


def quick() -> str | None:
    """Return a folder in memory where there is one with room, None for the usual place on the disk.

    A test's own database is made of a thousand small files; machines under load write them slowly.
    """
    if not MEMORY.is_dir() or not os.access(MEMORY, os.W_OK):
        return None
    return str(MEMORY) if shutil.disk_usage(MEMORY).free >= ROOM_BYTES else None


def choose(*, small: bool) -> None:
    """Name the run's folder and servers in the environment, before settings are read.

    What is `small` enough lies in memory where there is room.
    """
    folder = Folder.at(tempfile.mkdtemp(prefix="bihuan-test-", dir=quick() if small else None))
    folder.lock("template").touch()
    os.environ[FOLDER] = str(folder.root)
    os.environ.setdefault("SECRET_KEY", "tests-only")
    for name in ("media", "static"):
        (folder.root / name).mkdir()
        os.environ[f"{name.upper()}_ROOT"] = str(folder.root / name)
    keys.create(folder.anchor_key)
    os.environ["ANCHOR_KEY_FILE"] = str(folder.anchor_key)
    os.environ["ANCHOR_FOLDER"] = str(folder.root / "anchors")
    if os.environ.get("DATABASE_URL"):
        os.environ.setdefault("DATABASE_OWNER_URL", os.environ["DATABASE_URL"])
    else:
        os.environ["DATABASE_URL"] = folder.database_url(APP_ROLE)
        os.environ["DATABASE_OWNER_URL"] = folder.database_url(OWNER)
        os.environ[EMBEDDED] = "1"
    if not os.environ.get("REDIS_URL"):
        os.environ["REDIS_URL"] = folder.redis_url()
        os.environ[EMBEDDED] = "1"


def give_worker_its_redis(worker: str) -> None:
    """Let each xdist worker (gw0, gw1, …) have a Redis database of its own."""
    if os.environ.get(EMBEDDED):
        number = int(worker.removeprefix("gw")) + 1
        os.environ["REDIS_URL"] = folder().redis_url(number)


def folder() -> Folder:
    return Folder(Path(os.environ[FOLDER]))


def start() -> None:
    """Start or join the run's servers; returns at once where they are not ours."""
    if os.environ.get(EMBEDDED):
        _joined.append(servers.ensure(folder().root, durable=False, temporary=True))


def remove() -> None:
    """Wait for the servers to go and remove the folder (the controller, at the very end)."""
    while _joined:
        _joined.pop().release()
    ours = folder()
    lock = ours.lock("keeper")
    end = time.monotonic() + STOP_SECONDS
    while locks.held(lock) and time.monotonic() < end:
        time.sleep(0.05)
    shutil.rmtree(ours.sockets, ignore_errors=True)
    shutil.rmtree(ours.root, ignore_errors=True)
