"""To whom a head can give cases, and what a ticked case sends."""

from dataclasses import dataclass

from accounts.actors import Actor
from accounts.models import Department, Post, Role, User
from complaints.lines import Line


@dataclass(frozen=True)
class Place:
    """A department with the people to whom its cases can be given."""

    name: str
    people: list[User]


def places_of(actor: Actor) -> list[Place]:
    """Return the departments of which somebody is the head, each with who holds a post in it now."""
    heads = actor.reach(Role.DEPARTMENT_HEAD)
    if not heads:
        return []
    posts = (
        Post.objects.held_at(actor.at)
        .filter(department__in=heads, person__is_active=True)
        .select_related("person", "department")
        .order_by("department", "person")
    )
    places: dict[Department, dict[int, User]] = {}
    for post in posts:
        places.setdefault(post.department, {})[post.person_id] = post.person
    return [Place(place.name, list(people.values())) for place, people in places.items()]


def value_of(case: Line) -> str:
    """Return what a ticked row sends: the case, and what of its record was on screen."""
    return f"{case.event_count}:{case.number}"
