"""Whether a case may be closed, and what each step of the lifecycle still waits for."""

from collections.abc import Iterator

from regulations.engine.acts import Act, found, met, opens_round
from regulations.engine.conditions import View
from regulations.engine.course import Course
from regulations.engine.outside import gates_of_orders
from regulations.engine.pack import ClosingMode, GateRule, Source, Verification
from regulations.engine.refusals import ANSWERED
from regulations.engine.subtasks import gates_of_subtasks
from regulations.engine.verdict import Approval, Closing, Gate, Missing

# Modes in the order in which their signs are believed; without a sign the case is to be agreed.
BY_SIGN = ("litigation", "no_agreement")


def closing_mode(course: Course) -> str:
    """Return in which mode the case is or would be closed: as said, else as its events suggest."""
    acts = course.in_cycle(course.last.cycle)
    modes = {mode.name: mode for mode in course.pack.closing}
    said = [act.data.get("mode") for act in acts if act.kind == "closed" and act.data.get("mode")]
    if said:
        return str(said[-1])
    if course.last.valid is False:
        return "invalid"
    if "answered" in modes and course.last.view.get("kind") in ANSWERED:
        return "answered"
    for name in BY_SIGN:
        mode = modes.get(name)
        signs = [found(sign, acts) for sign in mode.signs] if mode else []
        if any(sign is not None and not _talked_since(course, sign.index) for sign in signs):
            return name
    return "agreed"


def _talked_since(course: Course, index: int) -> bool:
    """Say whether the customer was talked to, or confirmed, after an act."""
    talks = ("customer_talked", "confirmed")
    return any(act.kind in talks and act.index > index for act in course.acts)


def closing(course: Course, refused_mode: str | None = None) -> Closing:
    """Return whether the case may be closed now, and what is missing if not.

    `refused_mode` is the mode of a closing that was refused as the last event of the history.
    """
    mode = _mode(course, refused_mode or closing_mode(course))
    if mode is None or course.last.ended is not None:
        return Closing(ready=False)
    view, acts = course.last.view, course.in_cycle(course.last.cycle)
    missing = [
        Missing(need.what, need.source, need.by)
        for need in mode.needs
        if need.when.holds(view) and not met(need, acts)
    ]
    if mode.name != "invalid":
        missing += [
            Missing("verification", source) for _, source in _unverified(course, view, acts)
        ]
    return Closing(ready=not missing, missing=tuple(dict.fromkeys(missing)))


def _mode(course: Course, name: str) -> ClosingMode | None:
    return next((mode for mode in course.pack.closing if mode.name == name), None)


def gates(course: Course, close: Closing, signatures: tuple[Approval, ...]) -> tuple[Gate, ...]:
    """Return what each step waits for, whether it would come next or is the last event.

    A dissatisfied follow-up goes back to be handled and waits for nothing.
    """
    view: View = {**course.last.view, "closing_mode": closing_mode(course)}
    last = course.acts[-1] if course.acts else None
    back = last.kind if last is not None and opens_round(last) else None
    rows = [
        row
        for rule in course.pack.gates
        if rule.step != back and rule.need.when.holds(view)
        for row in _waits(course, rule, close, signatures)
    ]
    if view["closing_mode"] == "answered":
        rows += [Gate("answered", row.what, row.source, row.by) for row in close.missing]
    acts = course.in_cycle(course.last.cycle)
    for rule, source in _unverified(course, view, acts):
        rows += [Gate(step, "verification", source) for step in rule.steps]
    rows += gates_of_orders(course)
    rows += gates_of_subtasks(course.pack, course.acts)
    return tuple(dict.fromkeys(rows))


def _unverified(
    course: Course, view: View, acts: list[Act]
) -> Iterator[tuple[Verification, Source]]:
    """Yield the checks that the facts of the case ask for and that have no result yet."""
    done = {act.data.get("check") for act in acts if act.kind == "verified"}
    for rule in course.pack.verifications:
        for check in rule.checks if rule.when.holds(view) else ():
            if check.fact not in done:
                yield rule, tuple(dict.fromkeys((*check.source, *rule.source)))


def _waits(
    course: Course, rule: GateRule, close: Closing, signatures: tuple[Approval, ...]
) -> list[Gate]:
    need = rule.need
    if need.closing:
        return [Gate(rule.step, row.what, row.source, row.by) for row in close.missing]
    if need.approvals:
        return [
            Gate(rule.step, _word(row), row.source, row.by)
            for row in signatures
            if row.what in need.approvals and row.at is None
        ]
    if met(need, course.in_cycle(course.last.cycle)):
        return []
    return [Gate(rule.step, need.what, need.source, need.by)]


def _word(approval: Approval) -> str:
    return "countersignature" if approval.what == "countersign" else "approval"
