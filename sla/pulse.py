"""When the sweep was last by, kept in Redis; a lost value only makes the health page ask again."""

from datetime import datetime

from django.core.cache import cache

KEY = "sla:last_sweep"


def mark(moment: datetime) -> None:
    """Note that a sweep has ended at `moment`."""
    cache.set(KEY, moment, timeout=None)


def last() -> datetime | None:
    """Return when a sweep last ended, None when nobody knows."""
    return cache.get(KEY)
