"""Publishing a version: four people, a date, and every term bound to the organisation."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Department, User
from records import clock
from regulations import calendars
from regulations.bindings import HEAD
from regulations.engine.pack import RESPONSIBLE, Pack
from regulations.engine.reading import read_pack
from regulations.models import Binding, Regulation, RegulationVersion


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
) -> RegulationVersion:
    """Publish a pack as the next version of its regulation for a unit.

    Departments are bound by name or alias within the unit, posts by title; `titles` says under
    which title the organisation knows a post of the pack. Publishing the same text again returns
    the version that is there. Raises PackErrors for a faulty pack and ValidationError for unbound
    terms, all of them at once, or for signatures of fewer than four people.
    """
    pack = read_pack(text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    regulation, _new = Regulation.objects.get_or_create(
        code=pack.code, defaults={"title": pack.title, "unit": unit}
    )
    if existing := regulation.versions.filter(sha256=digest).first():
        return existing
    four = (
        signatures.drafted,
        signatures.checked,
        signatures.reviewed,
        signatures.approved,
    )
    if len({person.pk for person in four}) < 4:
        raise ValidationError(_("编制、复核、审核、批准须由四位不同的人签署。"))
    departments = _departments(pack, unit)
    posts = _posts(pack, departments, titles or {})
    version = RegulationVersion.objects.create(
        regulation=regulation,
        number=regulation.versions.count() + 1,
        text=text,
        sha256=digest,
        in_force_from=in_force,
        owner_department=departments[pack.owner_department],
        drafted_by=signatures.drafted,
        checked_by=signatures.checked,
        reviewed_by=signatures.reviewed,
        approved_by=signatures.approved,
        published_at=clock.now(),
    )
    if calendars.newest(unit.pk) is None:
        calendars.publish(unit, by=signatures.approved)
    Binding.objects.bulk_create(
        [
            Binding(
                version=version,
                sort=Binding.Sort.DEPARTMENT,
                term=term,
                department=place,
            )
            for term, place in departments.items()
        ]
        + [Binding(version=version, sort=Binding.Sort.POST, **post) for post in posts]
    )
    return version


def _departments(pack: Pack, unit: Department) -> dict[str, Department]:
    """Return the department that each of the pack's departments is, or refuse, naming them all."""
    bound, unbound = {}, []
    inside = _within(unit)
    for wanted in pack.departments:
        names = {wanted.name, *wanted.aliases}
        place = next(
            (one for one in inside if names & {one.name, *one.aliases}),
            None,
        )
        if place is None:
            unbound.append(wanted.name)
        else:
            bound[wanted.name] = place
    if unbound:
        raise ValidationError(
            _("这些部门在“%(unit)s”下没有对应：%(terms)s。请先建立部门或为其添加别名。")
            % {"unit": unit.name, "terms": "、".join(unbound)}
        )
    return bound


def _within(unit: Department) -> list[Department]:
    everyone = list(Department.objects.order_by("pk"))
    inside, grown = {unit.pk}, True
    while grown:
        more = {one.pk for one in everyone if one.parent_id in inside} - inside
        inside |= more
        grown = bool(more)
    return [one for one in everyone if one.pk in inside]


def _posts(
    pack: Pack, departments: Mapping[str, Department], titles: Mapping[str, str]
) -> list[dict]:
    rows, unbound = [], []
    for post in pack.posts:
        if post.of == RESPONSIBLE:
            rows.append({"term": post.name, "title": HEAD, "relative": True})
            continue
        place = departments.get(pack.department(post.of) or "") if post.of else None
        title = titles.get(post.name, post.name)
        if post.of and place is None:
            unbound.append(post.name)
        rows.append({"term": post.name, "title": title, "department": place})
    if unbound:
        raise ValidationError(
            _("这些职务没有对应的部门：%(terms)s。") % {"terms": "、".join(unbound)}
        )
    return rows
