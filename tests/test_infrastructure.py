"""The ground the other tests stand on: rights, clones, the clock."""

import os
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from django.db import DatabaseError, connection

from records.clock import now

NOON = datetime(2026, 3, 6, 4, 0, tzinfo=UTC)


def _scalar(statement: str):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_tests_run_as_the_application_role():
    assert _scalar("SELECT current_user") == "bihuan_app"


@pytest.mark.django_db
@pytest.mark.parametrize("deed", ["DELETE FROM", "TRUNCATE"])
def test_the_application_role_cannot_shorten_the_record(deed):
    table = _scalar(
        "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'records_append_only' LIMIT 1"
    )
    with pytest.raises(DatabaseError, match="permission denied"):
        _scalar(f"{deed} {table}")


@pytest.mark.django_db
def test_the_clock_stands_moves_and_runs_again(clock):
    clock.set(NOON)
    assert now() == NOON
    clock.advance(timedelta(hours=8))
    assert now() == NOON + timedelta(hours=8)
    clock.real()
    assert abs(now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_fresh_database_is_shared_by_threads(fresh_db, clock):
    clock.set(NOON)
    seen = []

    def look():
        seen.append((now(), _scalar("SELECT current_database()")))
        connection.close()

    thread = Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [(NOON, fresh_db.name)]
    assert os.environ["DATABASE_URL"] == fresh_db.url


@pytest.mark.fresh_db
def test_a_fresh_database_starts_clean():
    assert _scalar("SELECT count(*) FROM test_clock") == 0
    assert _scalar("SELECT current_user") == "bihuan_app"
