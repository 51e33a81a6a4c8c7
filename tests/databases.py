"""Test databases: migrated once per run as the owner, cloned from a template, used as the app.

Cloning takes the place of the flush after tests with real transactions: the append-only tables
refuse a flush, for every role.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from config import environment
from demo import locks
from tests import embedded

MIGRATE_SECONDS = 300

CLOCK = """
CREATE TABLE test_clock (at timestamptz NOT NULL);
GRANT SELECT, INSERT, UPDATE, DELETE ON test_clock TO {role};
CREATE OR REPLACE FUNCTION app_now() RETURNS timestamptz LANGUAGE sql VOLATILE
    AS 'SELECT coalesce((SELECT at FROM test_clock LIMIT 1), clock_timestamp())';
"""


@dataclass(frozen=True)
class Database:
    """One database with the addresses for the application and for the owner."""

    name: str

    @property
    def url(self) -> str:
        return _renamed(os.environ["DATABASE_URL"], self.name)

    @property
    def owner_url(self) -> str:
        return _renamed(os.environ["DATABASE_OWNER_URL"], self.name)


def clone(name: str) -> Database:
    """Create a database with the run's prefix from the migrated template."""
    fresh = Database(f"{prefix()}_{name}")
    _administer("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", fresh.name, template().name)
    return fresh


def create(database: Database) -> None:
    """Create a database with nothing in it."""
    _administer("CREATE DATABASE {}", database.name)


NEVER_VACUUMED = """
DO $$
DECLARE
    name text;
BEGIN
    FOR name IN SELECT oid::regclass::text FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
    LOOP
        EXECUTE format('ALTER TABLE %s SET (autovacuum_enabled = off)', name);
    END LOOP;
END
$$;
"""


def keep_from_vacuum(database: Database) -> None:
    """Keep autovacuum off a database whose rows are rolled back.

    It would find the tables empty, and the planner take a product of them for as cheap as a join.
    """
    with psycopg.connect(database.owner_url, autocommit=True) as connection:
        connection.execute(NEVER_VACUUMED)


def drop(database: Database) -> None:
    """Drop a database and end whatever is still connected to it."""
    _administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", database.name)


def drop_all() -> None:
    """Drop what this run has left on a server that goes on after it."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as connection:
        rows = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix()]
        ).fetchall()
    for (name,) in rows:
        drop(Database(name))


def template() -> Database:
    """Return the run's template, migrated by the first process that asks for it."""
    found = Database(f"{prefix()}_template")
    done = embedded.folder().root / "template.done"
    with locks.within(embedded.folder().lock("template"), seconds=MIGRATE_SECONDS):
        if not done.exists():
            drop(found)
            create(found)
            _migrate(found)
            done.touch()
    return found


def prefix() -> str:
    """Return what the names of this run's databases begin with."""
    return f"test_{Path(os.environ[embedded.FOLDER]).name.rpartition('-')[2].lower()}"


@contextmanager
def used(database: Database, *, owner: bool = False) -> Iterator[Database]:
    """Point Django's default connection, in all threads, at a database inside the block."""
    entry = connections["default"].settings_dict
    before = {**entry}
    connections["default"].close()
    entry.update(_entry(database, owner=owner))
    try:
        yield database
    finally:
        connections["default"].close()
        entry.update(before)


def _entry(database: Database, *, owner: bool) -> dict:
    """Return the connection's settings; one address for both roles still gives the app's rights."""
    entry = environment.database(database.owner_url if owner else database.url)
    if not owner and database.url == database.owner_url:
        entry["OPTIONS"] |= {"options": f"-c role={settings.DATABASE_APP_ROLE}"}
    keep = ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")
    return {key: entry[key] for key in keep}


def _migrate(database: Database) -> None:
    with used(database, owner=True):
        call_command("migrate", verbosity=0, interactive=False)
        with connections["default"].cursor() as cursor:
            cursor.execute(CLOCK.format(role=settings.DATABASE_APP_ROLE))


def _renamed(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}")).replace(":/?", ":///?", 1)


def _administer(statement: str, *names: str) -> None:
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
