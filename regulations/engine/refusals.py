"""Events that have no effect: a word the pack does not know, or something missing that it asks."""

from collections.abc import Mapping, Sequence
from typing import Any

from regulations.engine.acts import Act, met, open_orders
from regulations.engine.conditions import View
from regulations.engine.extensions import promised
from regulations.engine.pack import Pack
from regulations.engine.reasons import Reason
from regulations.engine.recording import refused_record
from regulations.engine.subtasks import STEPS, refused_subtask

Data = Mapping[str, Any]
ANSWERED = frozenset({"咨询", "建议"})  # matters that end with an answer


def refusal_of(
    pack: Pack, kind: str, data: Data, acts: Sequence[Act], view: View, waiting: bool
) -> Reason | None:
    """Return why an event has no effect, None if it counts. Extensions are judged with clocks.

    Codes: missing_data, unknown_grade, unknown_department, unknown_invalid_reason,
    score_without_reason, bad_value, unknown_mode, plan_missing, wrong_signer, unknown_offence,
    counted_by_clock, not_an_enquiry, no_pause, unknown_pause_reason, not_paused, paused_already,
    order_known, no_such_order, no_such_task, only_once, overruled_without_reason;
    those of records and sub-tasks.
    """
    for demand in pack.demands:
        absent = data.get(demand.field) in (None, "")
        if demand.event == kind and absent and not demand.written:
            return Reason("missing_data", demand.source, demand.label)
    for single in pack.single:
        if single.event == kind and any(act.kind == kind for act in acts):
            return Reason("only_once", single.source)
    if kind == "subtask_given" or kind in STEPS:
        return refused_subtask(pack, kind, data, acts)
    match kind:
        case "recorded":
            return refused_record(pack, data, acts, view)
        case "screened":
            return _judged(pack, data, ()) if pack.screening else Reason("no_screening")
        case "graded":
            return _graded(pack, data)
        case "assigned":
            return _assigned(pack, data)
        case "judged":
            return _judged(pack, data, acts)
        case "followed_up":
            return _followed_up(pack, data)
        case "closed":
            return _closed(pack, data, acts, view)
        case "offence":
            return _offence(pack, data)
        case "paused":
            return Reason("paused_already") if waiting else _paused(pack, data)
        case "resumed":
            return None if waiting else Reason("not_paused")
        case "order_received":
            return _order_received(data, acts)
        case "order_answered":
            known = str(data.get("order")) in open_orders(acts)
            return None if known else Reason("no_such_order", (), "、".join(open_orders(acts)))
        case "task_done":
            ids = [rule.id for rule in pack.tasks]
            return None if data.get("task") in ids else Reason("no_such_task", (), "、".join(ids))
    return None


def _order_received(data: Data, acts: Sequence[Act]) -> Reason | None:
    """An order has a number, by which its answer names it, and a due moment of its own."""
    if not data.get("order") or promised(data.get("due_at")) is None:
        return Reason("missing_data", (), "order, due_at")
    received = [act.data for act in acts if act.kind == "order_received"]
    if any(one.get("order") == data["order"] for one in received):
        return Reason("order_known")
    return None


def _paused(pack: Pack, data: Data) -> Reason | None:
    if not pack.pauses:
        return Reason("no_pause", pack.extension_reason)
    rule = next((one for one in pack.pauses if one.reason == data.get("reason")), None)
    if rule is None:
        return Reason("unknown_pause_reason", (), "、".join(one.reason for one in pack.pauses))
    if rule.by is not None and data.get("signed_by") != rule.by:
        return Reason("wrong_signer", rule.source, rule.by)
    return None


def _graded(pack: Pack, data: Data) -> Reason | None:
    if pack.rank(data.get("grade")) >= 0:
        return None
    names = "、".join(level.name for level in pack.grades)
    return Reason("unknown_grade", pack.manual_grade, names or None)


def _assigned(pack: Pack, data: Data) -> Reason | None:
    """A department that the regulation does not name, where it does not leave its list open."""
    department = data.get("department")
    if department is None or pack.department(str(department)) or pack.other_departments:
        return None
    names = "、".join(term.name for term in pack.departments)
    return Reason("unknown_department", pack.assignment, names)


def _judged(pack: Pack, data: Data, acts: Sequence[Act]) -> Reason | None:
    """One of the regulation's cases; another verdict than the first one is explained."""
    first = next((act for act in reversed(acts) if act.kind == "screened"), None)
    if first and bool(first.data.get("valid")) != bool(data.get("valid")) and not data.get("note"):
        return Reason("overruled_without_reason", pack.screening)
    if data.get("valid") or not pack.validity:
        return None
    known = {reason.fact for reason in pack.validity}
    if data.get("reason") in known:
        return None
    source = tuple(dict.fromkeys(one for reason in pack.validity for one in reason.source))
    return Reason("unknown_invalid_reason", source)


def _followed_up(pack: Pack, data: Data) -> Reason | None:
    """A score below the bound needs a reason; a score outside the question's range is no score."""
    scores = data.get("scores")
    reasons = data.get("reasons") or {}
    if not isinstance(scores, Mapping):
        return None
    for question in pack.survey:
        score = scores.get(question.key)
        if question.type != "score" or score is None:
            continue
        low, high = question.low or 0, question.high
        if score < low or (high is not None and score > high):
            return Reason("bad_value", question.source, question.key)
        bound = question.reason_below
        if bound is not None and score < bound and not reasons.get(question.key):
            return Reason("score_without_reason", question.reason_source, question.key)
    return None


def _closed(pack: Pack, data: Data, acts: Sequence[Act], view: View) -> Reason | None:
    modes = {mode.name: mode for mode in pack.closing}
    name = data.get("mode")
    if name is not None and name not in modes:
        return Reason("unknown_mode", (), "、".join(modes))
    if name == "answered" and view.get("kind") not in ANSWERED:
        return Reason("not_an_enquiry", modes[name].source, "、".join(sorted(ANSWERED)))
    for need in modes[name].needs if name else ():
        if need.strict and not met(need, acts):
            return Reason(f"{need.what}_missing", need.source)
    signer, by = pack.closing_signer, data.get("by")
    if signer and by is not None and name != "invalid" and by not in (signer.by, *signer.also):
        return Reason("wrong_signer", signer.source, signer.by)
    return None


def _offence(pack: Pack, data: Data) -> Reason | None:
    for rule in pack.penalties:
        if data.get("source") in rule.source:
            return Reason("counted_by_clock", rule.source) if rule.bands else None
    return Reason("unknown_offence")
