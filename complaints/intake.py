"""A new case: from a filled-in form, or a row of history, to a passage through the pipeline."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate

from accounts.actors import Actor
from complaints import pipeline, settling
from complaints.lifecycle import Kind
from complaints.models import Complaint, Particulars, Submission
from complaints.models.numbering import issue_number
from complaints.pipeline import Act, Passage
from complaints.refusals import KeyReused, Refused
from complaints.settling import Settled
from records import clock
from records.bulk import columns, insert, reserve
from regulations.engine.calendar import CalendarGap
from regulations.engine.pack import Pack
from regulations.models import RegulationVersion


@dataclass(frozen=True)
class Intake:
    """A complaint as it comes in.

    `facts` are the engine's facts (replay.md); `particulars` the erasable values: name, phone,
    subject, description, demand and `more`. `acts` follow the registration in the same breath
    (imported history); `settled` says what was done on the spot, which the acts follow from;
    `notice` how the complainant was told of the use of their data (complaints.notice); `handed_in`
    what whoever heard the complaint elsewhere said of it. `unanswered`: a machine may have sent it,
    and nothing is sent back.
    """

    version: RegulationVersion
    received_at: datetime
    facts: Mapping[str, Any]
    particulars: Mapping[str, Any]
    acts: Sequence[Act] = field(default_factory=tuple)
    settled: Settled | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    handed_in: str = ""
    registered_at: datetime | None = None
    notice: Mapping[str, Any] | None = None
    number: str | None = None
    origin: str = Complaint.Origin.REGISTERED
    unanswered: bool = False


def facts_from(pack: Pack, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the engine's facts from the values of intake fields by key; unknown ones are left out.

    What is ticked in several fields is one list.
    """
    facts: dict[str, Any] = {}
    for field_ in pack.intake:
        value = values.get(field_.key)
        if not field_.fact or value is None:
            continue
        ticked = field_.fact == "tags"
        facts[field_.fact] = [*facts.get("tags", []), *value] if ticked else value
    return facts


def register(intake: Intake, *, actor: Actor | None) -> Complaint:
    """Number a new case, store it with its first events, and settle it.

    Raises Refused or NotPermitted. A number that the intake brings (history) is kept. The first
    event holds the number, so whoever registers in a series waits for who registers there now.
    """
    with transaction.atomic():
        now = clock.now()
        version = intake.version
        case = _case(intake, version.calendar, actor)
        case.number = intake.number or issue_number(
            version.regulation, version.pack.numbering, localdate(now)
        )
        particulars = Particulars(case=case, **intake.particulars)
        passage = pipeline.begin(case, _acts(intake, case, particulars), actor=actor, now=now)
        if intake.settled is not None:
            for one in settling.acts(passage, actor, intake.settled):
                pipeline.take(passage, one, actor)
        particulars.save(force_insert=True)
        pipeline.settle([passage])
        particulars.index()
    return case


def register_history(intakes: Sequence[Intake]) -> list[Refused | CalendarGap | None]:
    """Store cases that bring their numbers, settled together; return why each was not, or None.

    What one of them is refused for leaves the others as they are.
    """
    with suppress(Refused, CalendarGap):
        return _history_together(intakes)
    # Settling has met one that cannot be judged now: each is taken by itself to find it.
    return [_why_not(partial(register, intake, actor=None)) for intake in intakes]


@transaction.atomic
def _history_together(intakes: Sequence[Intake]) -> list[Refused | CalendarGap | None]:
    now = clock.now()
    versions = {one.version.pk: one.version for one in intakes}
    counted = {pk: version.calendar for pk, version in versions.items()}
    begun: list[tuple[Passage, Particulars]] = []
    outcomes = [
        _why_not(partial(_begin_history, intake, pk, counted[intake.version.pk], now, begun))
        for intake, pk in zip(intakes, reserve(Complaint, len(intakes)), strict=True)
    ]
    insert(Complaint, [columns(passage.case, key=True) for passage, _written in begun])
    insert(Particulars, [columns(written) for _passage, written in begun])
    pipeline.settle([passage for passage, _written in begun])
    return outcomes


def _begin_history(
    intake: Intake,
    pk: int,
    calendar: str,
    now: datetime,
    begun: list[tuple[Passage, Particulars]],
) -> None:
    # Only what an act writes down would have to be taken back.
    with transaction.atomic() if intake.acts else nullcontext():
        case = _case(intake, calendar, None)
        case.pk = pk
        particulars = Particulars(case=case, **intake.particulars)
        passage = pipeline.begin(case, _acts(intake, case, particulars), actor=None, now=now)
        particulars.gather()
    begun.append((passage, particulars))


def _why_not(do: Callable[[], Any]) -> Refused | CalendarGap | None:
    try:
        do()
    except (Refused, CalendarGap) as refused:
        return refused
    return None


def _case(intake: Intake, calendar: str, actor: Actor | None) -> Complaint:
    return Complaint(
        number=intake.number,
        version=intake.version,
        unit=intake.version.regulation.unit,
        calendar=calendar,
        owner_department=intake.version.owner_department,
        registrar=actor.user if actor else None,
        origin=intake.origin,
        received_at=intake.received_at,
    )


def _acts(intake: Intake, case: Complaint, particulars: Particulars) -> list[Act]:
    data = {
        "number": case.number,
        "version": case.version_id,
        "origin": case.origin,
        "facts": dict(intake.facts),
        "calendar": case.calendar,
        "particulars": {"digest": particulars.digest()},
    }
    if intake.notice:
        data["notice"] = dict(intake.notice)
    if intake.unanswered:
        data["unanswered"] = True
    received = Act(Kind.RECEIVED, data, intake.texts, intake.received_at)
    late = dict(intake.texts) if intake.settled and intake.registered_at else {}
    late["handed_in"] = intake.handed_in
    return [received, Act(Kind.REGISTERED, {}, late, intake.registered_at), *intake.acts]


def first_result(key: UUID, *, actor: Actor | None, content: str) -> Complaint | None:
    """Return the case that the first use of a form's key led to, None before there was one.

    `actor` None is somebody of the public. Raises KeyReused where the content or the person differs.
    """
    submission = Submission.objects.select_related("case").filter(key=key).first()
    if submission is None:
        return None
    if (submission.content, submission.actor_id) != (content, _id(actor)):
        raise KeyReused
    return submission.case


def once(
    key: UUID, *, actor: Actor | None, content: str, do: Callable[[], Complaint]
) -> tuple[Complaint, bool]:
    """Do something for the first use of a form's key; return its case and whether it was done now.

    `content` is a digest of what the form held. A second use waits for the first to commit and
    gets its case. Raises KeyReused where the content or the person differs.
    """
    with transaction.atomic():
        submission, new = Submission.objects.get_or_create(
            key=key,
            defaults={
                "actor_id": _id(actor),
                "content": content,
                "created_at": clock.now(),
            },
        )
        if not new:
            if (submission.content, submission.actor_id) != (content, _id(actor)):
                raise KeyReused
            return submission.case, False
        submission.case = do()
        submission.save(update_fields=["case"])
    return submission.case, True


def _id(actor: Actor | None) -> int | None:
    return actor.user.pk if actor else None
