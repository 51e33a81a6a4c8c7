"""Editions of standards: a new one is written beside the ones before it, never over them."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Department, User
from records import clock
from regulations.models import Standard, StandardEdition


def begin(unit: Department, kind: str, title: str, *, by: User, **edition) -> Standard:
    """Store a standard with its first edition (`text`, `why`, `in_force_from`).

    Raises ValidationError where the unit has one of that name.
    """
    with transaction.atomic():
        standard, created = Standard.objects.get_or_create(
            unit=unit, title=title, defaults={"kind": kind}
        )
        if not created:
            raise ValidationError(
                _("本单位已有同名的规范“%(title)s”，请打开它发布新版。") % {"title": title}
            )
        _add(standard, 1, by=by, **edition)
    return standard


def revise(pk: int, *, by: User, **edition) -> StandardEdition:
    """Add an edition to a standard; its number follows, its day is not before the last one's.

    Raises ValidationError for an earlier day.
    """
    with transaction.atomic():
        standard = Standard.objects.select_for_update().get(pk=pk)
        last = standard.editions.first()
        if edition["in_force_from"] < last.in_force_from:
            raise ValidationError(
                _("第%(number)s版自 %(day)s 起施行，新版不能早于这一天。")
                % {"number": last.number, "day": last.in_force_from}
            )
        return _add(standard, last.number + 1, by=by, **edition)


def in_force(editions: Iterable[StandardEdition], day: date) -> StandardEdition | None:
    """Return the edition in force on a day: the newest that has begun."""
    begun = (one for one in editions if one.in_force_from <= day)
    return max(begun, key=lambda one: (one.in_force_from, one.number), default=None)


def _add(standard: Standard, number: int, *, by: User, **edition) -> StandardEdition:
    return StandardEdition.objects.create(
        standard=standard, number=number, added_by=by, added_at=clock.now(), **edition
    )
