"""Who answers for a case: the department of its category, or the one it was assigned to."""

from regulations.engine.conditions import View
from regulations.engine.pack import Category, Pack, Source
from regulations.engine.verdict import Responsible


def first_department(pack: Pack, view: View) -> str | None:
    """Return the first department of the case's category, None where it is settled by case."""
    first = _first(pack.category(view.get("category")), view)[0]
    return None if first is None else pack.place_of(first)


def responsible(pack: Pack, view: View) -> Responsible:
    """Return the responsible departments; an assignment to another one stands before the list.

    The first may be a post of a department, where the regulation names one.
    """
    category = pack.category(view.get("category"))
    first, source = _first(category, view)
    supporting = category.supporting if category else ()
    assigned = view.get("department")
    if assigned is not None and (first is None or assigned != pack.place_of(first)):
        first, source = assigned, (*source, *pack.assignment)
    return Responsible(first, tuple(one for one in supporting if one != first), source)


def _first(category: Category | None, view: View) -> tuple[str | None, Source]:
    """Return who comes first for a category, with what says so."""
    if category is None:
        return None, ()
    for route in category.routes:
        if route.when.holds(view):
            return route.first, tuple(dict.fromkeys((*route.source, *category.source)))
    first = view.get(category.first_from) if category.first_from else category.first
    return first, category.source
