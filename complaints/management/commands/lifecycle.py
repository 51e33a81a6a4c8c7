"""Print the two tables of the loop as Markdown; docs/lifecycle.md holds its output."""

from collections.abc import Iterable

from django.core.management.base import BaseCommand
from django.utils import translation

from accounts import access
from accounts.models import Role
from accounts.policy import policy
from complaints.lifecycle import MOVES, OPEN, Kind, Move, State

HEAD = """# The lifecycle

Printed by `manage.py lifecycle` from `complaints/lifecycle.py` and `accounts/policy.yaml`; a test
compares this page with them, and another tries every act in every state as everybody.

An act is taken where both tables have an entry. Whoever may not record it reads who may; in
another state the answer names the states in which it is possible. Nothing of a refused act is kept
in the case. What a pack adds are gates: an act may still wait for something that the regulation
asks for, and says so with its clause.
"""
WHERE = """
## Where an act leads

`·` stays in the state; a blank is refused.{closed}
"""
WHO = """
## Who may record it

By role, and by where the post is: `归口` in the department that owns complaints or above it, `责任`
in the department that handles the case or above it, `单位` anywhere in the case's unit, `自办` in the owner where it
handles the case itself, `承办` in a department whose sub-task waits for it. A blank is
refused in whatever department. `本案承办人` is the person named as handler, `签批人` whoever holds a
post that the regulation waits for, there where the regulation has it. Before a department has the
case nobody is its head or its handler.
"""
PLACES = {
    "owner": "归口",
    "responsible": "责任",
    "unit": "单位",
    access.OWN: "自办",
    access.ASSISTING: "承办",
}
PERSONS = {access.SIGNER: "签批人", access.HANDLER: "本案承办人"}


class Command(BaseCommand):
    help = "Print the state x act x role tables of the loop as Markdown."

    def handle(self, **options):
        with translation.override("zh-hans"):
            self.stdout.write(page(), ending="")


def page() -> str:
    """Return the page: where each act leads by state, and who may record it by role and place."""
    return HEAD + WHERE.format(closed=_closed()) + _where() + WHO + _who()


def _closed() -> str:
    ends = [str(state.label) for state in State if state not in STATES]
    return f" In {'、'.join(ends)} every act is refused." if ends else ""


def _where() -> str:
    rows = ([*_name(move), *(_step(move, state) for state in STATES)] for move in MOVES)
    return _table(["操作", "kind", *(str(state.label) for state in STATES)], rows)


def _who() -> str:
    kinds = dict.fromkeys(move.kind for move in MOVES)
    head = ["操作", "kind", *PERSONS.values(), *(str(role.label) for role in Role)]
    rows = ([str(kind.label), f"`{kind.value}`", *_grants(kind)] for kind in kinds)
    return _table(head, rows)


SOURCES = {state for move in MOVES for state in move.sources}
STATES = [*OPEN, *(state for state in State if state in SOURCES and state not in OPEN)]


def _name(move: Move) -> list[str]:
    label = str(Kind(move.kind).label)
    told_apart = "" if move.name == move.kind else f" ({move.name})"
    return [label + told_apart, f"`{move.kind.value}`"]


def _step(move: Move, state: State) -> str:
    if state not in move.sources:
        return ""
    return f"→ {move.target.label}" if move.target else "·"


def _grants(kind: Kind) -> list[str]:
    granted = policy().actions.get(kind, [])
    persons = ["✓" if person in granted else "" for person in PERSONS]
    return persons + [
        "、".join(word for scope, word in PLACES.items() if f"{role}@{scope}" in granted)
        for role in Role
    ]


def _table(head: list[str], rows: Iterable[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n" + "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
