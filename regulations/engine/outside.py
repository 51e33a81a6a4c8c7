"""Orders from outside: a regulator or a hotline sets a due time of its own, whatever ours are.

They belong to no pack: their deadline rests on the order itself, is never moved by our pauses,
extensions or calendars, and no case may end before the order is answered.
"""

from collections.abc import Iterator

from regulations.engine.acts import open_orders
from regulations.engine.conditions import ALWAYS
from regulations.engine.course import Course
from regulations.engine.rules import ClockRow, ClockRule, Pattern
from regulations.engine.terms import RESPONSIBLE
from regulations.engine.verdict import Gate

OUTSIDE = ClockRule(
    id="outside",
    stage="outside",
    starts=(Pattern("order_received"),),
    rows=(ClockRow(ALWAYS, None, (), (Pattern("order_answered"),), promised="due_at"),),
    who=RESPONSIBLE,
    each=True,
    outside=True,
    answers="order",
)
# Steps that end a case.
ENDINGS = ("closed", "answered", "withdrawn", "merged")


def gates_of_orders(course: Course) -> Iterator[Gate]:
    """Yield what every ending waits for: the answer to each open order, named by its number."""
    for order in open_orders(course.acts):
        for step in ENDINGS:
            yield Gate(step, "order_answer", (), order)
