"""Somebody who acts: a person with the posts they hold, or stand in for, at a moment."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from accounts.models import Department, Deputy, Post, User
from records import clock


@dataclass(frozen=True, slots=True)
class Holding:
    """A post held by the actor, or by somebody (`in_place_of`) whom the actor stands in for."""

    post: int
    title: str
    role: str
    department: int
    in_place_of: int | None = None


@dataclass(frozen=True, slots=True)
class Tree:
    """The departments' tree as ids, with their names."""

    parents: dict[int, int | None]
    names: dict[int, str]

    @classmethod
    def read(cls) -> "Tree":
        """Return the tree as it stands now (one query)."""
        rows = list(Department.objects.order_by("pk").values_list("pk", "parent", "name"))
        return cls(
            {pk: above for pk, above, _name in rows}, {pk: name for pk, _above, name in rows}
        )

    def under(self, department: int | None, above: int | None) -> bool:
        """Say whether `department` is `above` or lies below it."""
        while department is not None:
            if department == above:
                return True
            department = self.parents.get(department)
        return False

    def root(self, department: int) -> int:
        """Return the top of the tree in which `department` stands: the unit."""
        while (above := self.parents.get(department)) is not None:
            department = above
        return department

    def below(self, departments: set[int]) -> set[int]:
        """Return the departments with everything that lies below them."""
        return {one for one in self.parents if any(self.under(one, top) for top in departments)}


@dataclass(frozen=True)
class Actor:
    """A person at a moment. Rights are asked of `accounts.access`, never of this value."""

    user: User
    at: datetime
    holdings: tuple[Holding, ...]
    tree: Tree

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(holding.role for holding in self.holdings)

    @property
    def people(self) -> frozenset[int]:
        """The ids of the person and of everybody whom they stand in for."""
        return frozenset({self.user.pk} | {h.in_place_of for h in self.holdings if h.in_place_of})

    def units(self, *roles: str) -> set[int]:
        """Return the units in which one of `roles` is held, any of them by default."""
        roles = roles or tuple(self.roles)
        return {self.tree.root(h.department) for h in self.holdings if h.role in roles}

    def reach(self, *roles: str) -> set[int]:
        """Return the departments, with all below them, in which one of `roles` is held."""
        return self.tree.below({h.department for h in self.holdings if h.role in roles})


def actor_of(user: User, at: datetime | None = None) -> Actor:
    """Return the person with their posts at a moment, `now` by default (three queries)."""
    at = at or clock.now()
    absent = {
        row.person_id
        for row in Deputy.objects.held_at(at).filter(deputy=user, person__is_active=True)
    }
    posts = Post.objects.held_at(at).filter(person_id__in={user.pk, *absent}).order_by("pk")
    holdings = tuple(
        Holding(
            post.pk,
            post.title,
            post.role,
            post.department_id,
            None if post.person_id == user.pk else post.person_id,
        )
        for post in posts
    )
    return Actor(user, at, holdings, Tree.read())


def members(department: int | None, at: datetime) -> QuerySet[User]:
    """Return who holds a post in a department at a moment, by id."""
    posts = Post.objects.held_at(at).filter(department=department)
    return User.objects.filter(pk__in=posts.values("person"), is_active=True).order_by("pk")
