"""Under which regulations the public may complain: the house says which, their packs say by which channel."""

from collections.abc import Iterator

from django.conf import settings
from django.utils.timezone import localdate

from records import clock
from regulations.models import RegulationVersion


def open_versions() -> Iterator[RegulationVersion]:
    """Yield the version in force of each regulation that has a public entrance here."""
    day = localdate(clock.now())
    rows = RegulationVersion.objects.in_force(day).filter(regulation__code__in=settings.PORTAL)
    newest: dict[int, RegulationVersion] = {}
    for version in rows.select_related("regulation__unit", "owner_department"):
        newest.setdefault(version.regulation_id, version)
    return (one for one in newest.values() if channel_of(one) is not None)


def open_version(code: str) -> RegulationVersion | None:
    """Return the version in force of a regulation, None where it has no public entrance here."""
    return next((one for one in open_versions() if one.regulation.code == code), None)


def channel_of(version: RegulationVersion) -> str | None:
    """Return the regulation's word for what comes in by the public's pages, None where nothing does."""
    return next((one.name for one in version.pack.channels if one.door == "portal"), None)
