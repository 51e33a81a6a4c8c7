"""The settler of notices: who must be told what has become true, one row each, once."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from accounts.actors import heads, in_charge_of
from accounts.models import User
from complaints.lifecycle import Kind
from complaints.models import Complaint
from complaints.signatures import at_hand
from notices.models import Channel, Notice, Topic
from regulations import bindings
from regulations.engine.verdict import Clock, Verdict

# What a person is told: the cause (unique in the case), the topic, to whom, with which facts.
News = tuple[str, str, Iterable[User], dict[str, Any]]


def settle(case: Complaint, before: Verdict | None, after: Verdict, now: datetime) -> None:
    """Put into the outbox what this verdict says and the one before did not."""
    if case.origin == Complaint.Origin.IMPORTED:
        return
    rows = [
        row
        for cause, topic, people, data in _news(case, before, after, now)
        for person in people
        for row in _rows(case, person, cause, topic, data, now)
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)


def tell(case: Complaint, person: int, cause: str, topic: str, data: dict, now: datetime) -> None:
    """Put one message to one person into the outbox, once for its cause."""
    recipient = User.objects.get(pk=person)
    rows = _rows(case, recipient, cause, topic, data, now)
    Notice.objects.bulk_create(rows, ignore_conflicts=True)


def _rows(case, person, cause, topic, data, now) -> Iterator[Notice]:
    for channel in Channel.values:
        if channel == Channel.EMAIL and not person.email:
            continue
        yield Notice(
            key=f"{case.pk}:{cause}:{person.pk}:{channel}",
            case=case,
            recipient=person,
            channel=channel,
            topic=topic,
            data=data,
            created_at=now,
            next_try=None if channel == Channel.IN_APP else now,
            delivered_at=now if channel == Channel.IN_APP else None,
        )


def _news(case, before, after, now) -> Iterator[News]:
    yield from _reports(case, before, after, now)
    yield from _derived(case, before, after, now)
    yield from _signatures(case, after, now)
    yield from _tasks(case, now)


def _reports(case, before, after, now) -> Iterator[News]:
    """The reporting ladder: posts that the regulation wants told."""
    told = {(row.to, row.source) for row in before.reports} if before else set()
    for row in after.reports:
        if (row.to, row.source) not in told:
            people = bindings.people(case.version, row.to, case.department_id, now)
            data = {"to": row.to, "source": list(row.source), "grade": after.grade.name}
            yield (
                f"report:{row.to}:{'+'.join(row.source)}:{case.cycle}",
                Topic.REPORT,
                people,
                data,
            )


def _derived(case, before, after, now) -> Iterator[News]:
    """Warnings, breaches and upgrades go to whoever has the case in hand."""
    known = {row.key for row in before.derived} if before else set()
    clocks = {clock.key: clock for clock in after.clocks}
    for row in after.derived:
        if row.key in known:
            continue
        clock = clocks.get(row.subject)
        data = {"source": list(row.source), "at": row.at.isoformat()}
        topic = row.kind.removeprefix("derived.")
        if clock is not None:
            due = clock.due_at if topic == Topic.WARNED and clock.due_at else row.at
            data |= {"stage": clock.stage, "due_at": due.isoformat()}
        yield row.key, topic, _in_charge(case, clock, now), data


def _in_charge(case: Complaint, clock: Clock | None, now: datetime) -> list[User]:
    """The handler and the head of the department whose clock it is, else of the owner's."""
    place = bindings.department(case.version, clock.department) if clock else None
    place = place or case.department_id or case.owner_department_id
    people = list(heads(place, now))
    if case.handler is not None and place == case.department_id:
        people += in_charge_of(case.handler, now)
    return people


def _signatures(case, after, now) -> Iterator[News]:
    """Signatures whose turn has come; a new plan asks for them anew."""
    for row in at_hand(case, after):
        people = bindings.people(case.version, row.by, case.department_id, now)
        data = {"what": row.what, "source": list(row.source)}
        cause = f"signature:{row.what}:{row.by}:{case.cycle}:{case.plans.count()}"
        yield cause, Topic.SIGNATURE, people, data


def _tasks(case, now) -> Iterator[News]:
    """A new task goes to the department's head and the handler, a returned one to the owner."""
    moves = [Kind.ASSIGNED, Kind.ACCEPTED, Kind.RETURNED]
    for event in case.events.filter(recorded_at=now, kind__in=moves):
        cause = f"task:{event.seq}"
        if event.kind == Kind.ASSIGNED:
            yield cause, Topic.ASSIGNED, heads(case.department_id, now), {}
        elif event.kind == Kind.ACCEPTED and case.handler is not None:
            yield cause, Topic.ASSIGNED, in_charge_of(case.handler, now), {}
        else:
            yield cause, Topic.RETURNED, heads(case.owner_department_id, now), {}
