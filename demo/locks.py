"""File locks that the kernel lets go when their holder dies, however it dies."""

import fcntl
import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def take(path: Path, *, shared: bool = False) -> io.BufferedRandom | None:
    """Return the open file that holds the lock until it is closed, or None when another has it.

    The file has to be there: one that is being removed with its folder must not come back.
    """
    file = path.open("r+b")
    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def wait(path: Path, *, shared: bool = False, seconds: float) -> io.BufferedRandom | None:
    """Return the lock as `take` does, trying until the time is over."""
    end = time.monotonic() + seconds
    while (file := take(path, shared=shared)) is None and time.monotonic() < end:
        time.sleep(0.02)
    return file


def held(path: Path) -> bool:
    """Tell whether somebody else holds the lock; nobody holds one that is not there."""
    try:
        file = take(path)
    except FileNotFoundError:
        return False
    if file:
        file.close()
    return file is None


@contextmanager
def within(path: Path, *, seconds: float) -> Iterator[io.BufferedRandom | None]:
    """Hold the lock exclusively inside the block; yields None when it could not be had."""
    file = wait(path, seconds=seconds)
    try:
        yield file
    finally:
        if file:
            file.close()
