"""Publishing a version: four people, a date, and every term bound to the organisation."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Department, User
from records import clock
from regulations import calendars, places
from regulations.engine.narrowing import loosened
from regulations.engine.pack import Pack
from regulations.models import Binding, Regulation, RegulationVersion, pack_of
from regulations.words import STAGES


@dataclass(frozen=True)
class Signatures:
    """Who drafted, re-checked, reviewed and approved a version: four different people."""

    drafted: User
    checked: User
    reviewed: User
    approved: User


@transaction.atomic
def publish(
    text: str,
    *,
    unit: Department,
    signatures: Signatures,
    in_force: date,
    titles: Mapping[str, str] | None = None,
    departments: Mapping[str, int] | None = None,
    chosen: Mapping[str, Any] | None = None,
) -> RegulationVersion:
    """Publish a pack as the next version of its regulation for a unit.

    Departments are bound by name or alias within the unit, posts by title; `departments` (ids) and
    `titles` say which the organisation knows under another name. `chosen` are the figures that the
    house sets. Publishing the same again returns the version that is there. Raises PackErrors for a
    faulty pack and ValidationError for a code of another unit, for unbound terms, all of them at
    once, or for signatures of fewer than four people.
    """
    pack = pack_of(text, chosen)
    digest = sha256(text)
    regulation = _regulation(pack.code, pack.title, unit)
    same = regulation.versions.filter(sha256=digest, chosen=dict(chosen or {}))
    if existing := same.first():
        return existing
    if len({person.pk for person in vars(signatures).values()}) < 4:
        raise ValidationError(_("编制、复核、审核、批准须由四位不同的人签署。"))
    found = places.find(pack, places.unit_of(unit), departments, titles)
    refuse_unbound(found, unit)
    refuse_loosening(pack, in_force)
    owner = next(one for one in found.bound if one.term == pack.owner_department)
    version = RegulationVersion.objects.create(
        regulation=regulation,
        number=regulation.versions.count() + 1,
        text=text,
        sha256=digest,
        chosen=dict(chosen or {}),
        in_force_from=in_force,
        owner_department=owner.department,
        drafted_by=signatures.drafted,
        checked_by=signatures.checked,
        reviewed_by=signatures.reviewed,
        approved_by=signatures.approved,
        published_at=clock.now(),
    )
    if calendars.newest(unit.pk) is None:
        calendars.publish(unit, by=signatures.approved)
    Binding.objects.bulk_create(Binding(version=version, **_fields(place)) for place in found.bound)
    return version


def sha256(text: str) -> str:
    """Return the digest under which a pack's text is known, as 64 hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def refuse_code_of_another_unit(code: str, unit: Department) -> None:
    """Raise ValidationError where a regulation with this code belongs to another unit."""
    if Regulation.objects.filter(code=code).exclude(unit=unit).exists():
        raise ValidationError(
            _("代码 %(code)s 已属于另一单位的制度，请在制度包中换用其他代码。") % {"code": code}
        )


def refuse_unbound(found: places.Places, unit: Department) -> None:
    """Raise ValidationError with every term that means nothing in the unit."""
    problems = []
    if departments := places.terms(found.unbound, places.Sort.DEPARTMENT):
        problems.append(
            _("这些部门在“%(unit)s”下没有对应：%(terms)s。请先建立部门或为其添加别名。")
            % {"unit": unit.name, "terms": departments}
        )
    if posts := places.terms(found.unbound, places.Sort.POST):
        problems.append(
            _("这些职务在“%(unit)s”下没有人任职：%(terms)s。请先登记任职，或指明本单位的职务名称。")
            % {"unit": unit.name, "terms": posts}
        )
    if problems:
        raise ValidationError(problems)


def refuse_loosening(pack: Pack, in_force: date) -> None:
    """Raise ValidationError where a unit's own rules give more time than those of its group (AIR-14)."""
    if pack.beneath is None:
        return
    versions = RegulationVersion.objects.filter(regulation__code=pack.beneath)
    group = versions.in_force(in_force).first()
    if group is None:
        raise ValidationError(
            _("上级制度 %(code)s 在施行日没有已公布的版本。") % {"code": pack.beneath}
        )
    problems = [
        _("“%(stage)s”时限宽于上级制度或没有列出，单位细则只能从严。依据：%(basis)s。")
        % {"stage": STAGES[one.stage], "basis": group.pack.basis(one.source)}
        for one in loosened(group.pack, pack)
    ]
    if problems:
        raise ValidationError(problems)


def _regulation(code: str, title: str, unit: Department) -> Regulation:
    """Return the regulation, its row locked: versions are numbered one at a time."""
    refuse_code_of_another_unit(code, unit)
    Regulation.objects.get_or_create(code=code, defaults={"title": title, "unit": unit})
    return Regulation.objects.select_for_update().get(code=code)


def _fields(place: places.Place) -> dict[str, Any]:
    return {name: getattr(place, name) for name in place.__slots__}
