"""`GET /healthz`: which of the parts are there, for load balancers and monitoring.

503 only without PostgreSQL: the other parts may be away for a while and nothing is lost.
"""

from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime
from functools import cache as once
from typing import Any

from celery import shared_task
from django.core.cache import cache
from django.db import connection, transaction
from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from records import clock
from sla import pulse as sweeps

PULSE_KEY = "config:pulse"
# Both come every 10 seconds; a few may be missed before it counts.
SILENT_AFTER_SECONDS = 45
LATE_AFTER_SECONDS = 60
PROBE_SECONDS = 1.5
STATEMENT_TIMEOUT = "SET LOCAL statement_timeout = '1s'"


@shared_task(name="config.health.pulse")
def pulse() -> None:
    """Note that a worker takes messages now; beat sends this."""
    cache.set(PULSE_KEY, clock.now(), timeout=None)


@never_cache
@require_safe
def healthz(request):
    """Answer with the state of every part, within two seconds."""
    now, marks = _probed()
    parts = {
        "database": "ok" if now else "down",
        "redis": "down" if marks is None else "ok",
        "worker": _state(now, marks, PULSE_KEY, SILENT_AFTER_SECONDS)[0],
    }
    state, seconds = _state(now, marks, sweeps.KEY, LATE_AFTER_SECONDS)
    healthy = state == "ok" and set(parts.values()) == {"ok"}
    return JsonResponse(
        {
            "status": "ok" if healthy else "degraded",
            **parts,
            "beat": {"state": state, "seconds_since_sweep": seconds},
        },
        status=200 if now else 503,
    )


def _probed() -> tuple[datetime | None, dict[str, Any] | None]:
    """Return the database's time and the marks in Redis, None for a part that does not answer.

    Both are asked at once in threads, so a part that hangs costs no more than PROBE_SECONDS.
    """
    probes = [_threads().submit(probe) for probe in (_database, _marks)]
    wait(probes, timeout=PROBE_SECONDS)
    now, marks = (_answer(probe) for probe in probes)
    return now, marks


@once
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=8, thread_name_prefix="health")


def _answer(probe: Future) -> Any:
    if not probe.done():
        probe.cancel()
        return None
    return None if probe.exception() else probe.result()


def _database() -> datetime:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(STATEMENT_TIMEOUT)
            return clock.now()
    finally:
        connection.close()


def _marks() -> dict[str, Any]:
    return cache.get_many([PULSE_KEY, sweeps.KEY])


def _state(
    now: datetime | None, marks: dict[str, Any] | None, key: str, limit: int
) -> tuple[str, int | None]:
    """Return `ok`, `late` or `unknown`, and the age of a mark in seconds."""
    if now is None or not marks or key not in marks:
        return "unknown", None
    seconds = max(0, round((now - marks[key]).total_seconds()))
    return ("ok" if seconds <= limit else "late"), seconds
