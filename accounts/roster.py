"""Who holds which post, asked many times of rows that were read once."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from accounts.actors import Tree
from accounts.models import Deputy, Post, Role


class Held(NamedTuple):
    """A post of a person in its half-open period [since, until); `active`: they still sign in."""

    person: int
    department: int
    title: str
    role: str
    since: datetime
    until: datetime | None
    active: bool

    def at(self, moment: datetime) -> bool:
        return self.since <= moment and (self.until is None or moment < self.until)


class Roster:
    """All posts, past ones too, the deputies of the moment `now`, and the departments' tree.

    Three queries, made when first asked; it is for one transaction and not to be kept. All answers
    are ids of people in ascending order, each once.
    """

    def __init__(self, now: datetime):
        self.now = now

    def holders(self, title: str, department: int | None, unit: int) -> list[int]:
        """Return who holds a post now, deputies of absent holders included.

        `department` None looks through the whole unit. Where the post is vacant it is who stands
        above it.
        """
        found = self._acting(self._places(title, department, unit))
        return found or self._above(department or unit)

    def heads(self, department: int) -> list[int]:
        """Return who heads a department now, deputies included; who stands above, if nobody does."""
        return self._acting(self._heads(department)) or self._above(department)

    def customer_service(self, department: int) -> list[int]:
        """Return who takes complaints in for a department now, deputies included."""
        here = self._by_department[department]
        return self._acting(one for one in here if one.role == Role.CUSTOMER_SERVICE)

    def _above(self, department: int) -> list[int]:
        """Return the heads of the nearest department above that has any, else the management."""
        while (above := self._tree.parents.get(department)) is not None:
            department = above
            if found := self._acting(self._heads(department)):
                return found
        managers = (one for one in self._posts if one.role == Role.MANAGEMENT)
        return self._acting(
            one for one in managers if self._tree.root(one.department) == department
        )

    def in_charge_of(self, person: int) -> list[int]:
        """Return somebody who has a task in hand, and who stands in for them now."""
        return sorted({person} | self._deputies[person])

    def sole_head_at(self, department: int | None, moment: datetime) -> int | None:
        """Return who headed a department at a moment; None where nobody did, or several."""
        people = {one.person for one in self._heads(department) if one.at(moment)}
        return people.pop() if len(people) == 1 else None

    def sole_holder_at(
        self, title: str, department: int | None, unit: int, moment: datetime
    ) -> int | None:
        """Return who held a post at a moment, in a department or anywhere in the unit.

        None where nobody did, or several.
        """
        held = self._places(title, department, unit)
        people = {one.person for one in held if one.at(moment)}
        return people.pop() if len(people) == 1 else None

    def department_at(self, person: int | None, moment: datetime) -> int | None:
        """Return the department of the first post that a person held at a moment."""
        held = (one for one in self._by_person[person] if one.at(moment))
        return next((one.department for one in held), None)

    def _places(self, title: str, department: int | None, unit: int) -> list[Held]:
        return [
            one
            for one in self._by_title[title]
            if department in (None, one.department) and self._tree.root(one.department) == unit
        ]

    def _heads(self, department: int | None) -> list[Held]:
        here = self._by_department[department]
        return [one for one in here if one.role == Role.DEPARTMENT_HEAD]

    def _acting(self, places: Iterable[Held]) -> list[int]:
        people = {one.person for one in places if one.active and one.at(self.now)}
        return sorted(people.union(*(self._deputies[person] for person in people)))

    @cached_property
    def _tree(self) -> Tree:
        return Tree.read()

    @cached_property
    def _posts(self) -> list[Held]:
        names = ("person_id", "department_id", "title", "role", "since", "until")
        rows = Post.objects.order_by("pk").values_list(*names, "person__is_active")
        return [Held(*row) for row in rows]

    @cached_property
    def _by_title(self) -> dict[str, list[Held]]:
        return self._grouped("title")

    @cached_property
    def _by_department(self) -> dict[int | None, list[Held]]:
        return self._grouped("department")

    @cached_property
    def _by_person(self) -> dict[int | None, list[Held]]:
        return self._grouped("person")

    def _grouped(self, name: str) -> dict:
        groups = defaultdict(list)
        for post in self._posts:
            groups[getattr(post, name)].append(post)
        return groups

    @cached_property
    def _deputies(self) -> dict[int, set[int]]:
        groups = defaultdict(set)
        for row in Deputy.objects.held_at(self.now).filter(deputy__is_active=True):
            groups[row.person_id].add(row.deputy_id)
        return groups
