"""The calendars that cases count with: published whole, one version after the other."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache

from django.db import transaction

from accounts.models import Department, User
from records import clock
from regulations.calendar_version import CalendarVersion
from regulations.engine.calendar import OFFICE_HOURS, Hours, WorkCalendar, official


@dataclass(frozen=True)
class Exceptional:
    """A day that a unit keeps otherwise than the official calendar: closed, or open."""

    day: date
    is_open: bool
    reason: str

    def as_json(self) -> dict:
        return {"day": self.day.isoformat(), "open": self.is_open, "reason": self.reason}

    @classmethod
    def from_json(cls, row: Mapping) -> "Exceptional":
        return cls(date.fromisoformat(row["day"]), row["open"], row["reason"])


def newest(unit: int) -> CalendarVersion | None:
    """Return the version with which a unit's new cases count, None before the first one."""
    return CalendarVersion.objects.filter(unit=unit).order_by("-number").first()


def of_case(first: str | None) -> WorkCalendar:
    """Return the calendar that a case began with; its later ones are found by digest in it.

    `first` is a version's digest; None for a case of a unit that had not published any.
    """
    return _calendar(first) if first else official()


def exceptions_of(version: CalendarVersion) -> list[Exceptional]:
    """Return a version's own days, in order."""
    return sorted(map(Exceptional.from_json, version.exceptions), key=lambda one: one.day)


@transaction.atomic
def publish(
    unit: Department,
    exceptions: Sequence[Exceptional] = (),
    *,
    by: User | None,
    hours: Sequence[tuple[time, time]] = OFFICE_HOURS,
) -> CalendarVersion:
    """Publish a unit's next version: the official days of this release with its exceptions.

    What is already in force is returned as it is. Raises ValueError for hours that overlap, or
    two exceptions on one day.
    """
    content = _content(exceptions, hours)
    digest = hashlib.sha256(json.dumps(content, default=str).encode()).hexdigest()
    Department.objects.select_for_update().get(pk=unit.pk)
    before = newest(unit.pk)
    if before is not None and before.digest == digest:
        return before
    return CalendarVersion.objects.create(
        unit=unit,
        number=before.number + 1 if before else 1,
        digest=digest,
        created_at=clock.now(),
        created_by=by,
        **content,
    )


def drafted(
    exceptions: Sequence[Exceptional], hours: Sequence[tuple[time, time]] = OFFICE_HOURS
) -> WorkCalendar:
    """Return the calendar that publishing these exceptions would make. Raises as `publish`."""
    return _counting(CalendarVersion(**_content(exceptions, hours)), "draft")


def hours_of(version: CalendarVersion | None) -> list[tuple[time, time]]:
    """Return a version's working hours; those of the house before there is one."""
    if version is None:
        return list(OFFICE_HOURS)
    return [(time.fromisoformat(a), time.fromisoformat(b)) for a, b in version.hours]


def _content(exceptions: Sequence[Exceptional], hours: Sequence[tuple[time, time]]) -> dict:
    """Return a version's columns; raises ValueError for overlaps."""
    if len({one.day for one in exceptions}) < len(exceptions):
        raise ValueError("two exceptions on one day")
    Hours(tuple(hours))  # refuses hours that overlap
    days = official()
    opened = {one.day for one in exceptions if one.is_open}
    shut = {one.day for one in exceptions if not one.is_open}
    return {
        "closed": sorted((days.closed | shut) - opened),
        "opened": sorted((days.opened | opened) - shut),
        "known_until": days.known_until,
        "exceptions": [one.as_json() for one in sorted(exceptions, key=lambda one: one.day)],
        "hours": [[f"{a:%H:%M}", f"{b:%H:%M}"] for a, b in hours],
    }


def refresh(unit: Department) -> CalendarVersion:
    """Publish a unit's version anew where this release knows more official days than it holds."""
    before = newest(unit.pk)
    if before is None:
        return publish(unit, by=None)
    return publish(unit, exceptions_of(before), by=None, hours=hours_of(before))


class _Versions(Mapping[str, WorkCalendar]):
    """Every published calendar by its digest, which is how `calendar_changed` names it."""

    def __getitem__(self, digest: str) -> WorkCalendar:
        try:
            return _calendar(digest)
        except CalendarVersion.DoesNotExist:
            raise KeyError(digest) from None

    def __iter__(self) -> Iterator[str]:
        return iter(CalendarVersion.objects.values_list("digest", flat=True).distinct())

    def __len__(self) -> int:
        return CalendarVersion.objects.values("digest").distinct().count()


@lru_cache(maxsize=64)
def _calendar(digest: str) -> WorkCalendar:
    """Return a version as the engine counts with it; what a digest names does not change."""
    row = CalendarVersion.objects.filter(digest=digest).order_by("pk").first()
    if row is None:
        raise CalendarVersion.DoesNotExist(digest)
    return _counting(row, digest)


def _counting(row: CalendarVersion, name: str) -> WorkCalendar:
    """Return a version's columns as the engine counts with them."""
    return WorkCalendar(
        closed=frozenset(row.closed),
        opened=frozenset(row.opened),
        hours=tuple(hours_of(row)),
        known_until=row.known_until,
        name=name,
        versions=_Versions(),
    )
