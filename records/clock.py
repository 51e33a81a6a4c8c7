"""The one source of time: the database's function `app_now()`.

Production's function is `clock_timestamp()`; only the owner of the database can replace it, which
the tests do. No model, rule or task asks the host for the time.
"""

from datetime import datetime

from django.db import connection


def now() -> datetime:
    """Return the database's present moment, aware, in UTC, cut to whole seconds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT date_trunc('second', app_now())")
        (moment,) = cursor.fetchone()
    return moment
