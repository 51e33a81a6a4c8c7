"""Who answers for a case: the department of its category, or the one it was assigned to."""

from regulations.engine.conditions import View
from regulations.engine.pack import Pack
from regulations.engine.verdict import Responsible


def first_department(pack: Pack, view: View) -> str | None:
    """Return the first department of the case's category, None where it is settled by case."""
    category = pack.category(view.get("category"))
    if category is None:
        return None
    return view.get(category.first_from) if category.first_from else category.first


def responsible(pack: Pack, view: View) -> Responsible:
    """Return the responsible departments; an assignment to another one stands before the list."""
    category = pack.category(view.get("category"))
    first, assigned = view.get("first_department"), view.get("department")
    source = category.source if category else ()
    supporting = category.supporting if category else ()
    if assigned is not None and assigned != first:
        first, source = assigned, (*source, *pack.assignment)
    return Responsible(first, tuple(one for one in supporting if one != first), source)
