"""`GET /healthz`: what it says about each part, and that it says it without signing in."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse

from config import health
from records import clock as records_clock
from sla import pulse as sweeps

REDIS_NOWHERE = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": "unix:///nowhere/redis.sock",
    }
}

pytestmark = pytest.mark.fresh_db


def _ask(client) -> tuple[int, dict]:
    answer = client.get(reverse("healthz"))
    return answer.status_code, answer.json()


def test_all_parts_are_well(client):
    health.pulse()
    sweeps.mark(records_clock.now())
    status, state = _ask(client)
    assert (status, state["status"], state["worker"], state["beat"]["state"]) == (
        *(200, "ok", "ok", "ok"),
    )
    assert state["beat"]["seconds_since_sweep"] <= 2


def test_a_silent_worker_and_a_late_sweep_show(client, clock):
    health.pulse()
    sweeps.mark(records_clock.now())
    clock.advance(timedelta(seconds=health.LATE_AFTER_SECONDS + 1))
    status, state = _ask(client)
    assert (status, state["status"], state["worker"]) == (200, "degraded", "late")
    assert state["beat"] == {"state": "late", "seconds_since_sweep": 61}


def test_nothing_is_known_before_the_first_round(client):
    cache.clear()
    status, state = _ask(client)
    assert (status, state["status"], state["worker"]) == (200, "degraded", "unknown")
    assert state["beat"] == {"state": "unknown", "seconds_since_sweep": None}


def test_without_redis_it_is_degraded(client, settings):
    settings.CACHES = REDIS_NOWHERE
    status, state = _ask(client)
    assert (status, state["status"], state["redis"]) == (200, "degraded", "down")


def test_without_postgresql_it_is_503(client, monkeypatch):
    def refuse():
        raise OSError("no database")

    monkeypatch.setattr(health, "_database", refuse)
    status, state = _ask(client)
    assert (status, state["database"]) == (503, "down")


def test_a_part_that_hangs_holds_the_page_up_no_longer_than_its_bound(client, monkeypatch):
    from threading import Event
    from time import monotonic

    hold = Event()
    monkeypatch.setattr(health, "_marks", hold.wait)
    begun = monotonic()
    status, state = _ask(client)
    hold.set()
    assert (status, state["redis"]) == (200, "down")
    assert monotonic() - begun < 2


def test_only_reading_is_answered(client):
    assert client.post(reverse("healthz")).status_code in {403, 405}
