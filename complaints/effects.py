"""What an act changes besides the record: the case's place and people, and its plan.

`PREPARE` completes an act's data before it is judged (the pack's terms beside our ids); `follow`
writes our own rows after the event has joined the chain. Neither decides anything.
"""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.module_loading import import_string

from accounts.actors import members
from accounts.models import Post
from complaints.lifecycle import OPEN, Kind
from complaints.models import SIGNABLE, CaseEvent, Complaint, Link, Plan, Relation
from complaints.pressing import open_pressing
from complaints.refusals import Reason, Refused
from records import clock
from regulations import bindings
from regulations.engine.verdict import Verdict


def _name_department(case: Complaint, data: dict[str, Any]) -> dict[str, Any]:
    """Give the department as the pack's term; it must belong to the case's unit."""
    wanted = data.get("department_id")
    places = bindings.departments(case.version)
    department = next((one for one in places if one.pk == wanted), None)
    if department is None:
        raise Refused(Reason("department_of_another_unit", field="department_id"))
    term = bindings.term_of(case.version, department.pk) or department.name
    return {"department": term}


def _check_handler(case: Complaint, data: dict[str, Any]) -> dict[str, Any]:
    """A handler holds a post now in the department that handles the case."""
    if not members(case.department_id, clock.now()).filter(pk=data.get("handler")).exists():
        raise Refused(Reason("handler_of_another_department", field="handler"))
    if data["handler"] in case.kept_out:
        raise Refused(Reason("handler_recused", field="handler"))
    return {}


def _check_other_handler(case: Complaint, data: dict[str, Any]) -> dict[str, Any]:
    """Somebody else of the department that handles the case."""
    if data.get("handler") == case.handler_id:
        raise Refused(Reason("handler_already", field="handler"))
    return _check_handler(case, data)


def _check_plan(case: Complaint, data: dict[str, Any]) -> dict[str, Any]:
    """There is a plan that can be signed."""
    plan = case.newest_plan
    if plan is None or plan.state not in SIGNABLE:
        raise Refused(Reason("no_plan_to_sign"))
    return {}


def _check_offence(case: Complaint, data: dict[str, Any]) -> dict[str, Any]:
    """Whoever is named as responsible has, or had, a post in the department that is named."""
    place, person = data.get("department_id"), data.get("person")
    if place is not None and bindings.term_of(case.version, place) is None:
        raise Refused(Reason("department_of_another_unit", field="department_id"))
    if person is not None and not Post.objects.filter(person=person, department=place).exists():
        raise Refused(Reason("person_of_another_department", field="person"))
    return {}


def _check_pressed(case: Complaint, data: dict[str, Any]) -> dict[str, Any]:
    """There is a pressing that nobody has answered yet; the answer names it."""
    pressing = open_pressing(case.events.order_by("seq"))
    if pressing is None:
        raise Refused(Reason("nothing_pressed"))
    return {"answers": pressing.seq}


def _check_other(name: str) -> Callable[[Complaint, dict[str, Any]], dict[str, Any]]:
    """The other case is one of the same regulation, and not this one."""

    def check(case: Complaint, data: dict[str, Any]) -> dict[str, Any]:
        same = Complaint.objects.filter(version__regulation=case.version.regulation_id)
        other = same.exclude(pk=case.pk).filter(pk=data.get(name)).first()
        if other is None:
            raise Refused(Reason("no_such_case", field=name))
        if name == "into" and other.state not in OPEN:
            raise Refused(Reason("merged_into_ended", field=name))
        relation = Relation.MERGED if name == "into" else data.get("relation")
        if Link.objects.filter(case=case, other=other, relation=relation, ended=False).exists():
            raise Refused(Reason("linked_already", field=name))
        return {}

    return check


def _check_reopened(case: Complaint, data: dict[str, Any]) -> dict[str, Any]:
    """The complaint in which a matter recurs, where one is named, is another one of the regulation."""
    if "other" not in data:
        return {}
    relation = {"relation": str(Relation.RECURRED)}
    return _check_other("other")(case, data | relation) | relation


def _check_unlinked(case: Complaint, data: dict[str, Any]) -> dict[str, Any]:
    """There is such a link of this case; what was merged stays so."""
    rows = Link.objects.filter(case=case, ended=False).exclude(relation=Relation.MERGED)
    if not rows.filter(seq=data.get("link")).exists():
        raise Refused(Reason("no_such_link", field="link"))
    return {}


def _check_recused(case: Complaint, data: dict[str, Any]) -> dict[str, Any]:
    """Somebody of the case's unit, who is not kept out yet."""
    unit = bindings.within(case.unit)
    known = Post.objects.filter(person=data.get("person"), department__in=unit).exists()
    if not known or data["person"] in case.kept_out:
        raise Refused(Reason("nobody_to_recuse", field="person"))
    return {}


def _number_order(case: Complaint, data: dict[str, Any]) -> dict[str, Any]:
    """An order is known by its place in the case; what its sender calls it is a text."""
    return {"order": str(case.events.filter(kind=Kind.ORDER_RECEIVED).count() + 1)}


def _give_subtask(case: Complaint, data: dict[str, Any]) -> dict[str, Any]:
    """A sub-task has its place in the case as its number; whoever is named belongs to its department."""
    term = _name_department(case, data)
    person, place = data.get("person"), data["department_id"]
    if person is not None and not members(place, clock.now()).filter(pk=person).exists():
        raise Refused(Reason("person_of_another_department", field="person"))
    number = case.events.filter(kind=Kind.SUBTASK_GIVEN).count() + 1
    return term | {"subtask": str(number)}


def _check_subtask(case: Complaint, data: dict[str, Any]) -> dict[str, Any]:
    """A check that finds no effect gives the sub-task back to its department."""
    rows = case.events.filter(kind=Kind.SUBTASK_GIVEN, data__subtask=data.get("subtask"))
    return {"department": row.data["department"]} if (row := rows.first()) else {}


PREPARE: dict[str, Callable[[Complaint, dict[str, Any]], dict[str, Any]]] = {
    Kind.ASSIGNED: _name_department,
    Kind.ACCEPTED: _check_handler,
    Kind.HANDED_OVER: _check_other_handler,
    Kind.PLAN_APPROVED: _check_plan,
    Kind.PLAN_REJECTED: _check_plan,
    Kind.OFFENCE: _check_offence,
    Kind.PRESS_ANSWERED: _check_pressed,
    Kind.ORDER_RECEIVED: _number_order,
    Kind.LINKED: _check_other("other"),
    Kind.UNLINKED: _check_unlinked,
    Kind.MERGED: _check_other("into"),
    Kind.REOPENED: _check_reopened,
    Kind.RECUSED: _check_recused,
    Kind.SUBTASK_GIVEN: _give_subtask,
    Kind.SUBTASK_CHECKED: _check_subtask,
}


def follow(case: Complaint, event: CaseEvent, verdict: Verdict) -> None:
    """Write what follows from an event in this app's own rows."""
    place(case, event, verdict)
    if event.kind in OF_PLANS and (plan := planned(case.newest_plan, case, event, verdict)):
        plan.save()
    if link := LINKS.get(event.kind):
        link(case, event)


def place(case: Complaint, event: CaseEvent, verdict: Verdict) -> None:
    """Change the case's row, unsaved, as an event asks: where it is, who has it, its terms."""
    if effect := PLACES.get(event.kind):
        effect(case, event, verdict)
    _describe(case, event)
    if event.state not in OPEN:
        case.ended_at = case.ended_at or event.at


def planned(
    newest: Plan | None, case: Complaint, event: CaseEvent, verdict: Verdict
) -> Plan | None:
    """Return the plan that an event makes or changes, unsaved; None for no plan or no change.

    `newest` is the plan that counted before the event.
    """
    if event.kind == Kind.PLAN_SUBMITTED:
        return _new_plan(newest, case, event)
    step = _step(event, verdict)
    if newest is None or step not in {t.name for t in newest.get_available_state_transitions()}:
        return None
    getattr(newest, step)()
    return newest


def _describe(case: Complaint, event: CaseEvent) -> None:
    """Keep the pack's terms on the row, where lists filter by them."""
    facts = event.data.get("facts", event.data if event.kind == Kind.FACTS_CHANGED else {})
    for name in ("category", "channel", "project", "kind"):
        if value := facts.get(name):
            setattr(case, name, value)


def _assigned(case: Complaint, event: CaseEvent, verdict: Verdict) -> None:
    case.department_id = event.data["department_id"]
    case.handler = None
    found = (bindings.department(case.version, term) for term in verdict.responsible.supporting)
    case.supporting = sorted({pk for pk in found if pk and pk != case.department_id})


def _returned(case: Complaint, event: CaseEvent, verdict: Verdict) -> None:
    case.department = case.handler = None
    case.supporting = []


def _accepted(case: Complaint, event: CaseEvent, verdict: Verdict) -> None:
    case.handler_id = event.data["handler"]


def _reopened(case: Complaint, event: CaseEvent, verdict: Verdict) -> None:
    case.cycle += 1
    case.ended_at = None


def _calendar_changed(case: Complaint, event: CaseEvent, verdict: Verdict) -> None:
    case.calendar = event.data["version"]


def _new_plan(before: Plan | None, case: Complaint, event: CaseEvent) -> Plan:
    day = {name: event.data.get(name) for name in ("starts_on", "finishes_on")}
    return Plan(
        case=case,
        version=before.version + 1 if before else 1,
        option=event.data.get("option", ""),
        measures_id=event.data["measures"]["text"],
        department_id=event.data.get("place"),
        responsible_id=event.data.get("responsible"),
        author_id=event.actor_id,
        **{name: date.fromisoformat(value) if value else None for name, value in day.items()},
    )


def _step(event: CaseEvent, verdict: Verdict) -> str:
    """Return the step of its lifecycle that an event takes the newest plan, empty for none."""
    match event.kind:
        case Kind.PLAN_APPROVED:
            awaited = {row.what for row in verdict.approvals if row.at is None}
            return "approve" if awaited.isdisjoint({"plan", "plan_organiser"}) else ""
        case Kind.PLAN_REJECTED:
            return "reject"
        case Kind.CUSTOMER_TALKED:
            return "refuse" if event.data.get("opinion") == "拒绝" else "agree"
        case Kind.EXECUTED:
            return "carry_out"
    return ""


def _recused(case: Complaint, event: CaseEvent, verdict: Verdict) -> None:
    case.kept_out = [*case.kept_out, event.data["person"]]
    if case.handler_id == event.data["person"]:
        case.handler = None


def _subtask_given(case: Complaint, event: CaseEvent, verdict: Verdict) -> None:
    case.assisting = sorted({*case.assisting, event.data["department_id"]})


def _linked(case: Complaint, event: CaseEvent) -> None:
    if "other" in event.data:  # a case may be reopened without one
        _link(case, event, event.data["other"], event.data["relation"])


def _merged(case: Complaint, event: CaseEvent) -> None:
    _link(case, event, event.data["into"], Relation.MERGED)


def _link(case: Complaint, event: CaseEvent, other: int, relation: str) -> None:
    _spread(Link.objects.create(case=case, other_id=other, relation=relation, seq=event.seq))


def _unlinked(case: Complaint, event: CaseEvent) -> None:
    link = Link.objects.get(case=case, seq=event.data["link"])
    link.ended, link.spread = True, False
    link.save(update_fields=["ended", "spread"])
    _spread(link)


def _spread(link: Link) -> None:
    """Let the other cases know after the commit, each in a pass of its own."""
    transaction.on_commit(partial(import_string("complaints.relations.spread"), link.pk))


# The acts that make a plan or change one; for any other none is looked up.
OF_PLANS = frozenset(
    {
        Kind.PLAN_SUBMITTED,
        Kind.PLAN_APPROVED,
        Kind.PLAN_REJECTED,
        Kind.CUSTOMER_TALKED,
        Kind.EXECUTED,
    }
)
LINKS: dict[str, Callable[[Complaint, CaseEvent], None]] = {
    Kind.LINKED: _linked,
    Kind.UNLINKED: _unlinked,
    Kind.MERGED: _merged,
    Kind.REOPENED: _linked,
}
PLACES: dict[str, Callable[[Complaint, CaseEvent, Verdict], None]] = {
    Kind.ASSIGNED: _assigned,
    Kind.RETURNED: _returned,
    Kind.ACCEPTED: _accepted,
    Kind.HANDED_OVER: _accepted,
    Kind.REOPENED: _reopened,
    Kind.CALENDAR_CHANGED: _calendar_changed,
    Kind.RECUSED: _recused,
    Kind.SUBTASK_GIVEN: _subtask_given,
}
