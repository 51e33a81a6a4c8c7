"""The acts of a row: an answered one goes round the whole loop, no stage is left out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from accounts.models import Post, Role
from complaints.histories import engine_event
from complaints.lifecycle import Kind
from complaints.pipeline import Act
from complaints.signatures import BESIDE_PLAN, PLAN
from regulations.engine.calendar import official
from regulations.engine.history import History
from regulations.engine.judge import judge
from regulations.engine.pack import Pack
from reports.importing.faults import BadValue
from reports.importing.fields import STEPS

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Seat:
    """Where a complaint was handled, and by whom, as ids."""

    department: int
    handler: int


class Handlers:
    """Who handled what, by department and name; each is looked up once for a whole file."""

    def __init__(self, now: datetime):
        self.now = now
        self.known: dict[tuple[int, str | None], int | None] = {}

    def find(self, department: int, label: str, name: str | None) -> int:
        """Return the person of that name or user name with a post there, else its head.

        Raises BadValue where there is nobody.
        """
        key = (department, name)
        if key not in self.known:
            self.known[key] = self._look_up(department, name)
        person = self.known[key]
        if person is not None:
            return person
        if name:
            raise BadValue("unknown_handler", value=name[:40], department=label)
        raise BadValue("no_department_head", department=label)

    def _look_up(self, department: int, name: str | None) -> int | None:
        posts = Post.objects.filter(department=department)
        if name:
            posts = posts.filter(Q(person__name=name) | Q(person__username=name))
        else:
            posts = posts.held_at(self.now).filter(
                role=Role.DEPARTMENT_HEAD, person__is_active=True
            )
        return posts.order_by("pk").values_list("person", flat=True).first()


def times_of(values: Values) -> dict[Kind, datetime]:
    """Return when each step happened: as given, else by `answered_at` (see STEPS)."""
    names = dict(STEPS)
    order = [kind for kind, _name in STEPS]
    middle = order.index(Kind.CUSTOMER_INFORMED)
    times, last = {}, values["answered_at"]
    for kind in reversed(order[: middle + 1]):
        last = values.get(names[kind], last)
        times[kind] = last
    times[Kind.REGISTERED] = values.get("registered_at", values["received_at"])
    last = values["answered_at"]
    for kind in order[middle + 1 :]:
        last = values.get(names[kind], last)
        times[kind] = last
    return times


def answered(pack: Pack, facts: Values, values: Values, seat: Seat) -> list[Act]:
    """Return what followed the registration of an answered row, in order of time, to its archive.

    Signatures are noted for the posts that the regulation names; nobody of ours is their author.
    """
    times = times_of(values)
    said = _said(pack, values, seat)
    acts: list[Act] = []
    for kind, _name in STEPS[1:]:
        if kind == Kind.PLAN_APPROVED:
            history = _history(facts, values, times, acts)
            acts += _signatures(pack, history, times[kind])
        else:
            acts += [Act(kind, data, texts, times[kind]) for data, texts in said[kind]]
    return acts


def unanswered(values: Values, seat: Seat) -> list[Act]:
    """Return the steps that a row without an answer gives the times of; the case stays open."""
    data: dict[str, dict[str, Any]] = {
        "assigned_at": {"department_id": seat.department},
        "accepted_at": {"handler": seat.handler},
        "investigated_at": _told(values, "conclusion"),
    }
    given = [(kind, name) for kind, name in STEPS if name in data and name in values]
    return [Act(kind, data[name], at=values[name]) for kind, name in given]


def _said(
    pack: Pack, values: Values, seat: Seat
) -> dict[Kind, list[tuple[dict[str, Any], dict[str, str]]]]:
    """Return data and texts of each step's acts; no act where the row says nothing of it."""
    answer = values["answer"]
    signer = {"by": pack.closing_signer.by} if pack.closing_signer else {}
    return {
        Kind.ASSIGNED: [({"department_id": seat.department}, {})],
        Kind.ACCEPTED: [({"handler": seat.handler}, {})],
        Kind.INVESTIGATED: [(_told(values, "conclusion"), {})],
        Kind.PLAN_SUBMITTED: [(_told(values, "option"), {"measures": answer})],
        Kind.CUSTOMER_TALKED: [(_told(values, "opinion"), {})] if "opinion" in values else [],
        Kind.EXECUTED: [({}, {})],
        Kind.RESULT_RETURNED: [({}, {"result": answer})],
        Kind.CUSTOMER_INFORMED: [({}, {})],
        Kind.CONFIRMED: [
            ({"by": by, "form": values[name]}, {}) for by, name in CONFIRMATIONS if name in values
        ],
        Kind.FOLLOWED_UP: [(_told(values, "satisfaction"), {})],
        Kind.REVIEWED: [({"passed": True}, {})],
        Kind.CLOSED: [({"mode": values.get("closing_mode", "agreed")} | signer, {})],
        Kind.ARCHIVED: [({}, {})],
    }


def _told(values: Values, name: str) -> dict[str, Any]:
    return {name: values[name]} if name in values else {}


CONFIRMATIONS = (("customer", "customer_confirmation"), ("property", "property_confirmation"))


def _history(facts: Values, values: Values, times: Mapping[Kind, datetime], acts) -> History:
    """Return the row's history up to its plan, for the engine to say whose signature it needs."""
    department = {"department": values["department"]}
    events = [
        engine_event(Kind.RECEIVED, values["received_at"], {}),
        engine_event(Kind.REGISTERED, times[Kind.REGISTERED], {}),
        *(engine_event(act.kind, act.at, department | act.data) for act in acts),
    ]
    return History("", facts, tuple(events))


def _signatures(pack: Pack, history: History, at: datetime) -> Iterator[Act]:
    if not pack.approvals:
        return
    for row in judge(pack, history, official(), at).approvals:
        if row.at is None and row.what in PLAN:
            yield Act(Kind.PLAN_APPROVED, {"by": row.by}, at=at)
        elif row.at is None and row.what in BESIDE_PLAN:
            yield Act(Kind.APPROVED, {"what": row.what, "by": row.by}, at=at)


def with_response(acts: Sequence[Act], values: Values) -> list[Act]:
    """Put the first response where its time belongs; it may come in any open state."""
    at = values.get("responded_at")
    if at is None:
        return list(acts)
    archived = bool(acts) and acts[-1].kind == Kind.ARCHIVED
    last = len(acts) - 1 if archived else len(acts)
    place = next((n for n, act in enumerate(acts) if act.at and act.at >= at), last)
    return [*acts[:place], Act(Kind.RESPONDED, at=at), *acts[place:]]
