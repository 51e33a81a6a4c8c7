"""From the terms of a regulation to the departments, posts and people of the organisation."""

from itertools import chain

from accounts.access import Seat
from accounts.models import Department
from accounts.roster import Roster
from regulations.models import Binding, RegulationVersion


def table(version: RegulationVersion) -> dict[tuple[str, str], Binding]:
    """Return all bindings of a version by (sort, term); read once for each loaded version."""
    cached = version.__dict__.get("_bindings")
    if cached is None:
        cached = {(row.sort, row.term): row for row in version.bindings.all()}
        version.__dict__["_bindings"] = cached
    return cached


def department(version: RegulationVersion, term: str | None) -> int | None:
    """Return the id of the department that a term means, None where nothing is bound."""
    name = version.pack.department(term) if term else None
    binding = table(version).get((Binding.Sort.DEPARTMENT, name or ""))
    return binding.department_id if binding else None


def departments(version: RegulationVersion) -> list[Department]:
    """Return the departments that may handle a case, those that the version names first.

    Where the text leaves its list open, every other department of the unit follows.
    """
    rows = version.bindings.filter(sort=Binding.Sort.DEPARTMENT).select_related("department")
    named = [row.department for row in rows.order_by("pk")]
    if not version.pack.other_departments:
        return named
    inside, known = within(version.regulation.unit), {one.pk for one in named}
    return named + [one for one in inside if one.pk not in known]


def within(unit: Department) -> list[Department]:
    """Return a unit with all departments below it, in the order in which they were made."""
    everyone = list(Department.objects.order_by("pk"))
    inside, grown = {unit.pk}, True
    while grown:
        more = {one.pk for one in everyone if one.parent_id in inside} - inside
        inside |= more
        grown = bool(more)
    return [one for one in everyone if one.pk in inside]


def term_of(version: RegulationVersion, department_id: int | None) -> str | None:
    """Return the pack's term for a department, None where the pack does not name it."""
    return next(
        (
            row.term
            for row in table(version).values()
            if row.sort == Binding.Sort.DEPARTMENT and row.department_id == department_id
        ),
        None,
    )


def seats(version: RegulationVersion, term: str, responsible: int | None) -> list[Seat]:
    """Return the seats that a post's or department's term means for a case.

    A department as signer (财务部) means its head. `responsible` is the department that handles
    the case; a post of "whichever department handles it" has no seat before there is one.
    """
    rows = table(version)
    name = version.pack.post(term) or term
    if post := rows.get((Binding.Sort.POST, name)):
        place = responsible if post.relative else post.department_id
        if post.relative and place is None:
            return []
        return [Seat(post.title, place, term)]
    if place := department(version, term):
        return [Seat(HEAD, place, term)]
    return []


# The title under which a department's head holds the post, where a term names a department.
HEAD = "部门负责人"


def people(
    version: RegulationVersion, term: str, responsible: int | None, roster: Roster
) -> list[int]:
    """Return the ids of who now holds the post that a term means, in the regulation's unit.

    Deputies are included; where the post is vacant it is who stands above it.
    """
    unit = version.regulation.unit_id
    seated = (
        roster.holders(one.title, one.department, unit) for one in seats(version, term, responsible)
    )
    return list(dict.fromkeys(chain.from_iterable(seated)))
