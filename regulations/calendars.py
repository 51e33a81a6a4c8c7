"""The calendar that the engine counts with."""

from functools import cache

from regulations.engine import calendar


@cache
def current() -> calendar.WorkCalendar:
    """Return the official calendar of the PRC; years not announced yet are provisional."""
    return calendar.official()
