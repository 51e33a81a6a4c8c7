"""What the loop asks for now: the acts in their order, whoever may do them.

An act may be possible without anybody waiting for it. It is asked for where it takes the case on
and nothing is missing for it, or where it stops a deadline that is running.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from complaints.lifecycle import DISSATISFIED, MOVES, Kind, State
from complaints.models import CaseEvent, Complaint
from complaints.owed import open_orders, open_tasks
from complaints.pressing import open_pressing
from complaints.signatures import BESIDE_PLAN, SHEET
from complaints.subtasks import Given, given
from regulations.engine.pack import Record
from regulations.engine.refusals import ANSWERED
from regulations.engine.verdict import Verdict

# Steps back, (after, before): what was recorded before them has to be recorded anew.
BACK = {
    (State.RESOLVING, State.FEEDBACK),
    (State.RESOLVING, State.REVIEW),
    (State.RECEIVED, State.ASSIGNED),
}
REFUSED = "拒绝"
CONFIRMATIONS = frozenset({"customer_confirmation", "property_confirmation"})


@dataclass(frozen=True)
class Standing:
    """Where a case stands: its verdict, what is recorded since it last went back, its deadlines.

    `valid` is False once it has been judged invalid; `planned` says that a plan is there that
    nobody has sent back and the customer has not refused; `stops` are the kinds that stop a
    running clock; `pressed`: a pressing (督办) waits for its answer; `linked`: it names other cases. `subtasks` are those it has given to departments,
    `recorded` the keys of what was put down.
    """

    case: Complaint
    verdict: Verdict
    done: frozenset[str]
    valid: bool
    planned: bool
    stops: frozenset[str]
    pressed: bool = False
    linked: bool = False
    subtasks: tuple[Given, ...] = ()
    recorded: tuple[str, ...] = ()

    def misses(self, step: str, *whats: str) -> bool:
        """Say whether one of these things is still missing for a step."""
        return any(row.step == step and row.what in whats for row in self.verdict.gates)

    def open_signature(self, *whats: str) -> bool:
        return any(row.at is None and row.what in whats for row in self.verdict.approvals)


def asked(at: Standing) -> list[Kind]:
    """Return the acts that the loop waits for in this state, the first to do first."""
    here = possible(at)
    gated = {row.step for row in at.verdict.gates}
    return [kind for kind, wanted in ASKED.items() if kind in here - gated and wanted(at)]


def possible(at: Standing) -> set[Kind]:
    """Return the acts that the state allows and that have something to be about."""
    here = {move.kind for move in MOVES if at.case.state in move.sources}
    return {kind for kind in here if kind not in ABOUT or ABOUT[kind](at)}


def standing(case: Complaint, verdict: Verdict, events: Sequence[CaseEvent]) -> Standing:
    """Gather where a case stands from its verdict and its record."""
    done, valid, planned, state = set(), True, False, None
    for event in events:
        if event.kind == Kind.REOPENED or (event.state, state) in BACK:
            done.clear()
        else:
            done.add(event.kind)
        valid = event.data["valid"] if event.kind == Kind.JUDGED else valid
        planned = _planned(event, planned)
        state = event.state
    running = [clock for clock in verdict.clocks if clock.state in ("running", "overdue")]
    stops = (case.version.pack.stops(clock.rule, clock.source) for clock in running)
    return Standing(
        case=case,
        verdict=verdict,
        done=frozenset(done),
        valid=valid,
        planned=planned,
        stops=frozenset().union(*stops),
        pressed=open_pressing(events) is not None,
        linked=_count(events, Kind.LINKED) > _count(events, Kind.UNLINKED),
        subtasks=tuple(given(case.version.pack, events)),
        recorded=tuple(one.data["record"] for one in events if one.kind == Kind.RECORDED),
    )


def _count(events: Sequence[CaseEvent], kind: Kind) -> int:
    return sum(event.kind == kind for event in events)


def _planned(event: CaseEvent, before: bool) -> bool:
    match event.kind:
        case Kind.PLAN_SUBMITTED:
            return True
        case Kind.PLAN_REJECTED | Kind.REOPENED:
            return False
        case Kind.CUSTOMER_TALKED if event.data.get("opinion") == REFUSED:
            return False
        case Kind.FOLLOWED_UP if event.data.get("satisfaction") == DISSATISFIED:
            return False
        case Kind.REVIEWED if not event.data["passed"]:
            return False
    return before


def _not_yet(kind: Kind) -> Callable[[Standing], bool]:
    return lambda at: kind not in at.done


def _stops_a_clock(kind: Kind) -> Callable[[Standing], bool]:
    return lambda at: kind in at.stops


def _of_a_valid_case(at: Standing) -> bool:
    return at.valid


def _to_be_completed(at: Standing) -> bool:
    """Say whether a customer entered the case, who knows nothing of grades and departments."""
    return (
        at.case.entered_outside
        and at.case.state == State.RECEIVED
        and Kind.FACTS_CHANGED not in at.done
    )


def _judged(at: Standing) -> bool:
    return Kind.JUDGED not in at.done and bool(at.case.version.pack.validity)


def _staff_plan(at: Standing) -> bool:
    return at.open_signature("staff_plan") and Kind.STAFF_PLAN_SUBMITTED not in at.done


def _staff_plan_confirmed(at: Standing) -> bool:
    return at.open_signature("staff_plan") and Kind.STAFF_PLAN_SUBMITTED in at.done


def _plan(at: Standing) -> bool:
    wanted = at.case.state == State.RESOLVING and Kind.EXECUTED not in at.done
    return not at.planned and (wanted or Kind.PLAN_SUBMITTED in at.stops)


def _planned_at_all(at: Standing) -> bool:
    return at.planned


def _signed(at: Standing) -> bool:
    return at.open_signature("plan", "plan_organiser")


def _countersigned(at: Standing) -> bool:
    return at.open_signature(*SHEET) or (at.planned and at.open_signature(*BESIDE_PLAN))


def _to_be_approved(at: Standing) -> bool:
    return at.planned or at.open_signature(*SHEET)


def _extended(at: Standing) -> bool:
    return at.open_signature("extension")


def _talked(at: Standing) -> bool:
    return at.planned and at.misses(Kind.EXECUTED, "agreement")


def _informed(at: Standing) -> bool:
    here = at.case.state == State.FEEDBACK or not at.valid
    return here and Kind.CUSTOMER_INFORMED not in at.done


def _confirmed(at: Standing) -> bool:
    return at.case.state == State.FEEDBACK and at.misses(Kind.FOLLOWED_UP, *CONFIRMATIONS)


def _closable(at: Standing) -> bool:
    return at.case.state == State.REVIEW or not at.valid


def _is_answered(at: Standing) -> bool:
    return at.case.kind in ANSWERED


def _named_by_pack(kind: Kind) -> Callable[[Standing], bool]:
    return lambda at: kind in at.case.version.pack.events


def _may_pause(at: Standing) -> bool:
    return bool(at.case.version.pack.pauses) and not at.verdict.waiting


def _has_offences(at: Standing) -> bool:
    """Say whether the regulation prices anything that no clock finds."""
    return any(not rule.bands for rule in at.case.version.pack.penalties)


def _waits(at: Standing) -> bool:
    return at.verdict.waiting


def _unverified(at: Standing) -> bool:
    return any(row.what == "verification" for row in at.verdict.gates)


def _pressed(at: Standing) -> bool:
    return at.pressed


def _ordered(at: Standing) -> bool:
    return bool(open_orders(at.verdict))


def _tasked(at: Standing) -> bool:
    return bool(open_tasks(at.verdict))


def _linked(at: Standing) -> bool:
    return at.linked


def _subtask_takes(kind: Kind) -> Callable[[Standing], bool]:
    return lambda at: any(one.takes(kind) for one in at.subtasks)


def _to_be_screened(at: Standing) -> bool:
    """Say whether a first verdict is wanted: nobody has given one yet, nor the last word."""
    wanted = bool(at.case.version.pack.screening)
    return wanted and at.done.isdisjoint({Kind.SCREENED, Kind.JUDGED})


def _has_records(at: Standing) -> bool:
    return bool(at.case.version.pack.records)


def wanted_record(at: Standing, record: Record) -> bool:
    """Say whether a record may be put down now: once in a case, or as an answer to another one."""
    if record.once:
        return record.key not in at.recorded
    asked = at.recorded.count(record.follows or "")
    return record.follows is None or asked > at.recorded.count(record.key)


def _has_subtasks(at: Standing) -> bool:
    return bool(at.case.version.pack.subtasks)


def _sheet(at: Standing) -> bool:
    """Say whether a sheet may be issued: some regulations have exactly one for a complaint."""
    pack = at.case.version.pack
    single = any(one.event == Kind.SHEET_ISSUED for one in pack.single)
    return Kind.SHEET_ISSUED in pack.events and not (single and Kind.SHEET_ISSUED in at.done)


def _always(at: Standing) -> bool:
    return True


# What an act is about has to be there: a plan to be signed, a case that is handled or invalid.
ABOUT: Mapping[Kind, Callable[[Standing], bool]] = MappingProxyType(
    {
        Kind.PLAN_APPROVED: _planned_at_all,
        Kind.PLAN_REJECTED: _planned_at_all,
        Kind.APPROVED: _to_be_approved,
        Kind.CLOSED: _closable,
        Kind.ANSWERED: _is_answered,
        Kind.PAUSED: _may_pause,
        Kind.RESUMED: _waits,
        Kind.OFFENCE: _has_offences,
        Kind.PRESS_ANSWERED: _pressed,
        Kind.ORDER_ANSWERED: _ordered,
        Kind.TASK_DONE: _tasked,
        Kind.UNLINKED: _linked,
        Kind.SCREENED: _to_be_screened,
        Kind.RECORDED: _has_records,
        Kind.SUBTASK_GIVEN: _has_subtasks,
        Kind.SUBTASK_SIGNED: _subtask_takes(Kind.SUBTASK_SIGNED),
        Kind.SUBTASK_ANSWERED: _subtask_takes(Kind.SUBTASK_ANSWERED),
        Kind.SUBTASK_CHECKED: _subtask_takes(Kind.SUBTASK_CHECKED),
        Kind.SHEET_ISSUED: _sheet,
        **{
            kind: _named_by_pack(kind)
            for kind in (
                Kind.TEMPORARY_MEASURE,
                Kind.PERMANENT_MEASURE,
                Kind.JUDGMENT,
                Kind.FORMALITIES_DONE,
            )
        },
    }
)

# In the order of the loop; the first of them is the next step.
ASKED: Mapping[Kind, Callable[[Standing], bool]] = MappingProxyType(
    {
        Kind.FACTS_CHANGED: _to_be_completed,
        Kind.JUDGED: _judged,
        Kind.RESPONDED: _stops_a_clock(Kind.RESPONDED),
        Kind.TRANSFERRED: _stops_a_clock(Kind.TRANSFERRED),
        Kind.ANSWERED: _is_answered,
        Kind.SHEET_ISSUED: _stops_a_clock(Kind.SHEET_ISSUED),
        Kind.VERIFIED: _unverified,
        Kind.ASSIGNED: _of_a_valid_case,
        Kind.ACCEPTED: _of_a_valid_case,
        Kind.RETURNED: _of_a_valid_case,
        Kind.PRESS_ANSWERED: _pressed,
        Kind.ORDER_ANSWERED: _ordered,
        Kind.SUBTASK_SIGNED: _subtask_takes(Kind.SUBTASK_SIGNED),
        Kind.SUBTASK_ANSWERED: _subtask_takes(Kind.SUBTASK_ANSWERED),
        Kind.SUBTASK_CHECKED: _subtask_takes(Kind.SUBTASK_CHECKED),
        Kind.DEPARTMENT_RESPONDED: _stops_a_clock(Kind.DEPARTMENT_RESPONDED),
        Kind.STAFF_PLAN_SUBMITTED: _staff_plan,
        Kind.STAFF_PLAN_CONFIRMED: _staff_plan_confirmed,
        Kind.VISITED: _stops_a_clock(Kind.VISITED),
        Kind.SAMPLED: _stops_a_clock(Kind.SAMPLED),
        Kind.REPORT_ISSUED: _stops_a_clock(Kind.REPORT_ISSUED),
        Kind.TEMPORARY_MEASURE: _stops_a_clock(Kind.TEMPORARY_MEASURE),
        Kind.PERMANENT_MEASURE: _stops_a_clock(Kind.PERMANENT_MEASURE),
        Kind.RESUMED: _waits,
        Kind.INVESTIGATED: _of_a_valid_case,
        Kind.PLAN_SUBMITTED: _plan,
        Kind.PLAN_APPROVED: _signed,
        Kind.PLAN_REJECTED: _signed,
        Kind.APPROVED: _countersigned,
        Kind.EXTENDED: _extended,
        Kind.CUSTOMER_TALKED: _talked,
        Kind.EXECUTED: _not_yet(Kind.EXECUTED),
        Kind.RESULT_RETURNED: _always,
        Kind.CUSTOMER_INFORMED: _informed,
        Kind.CONFIRMED: _confirmed,
        Kind.FOLLOWED_UP: _always,
        Kind.REVIEWED: _not_yet(Kind.REVIEWED),
        Kind.CLOSED: _not_yet(Kind.CLOSED),
        Kind.ARCHIVED: _always,
    }
)
