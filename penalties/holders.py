"""Whom a charge concerns: the person who held the post on the day of the breach, and where.

Asked once, when the charge is proposed, of that day and not of today: the answer is stored.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.roster import Roster
from complaints.lifecycle import OURS_ALONE, Kind
from complaints.models import CaseEvent, Complaint
from regulations import bindings
from regulations.engine.charges import Charge
from regulations.engine.rules import PenaltyRule


@dataclass(frozen=True, slots=True)
class Concerned:
    """Who pays, and the department it counts for; a person that nothing names stays open."""

    person: int | None
    department: int | None


def concerned(
    case: Complaint, charge: Charge, events: Sequence[CaseEvent], roster: Roster
) -> Concerned:
    """Return whom a charge concerns. `events` are the case's, in the order of `seq`.

    A responsible person is whoever the recorded offence names, else whoever received the complaint
    where information was not passed on, else the handler, else the department's head. Leaders are
    whoever held the post that was bound to the word when the version was published.
    """
    act = recorded(charge, events)
    said = act.data if act else {}
    told = [event for event in events if not event.is_derived and event.at <= charge.at]
    place = said.get("department_id") or _department_at(told) or case.owner_department_id
    rule = next(rule for rule in case.version.pack.penalties if rule.id == charge.rule)
    transfer = rule.stage == "transfer" and act is None
    match charge.subject:
        case "handler":
            return Concerned(_handler_at(told), place)
        case "department_head":
            return Concerned(roster.sole_head_at(place, charge.at), place)
        case "customer_service":
            return _registrar(case, charge.at, roster)
        case "responsible_person" if transfer:
            return _registrar(case, charge.at, roster)
        case "responsible_person":
            person = (
                said.get("person") or _handler_at(told) or roster.sole_head_at(place, charge.at)
            )
            return Concerned(person, place)
        case "leaders":
            return Concerned(
                said.get("person") or _leader(case, rule, place, charge, roster), place
            )
        case _:  # a department as such
            return Concerned(said.get("person"), place)


def recorded(charge: Charge, events: Sequence[CaseEvent]) -> CaseEvent | None:
    """Return the event with which somebody recorded the offence, None where a clock found it."""
    if charge.act is None:
        return None
    told = [event for event in events if not event.is_derived and event.kind not in OURS_ALONE]
    return told[charge.act]


def _department_at(told: Sequence[CaseEvent]) -> int | None:
    for event in reversed(told):
        if event.kind == Kind.ASSIGNED:
            return event.data["department_id"]
        if event.kind == Kind.RETURNED:
            return None
    return None


def _handler_at(told: Sequence[CaseEvent]) -> int | None:
    for event in reversed(told):
        if event.kind == Kind.ACCEPTED:
            return event.data["handler"]
        if event.kind in (Kind.ASSIGNED, Kind.RETURNED):
            return None
    return None


def _leader(
    case: Complaint, rule: PenaltyRule, place: int, charge: Charge, roster: Roster
) -> int | None:
    """Return who held the post that the house means by leaders, where only one person did."""
    found = (
        roster.sole_holder_at(seat.title, seat.department, case.unit_id, charge.at)
        for seat in bindings.seats(case.version, rule.leaders, place)
    )
    return next(filter(None, found), None)


def _registrar(case: Complaint, at: datetime, roster: Roster) -> Concerned:
    place = roster.department_at(case.registrar_id, at)
    return Concerned(case.registrar_id, place or case.owner_department_id)
