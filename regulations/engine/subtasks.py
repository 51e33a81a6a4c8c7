"""Sub-tasks: what other departments and third parties do for a case, each with its own due time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

from regulations.engine.conditions import ALWAYS
from regulations.engine.extensions import promised
from regulations.engine.pack import Pack
from regulations.engine.reasons import Reason
from regulations.engine.rules import ClockRow, ClockRule, Pattern
from regulations.engine.terms import RESPONSIBLE, SubtaskSort
from regulations.engine.verdict import Gate

# The due time is the one that was agreed on when the sub-task was given, or given back.
SUBTASK = ClockRule(
    id="subtask",
    stage="subtask",
    starts=(
        Pattern("subtask_given"),
        Pattern("subtask_checked", MappingProxyType({"passed": frozenset({False})})),
    ),
    rows=(ClockRow(ALWAYS, None, (), (Pattern("subtask_answered"),), promised="due_at"),),
    who=RESPONSIBLE,
    each=True,
    answers="subtask",
)
# What may happen to a sub-task in which of its states, and the state after.
STEPS = {
    "subtask_signed": {"given": "signed"},
    "subtask_answered": {"given": "answered", "signed": "answered"},
    "subtask_checked": {"answered": "done"},
}


class Told(Protocol):
    """What is read of an act: its kind and what it carries."""

    @property
    def kind(self) -> str: ...

    @property
    def data(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Subtask:
    """A sub-task as it stands: `state` is given, signed, answered (its effect unchecked) or done."""

    number: str
    sort: SubtaskSort
    department: str
    state: str = "given"

    def after(self, kind: str, data: Mapping[str, Any]) -> "Subtask | None":
        """Return it after an act, None where the act is not possible now."""
        state = STEPS[kind].get(self.state)
        if state is None or (kind == "subtask_checked" and not self.sort.checked):
            return None
        if kind == "subtask_answered" and not self.sort.checked:
            state = "done"
        if kind == "subtask_checked" and not data.get("passed"):
            state = "given"  # without effect: to be done anew
        return Subtask(self.number, self.sort, self.department, state)


def subtasks(pack: Pack, acts: Sequence[Told]) -> dict[str, Subtask]:
    """Return the sub-tasks of a case by number, in the order in which they were given."""
    found: dict[str, Subtask] = {}
    for act in acts:
        number = str(act.data.get("subtask"))
        sort = pack.subtask(act.data.get("sort")) if act.kind == "subtask_given" else None
        if sort is not None:
            found[number] = Subtask(number, sort, str(act.data.get("department", "")))
        elif act.kind in STEPS and number in found:
            found[number] = found[number].after(act.kind, act.data) or found[number]
    return found


def gates_of_subtasks(pack: Pack, acts: Sequence[Told]) -> Iterator[Gate]:
    """Yield what the steps that a sort names wait for: each sub-task that is not done."""
    if not pack.subtasks:
        return
    for one in subtasks(pack, acts).values():
        for step in one.sort.steps if one.state != "done" else ():
            who = f"{one.sort.label}{one.number} {one.department}"
            yield Gate(step, "subtask", one.sort.source, who)


def refused_subtask(
    pack: Pack, kind: str, data: Mapping[str, Any], acts: Sequence[Told]
) -> Reason | None:
    """Return why an act on a sub-task has no effect, None if it counts."""
    known = subtasks(pack, acts)
    number = data.get("subtask")
    if kind == "subtask_given":
        if pack.subtask(data.get("sort")) is None:
            labels = "、".join(sort.label for sort in pack.subtasks)
            return Reason("no_such_sort", (), labels or None)
        if not number or number in known or promised(data.get("due_at")) is None:
            return Reason("missing_data", (), "subtask, due_at")
        return None
    if kind == "subtask_checked" and not data.get("passed") and not promised(data.get("due_at")):
        return Reason("missing_data", (), "due_at")
    one = known.get(str(number))
    if one is None or one.after(kind, data) is None:
        takes = {n: row for n, row in known.items() if row.after(kind, data) is not None}
        return Reason("no_such_subtask", (), "、".join(takes) or None)
    return None
