"""Print the state x act table of the loop as Markdown; docs/lifecycle.md holds its output."""

from django.core.management.base import BaseCommand
from django.utils import translation

from accounts.policy import policy
from complaints.lifecycle import MOVES, OPEN, Kind, Move

HEAD = """# The lifecycle

Printed by `manage.py lifecycle`; a test compares this page with the code. One line for each act:
who may record it (`accounts/policy.yaml`), and for each state where it leads. `·` stays in the
state, a blank is refused. What the pack adds are gates: an act may still wait for something that
the regulation asks for, and says so with its clause.
"""


class Command(BaseCommand):
    help = "Print the state x act table of the loop as Markdown."

    def handle(self, **options):
        with translation.override("zh-hans"):
            self.stdout.write(table(), ending="")


def table() -> str:
    """Return the page: acts by state, with who may record them."""
    header = "| 操作 | kind | 由谁 | " + " | ".join(str(state.label) for state in (*OPEN, *CLOSED))
    rule = "|---" * (3 + len(OPEN) + len(CLOSED)) + "|"
    return "\n".join([HEAD, header + " |", rule, *(_line(move) for move in MOVES), ""])


CLOSED = tuple(dict.fromkeys(s for move in MOVES for s in move.sources if s not in OPEN))


def _line(move: Move) -> str:
    cells = [_cell(move, state) for state in (*OPEN, *CLOSED)]
    name = move.name if move.name != move.kind else ""
    label = f"{Kind(move.kind).label}{f' ({name})' if name else ''}"
    who = ", ".join(policy().actions.get(move.kind, ["—"]))
    return f"| {label} | `{move.kind.value}` | {who} | " + " | ".join(cells) + " |"


def _cell(move: Move, state) -> str:
    if state not in move.sources:
        return ""
    return f"→ {move.target.label}" if move.target else "·"
