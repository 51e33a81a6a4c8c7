"""The keeper: the process that the embedded servers of one data folder belong to.

Every user of the servers holds a shared lock on the folder's `users.lock`; the kernel lets it go
when the user ends, however it ends. The keeper stops the servers and itself when the last one is
gone, when a server dies, or on SIGTERM. Should the keeper be killed, the kernel ends its children.

Run by `demo.servers` as `python -m demo.keeper FOLDER [--not-durable] [--temporary]`. Says `ready`
on its standard output, or why it could not start.
"""

import argparse
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading

from demo import locks, postgres, redis
from demo.folder import Folder
from demo.refusal import Refused, spoken

READY = "ready"
POLL_SECONDS = 0.2
# Somebody may hold the lock for an instant, to see whether it is free.
LOCK_SECONDS = 2.0


def keep(folder: Folder, *, durable: bool, temporary: bool) -> None:
    """Start the servers, report, and stop them when nobody needs them any more."""
    ending = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ending.set())
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    mine = locks.wait(folder.lock("keeper"), seconds=LOCK_SECONDS)
    if mine is None:
        return
    database = cache = alone = None
    try:
        database = postgres.start(folder, durable=durable)
        cache = redis.start(folder)
        _report(READY)
        alone = _watch(folder, (database, cache), ending)
    finally:
        if cache:
            redis.stop(cache)
        if database:
            postgres.stop(database, durable=durable)
        if temporary:
            _remove(folder)
        for lock in (mine, alone):
            if lock:
                lock.close()


def _watch(folder: Folder, servers: tuple[subprocess.Popen, ...], ending: threading.Event):
    """Return when the servers have to stop; with the users' lock when that is the reason."""
    while not ending.wait(POLL_SECONDS):
        if any(server.poll() is not None for server in servers):
            return None
        if alone := locks.take(folder.lock("users")):
            return alone
    return None


def _remove(folder: Folder) -> None:
    shutil.rmtree(folder.sockets, ignore_errors=True)
    shutil.rmtree(folder.root, ignore_errors=True)


def _report(word: str) -> None:
    """Say one thing to whoever started the keeper, then let go of its pipes."""
    with contextlib.suppress(BrokenPipeError):
        print(word, flush=True)  # noqa: T201 - read by demo.servers
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def main() -> int:
    parser = argparse.ArgumentParser(prog="demo.keeper")
    parser.add_argument("folder")
    parser.add_argument("--not-durable", action="store_true")
    parser.add_argument("--temporary", action="store_true")
    options = parser.parse_args()
    folder = Folder.at(options.folder)
    try:
        keep(folder, durable=not options.not_durable, temporary=options.temporary)
    except Refused as refused:
        _report(spoken(refused))
        return 1
    return 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.exit(main())
