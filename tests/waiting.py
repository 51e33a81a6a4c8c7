"""Waiting in tests: for a condition, never for a time."""

import time
from collections.abc import Callable
from threading import Event

PAUSE_SECONDS = 0.1


def until(holds: Callable[[], object], seconds: float) -> None:
    """Return as soon as the condition holds; fail when the time is over."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(f"not so within {seconds} seconds: {holds}")
        Event().wait(PAUSE_SECONDS)
