"""What a pack's terms mean in a unit: which department each is, and which post somebody holds there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from accounts.models import Department
from accounts.models import Post as HeldPost
from regulations.bindings import HEAD, within
from regulations.engine.pack import RESPONSIBLE, Pack, Post
from regulations.models import Binding

Sort = Binding.Sort


@dataclass(frozen=True, slots=True)
class Place:
    """What one term means: a department, or a post with its title. `Binding` holds the same."""

    sort: str
    term: str
    department: Department | None = None
    title: str = ""
    relative: bool = False


@dataclass(frozen=True, slots=True)
class Unbound:
    """A term that means nothing here yet. A post may be one `of` a department of the pack."""

    sort: str
    term: str
    of: str | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit's departments, and the titles that people hold or have held in them, by department."""

    root: Department
    departments: tuple[Department, ...]
    titles: Mapping[int, frozenset[str]]

    def titles_in(self, department: Department | None) -> frozenset[str]:
        """Return the titles of a department, or of the whole unit."""
        if department is not None:
            return self.titles.get(department.pk, frozenset())
        return frozenset(title for titles in self.titles.values() for title in titles)


@dataclass(frozen=True, slots=True)
class Places:
    """Every term of a pack: what it means here, or that it means nothing yet."""

    bound: tuple[Place, ...]
    unbound: tuple[Unbound, ...] = field(default=())


def unit_of(root: Department) -> Unit:
    """Return a unit with everything below it (two queries)."""
    inside = within(root)
    titles: dict[int, set[str]] = {}
    rows = HeldPost.objects.filter(department__in=inside).values_list("department", "title")
    for department, title in rows.distinct():
        titles.setdefault(department, set()).add(title)
    return Unit(root, tuple(inside), {key: frozenset(found) for key, found in titles.items()})


def find(
    pack: Pack,
    unit: Unit,
    departments: Mapping[str, int] | None = None,
    titles: Mapping[str, str] | None = None,
) -> Places:
    """Return what each department and post of a pack means in a unit.

    A department is the one with its name or an alias, a post the title that somebody holds or has
    held there. `departments` (ids) and `titles` say it for terms that the unit calls otherwise.
    """
    found: dict[str, Department] = {}
    rows: list[Place | Unbound] = []
    for wanted in pack.departments:
        names = {wanted.name, *wanted.aliases}
        place = _department(unit, names, (departments or {}).get(wanted.name))
        if place is None:
            rows.append(Unbound(Sort.DEPARTMENT, wanted.name))
        else:
            found[wanted.name] = place
            rows.append(Place(Sort.DEPARTMENT, wanted.name, place))
    rows += [_post(post, pack, unit, found, titles or {}) for post in pack.posts]
    return Places(
        tuple(row for row in rows if isinstance(row, Place)),
        tuple(row for row in rows if isinstance(row, Unbound)),
    )


def _department(unit: Unit, names: set[str], chosen: int | None) -> Department | None:
    if chosen is not None:
        return next((one for one in unit.departments if one.pk == chosen), None)
    return next((one for one in unit.departments if names & {one.name, *one.aliases}), None)


def _post(
    post: Post,
    pack: Pack,
    unit: Unit,
    found: Mapping[str, Department],
    titles: Mapping[str, str],
) -> Place | Unbound:
    if post.of == RESPONSIBLE:
        return Place(Sort.POST, post.name, title=HEAD, relative=True)
    of = pack.department(post.of) if post.of else None
    if of is not None and of not in found:
        return Unbound(Sort.POST, post.name, of)
    place = found[of] if of is not None else None
    known = unit.titles_in(place)
    wanted = [titles[post.name]] if post.name in titles else [post.name, *post.aliases]
    title = next((one for one in wanted if one in known), None)
    if title is None:
        return Unbound(Sort.POST, post.name, of)
    return Place(Sort.POST, post.name, place, title)


def terms(rows: Iterable[Unbound], sort: str) -> str:
    """Return the unbound terms of a sort side by side."""
    return "、".join(row.term for row in rows if row.sort == sort)
