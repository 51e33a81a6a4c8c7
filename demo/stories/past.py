"""Lets the database's clock stand in the past while the stories are played, and nowhere else."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction

from config import environment

SETTING = "bihuan.playing_at"
PLAYING = f"""
CREATE OR REPLACE FUNCTION app_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
    SELECT coalesce(nullif(current_setting('{SETTING}', true), '')::timestamptz,
                    clock_timestamp())
$$
"""


@contextmanager
def in_the_past() -> Iterator[Callable[[datetime], None]]:
    """Yield a function that turns `app_now()` to a moment, in one transaction.

    Only the owner of the database can do this. The replaced function is never committed: nobody
    else sees it, and an error or a killed process leaves the real one in place.
    """
    with _as_owner(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('app_now()'::regprocedure)")
        (real,) = cursor.fetchone()
        cursor.execute(PLAYING)
        yield lambda moment: cursor.execute(
            "SELECT set_config(%s, %s, true)", [SETTING, moment.isoformat()]
        )
        cursor.execute(real)


@contextmanager
def _as_owner() -> Iterator[None]:
    """Connect as the database's owner where the environment names one."""
    url = os.environ.get("DATABASE_OWNER_URL")
    if not url or connection.in_atomic_block:
        yield
        return
    kept = connection.settings_dict
    connection.close()
    connection.settings_dict = {**kept, **environment.database(url)}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = kept
