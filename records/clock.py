"""The one source of time: the database's function `app_now()`.

Production's function is `clock_timestamp()`; only the owner of the database can replace it, which
the tests do. No model, rule or task asks the host for the time.
"""

import time
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple
from uuid import getnode

from django.db import connection

BOOT = Path("/proc/sys/kernel/random/boot_id")


def now() -> datetime:
    """Return the database's present moment, aware, in UTC, cut to whole seconds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT date_trunc('second', app_now())")
        (moment,) = cursor.fetchone()
    return moment


class Elapsed(NamedTuple):
    """Seconds since a host was started, sleep included; `host` names it and its start."""

    host: str
    seconds: float


def elapsed() -> Elapsed:
    """Return how long this host has been running: no clock that anybody can set."""
    source = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return Elapsed(_host(), time.clock_gettime(source))


@cache
def _host() -> str:
    return BOOT.read_text().strip() if BOOT.exists() else f"{getnode():x}"
