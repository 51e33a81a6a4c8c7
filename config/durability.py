"""What is acknowledged must be on disk: a PostgreSQL that may forget is not worked with (INV-1)."""

import logging

from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection

log = logging.getLogger(__name__)

NEEDED = ("fsync", "full_page_writes", "synchronous_commit")


def require_durable_database() -> None:
    """Raise ImproperlyConfigured where the server is set to lose what it has acknowledged.

    A server that is away is not asked: pages answer 503 until it is back.
    """
    try:
        off = [name for name in NEEDED if setting(name) == "off"]
    except OperationalError:
        log.warning("PostgreSQL does not answer yet")
        return
    finally:
        connection.close()
    if off:
        raise ImproperlyConfigured(f"PostgreSQL runs with {', '.join(off)} = off")


def setting(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s)", [name])
        (value,) = cursor.fetchone()
    return value
