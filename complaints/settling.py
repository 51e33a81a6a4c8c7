"""Settled on the spot: one form, and the acts that the loop asks for follow in the same transaction.

No stage is skipped in the record, and nobody's right is borrowed: each act is one that this person
may do. What the regulation leaves to others afterwards (follow-up, review) waits for them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from accounts import access
from accounts.actors import Actor
from accounts.models import Role
from complaints.histories import situation_of
from complaints.lifecycle import Kind, State
from complaints.next_steps import asked, standing
from complaints.pipeline import Act, Passage
from complaints.refusals import Reason, Refused
from regulations import bindings

# Where a settled case may rest: it has its result, the customer knows it.
RESTS = frozenset({State.FEEDBACK, State.REVIEW, State.ARCHIVED, State.ANSWERED, State.INVALID})
TRUE = "属实"
AGREED = "接受"


@dataclass(frozen=True)
class Settled:
    """What was done on the spot. `form` is how the customer confirmed it, empty for not at all."""

    result: str
    form: str = ""
    satisfaction: str = ""
    at: datetime | None = None
    late_reason: str = ""


@dataclass(frozen=True)
class _Spot:
    passage: Passage
    actor: Actor
    settled: Settled

    @property
    def pack(self):
        return self.passage.case.version.pack

    def place(self) -> int | None:
        """Return the department that settled it: the person's own, among those that may handle it."""
        own = {h.department for h in self.actor.holdings if h.role == Role.CUSTOMER_SERVICE}
        places = [one.pk for one in bindings.departments(self.passage.case.version)]
        owner = self.passage.case.owner_department_id
        return owner if owner in own else next((pk for pk in places if pk in own), None)


def acts(passage: Passage, actor: Actor, settled: Settled) -> Iterator[Act]:
    """Yield one act after the other; the caller records each before it asks for the next.

    Raises Refused with what is missing where the case cannot come to rest so.
    """
    spot, done = _Spot(passage, actor, settled), set()
    while (kind := _next(spot, done)) is not None:
        done.add(kind)
        data, texts = ACTS[kind](spot)
        texts = {"late_reason": settled.late_reason} | texts
        demands = {row.field for row in spot.pack.demands if row.event == kind}
        if "expected_at" in demands:
            data = data | {"expected_at": (settled.at or passage.now).isoformat()}
        yield Act(kind, data, {name: text for name, text in texts.items() if text}, settled.at)
    if passage.case.state not in RESTS:
        raise Refused(*_left(spot))


def _next(spot: _Spot, done: set[str]) -> Kind | None:
    case, verdict = spot.passage.case, spot.passage.verdict
    situation = situation_of(case, verdict)
    for kind in asked(standing(case, verdict, spot.passage.events)):
        if kind not in ACTS or kind in done or (kind in NEED and not NEED[kind](spot)):
            continue
        if access.may(spot.actor, kind, situation).allowed:
            return kind
    return None


def _left(spot: _Spot) -> list[Reason]:
    """Return what stands in the way: what the next step misses, else whose act it is."""
    passage = spot.passage
    gates = [row for row in passage.verdict.gates if row.step in ACTS]
    if gates:
        step = min(list(ACTS).index(row.step) for row in gates)
        return [
            Reason("missing", what=row.what, source=row.source, accepted=row.by)
            for row in gates
            if list(ACTS).index(row.step) == step
        ]
    wanted = [kind for kind in asked(standing(passage.case, passage.verdict, passage.events))]
    words = next((str(Kind(kind).label) for kind in wanted if kind in ACTS), "")
    return [Reason("not_on_the_spot", field="settled", accepted=words)]


Entered = tuple[dict[str, Any], dict[str, str]]


def _assigned(spot: _Spot) -> Entered:
    return {"department_id": spot.place()}, {}


def _accepted(spot: _Spot) -> Entered:
    return {"handler": spot.actor.user.pk}, {}


def _investigated(spot: _Spot) -> Entered:
    named = spot.pack.conclusions
    conclusion = TRUE if TRUE in named or not named else named[0]
    return {"conclusion": conclusion}, {"findings": spot.settled.result}


def _result(name: str) -> Callable[[_Spot], Entered]:
    return lambda spot: ({}, {name: spot.settled.result})


def _data(**data: Any) -> Callable[[_Spot], Entered]:
    return lambda spot: (dict(data), {})


ACTS: Mapping[str, Callable[[_Spot], Entered]] = MappingProxyType(
    {
        Kind.JUDGED: _data(valid=True),
        Kind.RESPONDED: _result("note"),
        Kind.TRANSFERRED: lambda spot: ({"to": spot.pack.owner_department}, {}),
        Kind.ANSWERED: _result("answer"),
        Kind.ASSIGNED: _assigned,
        Kind.ACCEPTED: _accepted,
        Kind.DEPARTMENT_RESPONDED: _data(),
        Kind.INVESTIGATED: _investigated,
        Kind.PLAN_SUBMITTED: _result("measures"),
        Kind.CUSTOMER_TALKED: _data(opinion=AGREED),
        Kind.EXECUTED: _result("note"),
        Kind.RESULT_RETURNED: _result("result"),
        Kind.CUSTOMER_INFORMED: _result("note"),
        Kind.CONFIRMED: lambda spot: ({"by": "customer", "form": spot.settled.form}, {}),
        Kind.FOLLOWED_UP: lambda spot: ({"satisfaction": spot.settled.satisfaction}, {}),
        Kind.REVIEWED: _data(passed=True),
        Kind.CLOSED: _data(mode="agreed"),
        Kind.ARCHIVED: _data(),
    }
)
# Without these an act is not this person's to record on the spot.
NEED: Mapping[str, Callable[[_Spot], bool]] = MappingProxyType(
    {
        Kind.JUDGED: lambda spot: not spot.pack.validity_questions,
        Kind.ASSIGNED: lambda spot: spot.place() is not None,
        Kind.CONFIRMED: lambda spot: bool(spot.settled.form),
        Kind.FOLLOWED_UP: lambda spot: bool(spot.settled.satisfaction) and not spot.pack.survey,
    }
)
