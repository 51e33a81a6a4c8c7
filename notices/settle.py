"""The settler of notices: who must be told what has become true, one row each, once."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from accounts.roster import Roster
from complaints.lifecycle import Kind
from complaints.models import Complaint
from complaints.pipeline import Passage
from complaints.signatures import at_hand
from notices import customers, quiet
from notices.models import Channel, Notice, Outlet, Topic
from notices.reaching import Reached
from records.bulk import insert_once
from regulations import bindings
from regulations.engine.verdict import Clock

# Acts after which somebody has a case in hand.
HANDED_ON = frozenset({Kind.ACCEPTED, Kind.HANDED_OVER})


class News(NamedTuple):
    """What people are told: the cause (unique in the case), the topic, to whom, which facts."""

    cause: str
    topic: str
    people: Iterable[int]
    data: dict[str, Any]


def settle(passages: Sequence[Passage]) -> None:
    """Put into the outbox what these verdicts say and the ones before did not."""
    told = [one for one in passages if one.case.origin != Complaint.Origin.IMPORTED]
    if not told:
        return
    roster = told[0].roster
    put([(one.case, news) for one in told for news in _news(one, roster)], roster.now)
    insert_once(Notice, list(customers.accepted(told)))


def put(news: Sequence[tuple[Complaint, News]], now: datetime) -> None:
    """Put messages into the outbox, each once for its cause and recipient."""
    if not news:
        return
    reached = Reached.of({person for _case, one in news for person in one.people})
    outlets = list(Outlet.objects.filter(is_active=True))
    rows = [row for case, one in news for row in _rows(case, one, now, reached, outlets)]
    insert_once(Notice, rows)


def tell(case: Complaint, person: int, cause: str, topic: str, data: dict, now: datetime) -> None:
    """Put one message to one person into the outbox, once for its cause."""
    put([(case, News(cause, topic, [person], data))], now)


def _rows(
    case: Complaint, news: News, now: datetime, reached: Reached, outlets: Sequence[Outlet]
) -> Iterator[dict[str, Any]]:
    """Yield the columns of one message on each channel that reaches a person or an outlet."""
    for person in dict.fromkeys(news.people):
        for channel in reached.channels(person, news.topic):
            yield _row(case, news, now, channel, person=person)
    places = {case.department_id, case.owner_department_id}
    for outlet in outlets:
        if outlet.department_id in places and news.topic in outlet.topics:
            yield _row(case, news, now, outlet.kind, outlet=outlet.pk)


def _row(
    case: Complaint,
    news: News,
    now: datetime,
    channel: str,
    person: int | None = None,
    outlet: int | None = None,
) -> dict[str, Any]:
    outside = channel != Channel.IN_APP
    to = f"{person}:{channel}" if person else f"outlet-{outlet}"
    return {
        "key": f"{case.pk}:{news.cause}:{to}",
        "case_id": case.pk,
        "recipient_id": person,
        "outlet_id": outlet,
        "to_customer": False,
        "channel": channel,
        "topic": news.topic,
        "data": news.data,
        "created_at": now,
        "attempts": 0,
        "doubtful": False,
        "next_try": quiet.first_try(case, now) if outside else None,
        "delivered_at": None if outside else now,
    }


def _news(passage: Passage, roster: Roster) -> Iterator[News]:
    yield from _reports(passage, roster)
    yield from _owed(passage, roster)
    yield from _derived(passage, roster)
    yield from _signatures(passage, roster)
    yield from _tasks(passage, roster)


def _reports(passage: Passage, roster: Roster) -> Iterator[News]:
    """The reporting ladder: posts that the regulation wants told."""
    case, before, after = passage.case, passage.before, passage.verdict
    told = {(row.to, row.source) for row in before.reports} if before else set()
    for row in after.reports:
        if (row.to, row.source) not in told:
            people = bindings.people(case.version, row.to, case.department_id, roster)
            data = {"to": row.to, "source": list(row.source), "grade": after.grade.name}
            cause = f"report:{row.to}:{'+'.join(row.source)}:{case.cycle}"
            yield News(cause, Topic.REPORT, people, data)


def _owed(passage: Passage, roster: Roster) -> Iterator[News]:
    """What the regulation wants done beside the loop, to those who shall do it."""
    case, before, after = passage.case, passage.before, passage.verdict
    told = {row.id for row in before.tasks} if before else set()
    texts = {rule.id: rule.text for rule in case.version.pack.tasks} if after.tasks else {}
    for row in after.tasks:
        if row.id not in told:
            people = bindings.people(case.version, row.to, case.department_id, roster)
            data = {"task": texts[row.id], "source": list(row.source)}
            yield News(f"owed:{row.id}", Topic.OWED, people, data)


def _derived(passage: Passage, roster: Roster) -> Iterator[News]:
    """Warnings, breaches and upgrades go to whoever has the case in hand."""
    known = {row.key for row in passage.before.derived} if passage.before else set()
    clocks = {clock.key: clock for clock in passage.verdict.clocks}
    for row in passage.verdict.derived:
        if row.key in known:
            continue
        clock = clocks.get(row.subject)
        data = {"source": list(row.source), "at": row.at.isoformat()}
        topic = row.kind.removeprefix("derived.")
        if clock is not None:
            due = clock.due_at if topic == Topic.WARNED and clock.due_at else row.at
            data |= {"stage": clock.stage, "due_at": due.isoformat()}
        yield News(row.key, topic, _in_charge(passage.case, clock, roster), data)


def _in_charge(case: Complaint, clock: Clock | None, roster: Roster) -> list[int]:
    """The handler and the head of the department whose clock it is, else of the owner's."""
    place = bindings.department(case.version, clock.department) if clock else None
    place = place or case.department_id or case.owner_department_id
    return _at_work(case, place, roster)


def _at_work(case: Complaint, place: int, roster: Roster) -> list[int]:
    """The head of a department, and the handler where it is theirs."""
    people = roster.heads(place)
    if case.handler_id is not None and place == case.department_id:
        people = people + roster.in_charge_of(case.handler_id)
    return people


def _of_owner(case: Complaint, roster: Roster) -> list[int]:
    """Those who take complaints in: nobody of the house has seen this one yet."""
    return roster.customer_service(case.owner_department_id) or roster.heads(
        case.owner_department_id
    )


def _signatures(passage: Passage, roster: Roster) -> Iterator[News]:
    """Signatures whose turn has come; a new plan asks for them anew."""
    case = passage.case
    for row in at_hand(case, passage.verdict):
        people = bindings.people(case.version, row.by, case.department_id, roster)
        data = {"what": row.what, "source": list(row.source)}
        plan = case.newest_plan
        cause = f"signature:{row.what}:{row.by}:{case.cycle}:{plan.version if plan else 0}"
        yield News(cause, Topic.SIGNATURE, people, data)


def _order(data: dict[str, Any]) -> dict[str, Any]:
    """Return what a notice of an order says: its number and its own due time."""
    return {"order": data["order"], "due_at": data["due_at"], "stage": "outside"}


def _of_subtask(data: dict[str, Any], roster: Roster) -> list[int]:
    """Whoever is to carry out a sub-task: the department's head, and the person named."""
    named = roster.in_charge_of(data["person"]) if "person" in data else []
    return roster.heads(data["department_id"]) + named


def _subtask(case: Complaint, event) -> dict[str, Any]:
    """Return what a notice of a sub-task says: its sort, its clause and its due time."""
    sort = case.version.pack.subtask(event.data["sort"])
    what = f"{sort.label}{event.data['subtask']}"
    return {"task": what, "source": list(sort.source), "due_at": event.data["due_at"]}


def _tasks(passage: Passage, roster: Roster) -> Iterator[News]:
    """A new task goes to the department's head and the handler, a returned one to the owner."""
    case = passage.case
    for event in passage.appended:
        cause = f"task:{event.seq}"
        if event.kind == Kind.RECEIVED and case.entered_outside:
            yield News(cause, Topic.ENTERED, _of_owner(case, roster), {})
        elif event.kind == Kind.ASSIGNED:
            yield News(cause, Topic.ASSIGNED, roster.heads(case.department_id), {})
        elif event.kind in HANDED_ON and case.handler_id is not None:
            yield News(cause, Topic.ASSIGNED, roster.in_charge_of(case.handler_id), {})
        elif event.kind == Kind.PRESSED:
            place = case.department_id or case.owner_department_id
            yield News(cause, Topic.PRESSED, _at_work(case, place, roster), {})
        elif event.kind == Kind.PRESS_ANSWERED:
            pressing = next(e for e in passage.events if e.seq == event.data["answers"])
            yield News(cause, Topic.PRESS_ANSWERED, [pressing.actor_id], {})
        elif event.kind == Kind.TRANSFERRED:
            term = event.data.get("to", "")
            people = bindings.people(case.version, term, case.department_id, roster)
            data = {"to": term, "source": [], "grade": case.grade}
            yield News(cause, Topic.REPORT, people, data)
        elif event.kind == Kind.ORDER_RECEIVED:
            place = case.department_id or case.owner_department_id
            yield News(cause, Topic.ORDERED, _at_work(case, place, roster), _order(event.data))
        elif event.kind == Kind.SUBTASK_GIVEN:
            yield News(cause, Topic.OWED, _of_subtask(event.data, roster), _subtask(case, event))
        elif event.kind == Kind.RETURNED:
            yield News(cause, Topic.RETURNED, roster.heads(case.owner_department_id), {})
