"""docs/lifecycle.md as a reader reads it: where each act leads, and who may record it."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

PAGE = Path(settings.BASE_DIR, "docs", "lifecycle.md")
HANDLER, SIGNER = "本案承办人", "签批人"
# A place in the table → the places, as seen from a case, in which a post counts.
PLACES = {
    "归口": {"owner", "above"},
    "责任": {"responsible", "above"},
    "单位": {"owner", "responsible", "elsewhere", "above"},
    "自办": set(),  # no owner handles its case itself in these tests
    "承办": set(),  # nor is there a sub-task
}


@dataclass(frozen=True)
class Line:
    """One line of the first table: the act, and the label of the state it leads to by state."""

    label: str
    kind: str
    leads: dict[str, str]

    @property
    def states(self) -> str:
        """The states in which the act is possible, as a refusal names them."""
        return "、".join(self.leads)


def lines() -> list[Line]:
    """Return where each act leads; `·` is read as the state itself, blanks are left out."""
    head, *rows = _table("## Where an act leads")
    found = []
    for label, kind, *cells in rows:
        steps = {state: cell for state, cell in zip(head[2:], cells, strict=True) if cell}
        leads = {
            state: state if cell == "·" else cell.removeprefix("→ ")
            for state, cell in steps.items()
        }
        found.append(Line(label, kind.strip("`"), leads))
    return found


def grants() -> dict[str, dict[str, str]]:
    """Return for each act what stands under each person and role; blanks are left out."""
    head, *rows = _table("## Who may record it")
    return {
        kind.strip("`"): {who: cell for who, cell in zip(head[2:], cells, strict=True) if cell}
        for _label, kind, *cells in rows
    }


def counts_at(cell: str, place: str) -> bool:
    """Say whether a cell of a role's column opens an act to a post at a place."""
    return any(place in PLACES[word] for word in cell.split("、") if word)


def _table(heading: str) -> list[list[str]]:
    text = PAGE.read_text(encoding="utf-8").split(heading)[1].split("\n## ")[0]
    rows = [row for row in text.splitlines() if row.startswith("|")]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    return [cells[0], *cells[2:]]
