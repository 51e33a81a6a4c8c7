"""The one pipeline: everything that happens to a case goes through here, in one transaction.

    1 lock the case     2 catch up     3 judge the candidate     4 transition, append     5 settle

The sweep takes cases through 1, 2 and 5, many at once; an act takes one through all of them. There
is no other way to change a case: the database refuses a state that no event explains.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils.module_loading import import_string
from django_fsm import can_proceed

from accounts import access
from accounts.actors import Actor
from accounts.roster import Roster
from complaints import effects
from complaints.attachments.keeping import Kept, attach
from complaints.histories import engine_event, history_of, situation_of, verdict_of
from complaints.lifecycle import OURS_ALONE, Kind, Move, move_of
from complaints.models import (
    CaseEvent,
    CaseText,
    Complaint,
    ComplaintQuerySet,
    Purpose,
    Told,
    events_of,
)
from complaints.refusals import NotPermitted, Overtaken, Reason, Refused, wrong_state
from complaints.signatures import store_awaited, wait_for_a_plan
from complaints.standing import stand
from complaints.subtasks import place_of
from records import clock
from records.bulk import columns, insert, update
from regulations.engine.history import History
from regulations.engine.verdict import Verdict
from regulations.models import RegulationVersion

# What a settlement writes on a case's row.
SETTLED = (
    "id",
    "grade",
    "counts_in_rate",
    "next_moment",
    "settled_at",
    "next_due",
    "next_due_from",
    "next_due_stage",
    "next_due_source",
    "event_count",
    "head_hash",
)

# How a refusal is worded where something is waited for that is not simply missing.
UNMET = {"order_answer": "order_unanswered", "subtask": "subtask_open"}

# The field in which an act names another case.
NAMES = {Kind.MERGED: "into", Kind.LINKED: "other", Kind.REOPENED: "other"}

# The field in which an act's event says by whose post it is signed.
SIGNATURE = {
    Kind.PLAN_APPROVED: "by",
    Kind.APPROVED: "by",
    Kind.CLOSED: "by",
    Kind.EXTENDED: "signed_by",
    Kind.PAUSED: "signed_by",
}


@dataclass(frozen=True)
class Act:
    """What somebody wants to record.

    `at` is when it happened (aware; None: now). `data` holds codes, numbers, ids and ISO times.
    `texts` holds free text by purpose; it is stored in rows of its own and the event keeps a
    reference under the same key (a purpose such as `reasons.Q3` is kept as reasons → Q3). `files`
    lie in the vault already; the event keeps references to their rows under `files`.
    """

    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    at: datetime | None = None
    files: Sequence[Kept] = ()


@dataclass
class Passage:
    """One case on its way through the pipeline, locked, with its record in hand.

    `events` are all of the case's, in order; `appended` those that this passage adds, which are
    also the last of `events`. `roster` is shared by all passages of a batch. `before` is the verdict as it was last settled, `verdict` the one
    that holds now.
    """

    case: Complaint
    now: datetime
    roster: Roster
    events: list[CaseEvent | Told]
    history: History
    last_at: datetime | None
    derived: dict[str, int]
    before: Verdict | None = None
    verdict: Verdict | None = None
    judged_at: datetime | None = None
    acted: bool = False
    appended: list[CaseEvent] = field(default_factory=list)

    def judge(self, history: History | None = None, at: datetime | None = None) -> Verdict:
        return verdict_of(self.case, history or self.history, at or self.now)

    def catch_up(self) -> None:
        """Step 2: append what has followed by itself and is not in the record yet."""
        if self.case.settled_at is not None:
            self.before = self.judge(at=self.case.settled_at)
        self.bring_up_to_now()
        _append_derived(self, self.verdict)

    def bring_up_to_now(self) -> None:
        """Let `verdict` be the one that holds now: an act is judged at its own moment."""
        if self.judged_at != self.now:
            self.verdict, self.judged_at = self.judge(), self.now


def enter(case_id: int) -> Passage:
    """Step 1: lock the case row, then read the clock, then the events. Raises DoesNotExist."""
    case = (
        Complaint.objects.select_for_update(of=("self",))
        .select_related("version__regulation")
        .defer("version__text")
        .get(pk=case_id)
    )
    now = clock.now()
    return _passage(case, now, Roster(now), events_of([case])[case.pk])


def _passage(case: Complaint, now: datetime, roster: Roster, events: list[Told]) -> Passage:
    told = [event for event in events if not event.is_derived]
    return Passage(
        case=case,
        now=now,
        roster=roster,
        events=events,
        history=history_of(events),
        last_at=told[-1].at if told else None,
        derived={event.once: event.seq for event in events if event.once},
    )


def enter_due(among: ComplaintQuerySet, size: int) -> list[Passage]:
    """Step 1 for up to `size` cases whose moment has come, the longest waiting first.

    A case that somebody has locked is left to them: an act catches up too, and the next sweep
    comes anyway. So nobody who keeps a lock holds up the deadlines of other cases, and several
    workers share one backlog. The number of queries does not depend on `size`.
    """
    due = among.due(clock.now()).select_for_update(skip_locked=True, of=("self",))
    cases = list(due[:size])
    if not cases:
        return []
    now = clock.now()
    versions = (
        RegulationVersion.objects.select_related("regulation")
        .defer("text")
        .in_bulk({case.version_id for case in cases})
    )
    for case in cases:
        case.version = versions[case.version_id]
    events, roster = events_of(cases), Roster(now)
    return [_passage(case, now, roster, events[case.pk]) for case in cases]


def act(
    case_id: int, acts: Sequence[Act], *, actor: Actor | None, seen: int | None = None
) -> Complaint:
    """Record acts on a case, all or none of them; `actor` None is the system itself.

    `seen` is the number of the last event that the person had in front of them; where somebody
    has acted since, nothing is recorded. Raises NotPermitted, Refused or Overtaken.
    """
    with transaction.atomic():
        _lock_all(case_id, acts)
        passage = enter(case_id)
        _refuse_if_overtaken(passage.case, seen)
        passage.catch_up()
        for one in acts:
            take(passage, one, actor)
        settle([passage])
    return passage.case


def _lock_all(case_id: int, acts: Sequence[Act]) -> None:
    """Lock the older one first where an act names another case: two that name each other wait."""
    others = [one.data.get(NAMES[one.kind]) for one in acts if one.kind in NAMES]
    others = [other for other in others if other is not None]
    if others:
        rows = Complaint.objects.filter(pk__in=[case_id, *others]).order_by("pk")
        list(rows.select_for_update(of=("self",)).values_list("pk"))


def sweep(case_id: int) -> bool:
    """Take one case through steps 1, 2 and 5 if its moment has come; say whether it changed."""
    passages = sweep_batch(Complaint.objects.filter(pk=case_id), 1)
    return any(passage.appended for passage in passages)


@transaction.atomic
def sweep_batch(among: ComplaintQuerySet, size: int) -> list[Passage]:
    """Take up to `size` cases whose moment has come through steps 1, 2 and 5, all or none of them.

    Raises StillDue for a verdict that would be due again at once.
    """
    passages = enter_due(among, size)
    for passage in passages:
        passage.catch_up()
    settle(passages)
    for passage in passages:
        if passage.case.next_moment is not None and passage.case.next_moment <= passage.now:
            raise StillDue(passage.case.pk)
    return passages


class StillDue(Exception):
    """A case whose next moment does not lie after the moment at which it was judged."""


def take(passage: Passage, one: Act, actor: Actor | None) -> CaseEvent:
    """Steps 3 and 4 for one act; `actor` None is the import of history, which has no signer."""
    case = passage.case
    at = _moment(passage, one)
    move = move_of(one.kind, one.data)
    if move is None:
        raise Refused(Reason("unknown_act"))
    post = _permit(passage, one, actor)
    _refuse_in_wrong_state(case, move)
    data = _complete(case, one, post)
    if one.files or one.kind == Kind.ATTACHED:
        data["files"] = _attach(passage, one, actor)
    history, verdict = _judge_candidate(passage, one.kind, at, data)
    _transition(case, move, verdict)
    event = _append(passage, one.kind, at, data, actor=actor, post=post)
    passage.history, passage.verdict, passage.last_at = history, verdict, at
    passage.judged_at, passage.acted = None, True
    effects.follow(case, event, verdict)
    return event


def settle(passages: Sequence[Passage]) -> None:
    """Step 5: store what the verdicts say about the cases, then let each settler write its rows.

    A constant number of queries, however many passages.
    """
    if not passages:
        return
    for passage in passages:
        passage.bring_up_to_now()
        _append_derived(passage, passage.verdict)
        _reverse_untrue(passage, passage.verdict)
        stand(passage.case, passage.verdict)
        passage.case.settled_at = passage.now
    insert(CaseEvent, [columns(event) for one in passages for event in one.appended])
    _store(passages)
    prefetch_related_objects([p.case for p in passages if wait_for_a_plan(p.verdict)], "plans")
    store_awaited([(passage.case, passage.verdict) for passage in passages])
    for path in settings.SETTLERS:
        import_string(path)(passages)


def _store(passages: Sequence[Passage]) -> None:
    """Store the cases' rows: what the verdict says of them, and where an act has put them."""
    moved = [columns(passage.case, key=True) for passage in passages if passage.acted]
    update(Complaint, moved)
    kept = [passage.case for passage in passages if not passage.acted]
    update(Complaint, [{name: getattr(case, name) for name in SETTLED} for case in kept])


def _refuse_if_overtaken(case: Complaint, seen: int | None) -> None:
    if seen is None:
        return
    if newer := newer_acts(case, seen):
        raise Overtaken(newer)


def newer_acts(case: Complaint, seen: int) -> list[CaseEvent]:
    """Return what people have recorded on a case after its event number `seen`."""
    events = case.events.filter(seq__gt=seen).select_related("actor").order_by("seq")
    return [event for event in events if not event.is_derived]


def _moment(passage: Passage, one: Act) -> datetime:
    """Return when the act happened; refuse a moment that the record cannot hold."""
    at = one.at or passage.now
    if at > passage.now:
        raise Refused(Reason("from_the_future", field="at"))
    if passage.last_at and at < passage.last_at:
        raise Refused(
            Reason(
                "before_the_last_event",
                field="at",
                accepted=passage.last_at.isoformat(),
            )
        )
    late = passage.now - at > timedelta(minutes=settings.LATE_ENTRY_MINUTES)
    if (
        late
        and passage.case.origin != Complaint.Origin.IMPORTED
        and not one.texts.get("late_reason")
    ):
        raise Refused(Reason("late_entry_without_reason", field="late_reason"))
    return at


def _permit(passage: Passage, one: Act, actor: Actor | None) -> str:
    """Return the post in which the actor does this; raise NotPermitted."""
    if actor is None:
        return ""
    situation = situation_of(passage.case, passage.verdict)
    if "subtask" in one.data:
        situation = replace(situation, assisting=place_of(passage.events, one.data["subtask"]))
    decision = access.may(actor, one.kind, situation)
    if not decision.allowed:
        raise NotPermitted(decision)
    return decision.seat.term if decision.seat else decision.holding.title


def _complete(case: Complaint, one: Act, post: str) -> dict[str, Any]:
    """Return the event's data: the act's own, the pack's terms, the signature, the texts."""
    data = dict(one.data)
    if prepare := effects.PREPARE.get(one.kind):
        data |= prepare(case, data)
    if place := SIGNATURE.get(one.kind):
        data.setdefault(place, post)
    for purpose, body in one.texts.items():
        if body:
            group, _, name = purpose.rpartition(".")
            (data.setdefault(group, {}) if group else data)[name] = _keep(case, purpose, body)
    return data


def _judge_candidate(
    passage: Passage, kind: str, at: datetime, data: dict
) -> tuple[History, Verdict]:
    """Step 3: the verdict with the new event in it says what is missing or refused.

    It is judged at the moment of the act: what has come true since (a grade lifted by time) asks
    nothing of an act that came before.
    """
    if kind in OURS_ALONE:
        return passage.history, passage.verdict
    history = passage.history.with_event(engine_event(kind, at, data))
    verdict = passage.judge(history, at)
    own = len(history.events) - 1
    refused = [row for row in verdict.refused if row.index == own]
    if refused:
        raise Refused(*(Reason(r.reason, source=r.source, accepted=r.accepted) for r in refused))
    return history, verdict


def _refuse_in_wrong_state(case: Complaint, move: Move) -> None:
    """Say first of all where an act is possible: elsewhere what it lacks would mislead."""
    if not can_proceed(getattr(case, move.name), check_conditions=False):
        raise Refused(wrong_state(case.state, move.sources))


def _transition(case: Complaint, move: Move, verdict: Verdict) -> None:
    """Step 4: django-fsm takes the step, its conditions reading the verdict."""
    case.gates = verdict.gates
    if closed := case.closed_gates(move.kind):
        raise Refused(
            *(
                Reason(UNMET.get(g.what, "missing"), what=g.what, source=g.source, accepted=g.by)
                for g in closed
            )
        )
    getattr(case, move.name)()


def _append(passage: Passage, kind, at, data, *, actor=None, post="", once=None) -> CaseEvent:
    """Step 4: the event joins the case's chain; step 5 stores it with all others."""
    case = passage.case
    event = CaseEvent(
        case=case,
        seq=case.event_count + 1,
        kind=kind,
        at=at,
        recorded_at=passage.now,
        actor=actor.user if actor else None,
        post=post,
        state=case.state,
        data=data,
        once=once,
    )
    event.seal(case.head_hash)
    case.event_count, case.head_hash = event.seq, event.hash
    passage.events.append(event)
    passage.appended.append(event)
    return event


def _append_derived(passage: Passage, verdict: Verdict) -> None:
    stages = {clock.key: clock.stage for clock in verdict.clocks}
    for row in verdict.derived:
        if row.key in passage.derived:
            continue
        data = {"subject": row.subject, "source": list(row.source)}
        if row.subject in stages:
            data["stage"] = stages[row.subject]
        event = _append(passage, row.kind, row.at, data, once=row.key)
        passage.derived[row.key] = event.seq


def _reverse_untrue(passage: Passage, verdict: Verdict) -> None:
    """A late entry may make a recorded breach untrue: a reversing entry says so, nothing goes."""
    holds = {row.key for row in verdict.derived}
    for key, seq in list(passage.derived.items()):
        reversal = f"reversed:{key}"
        if key.startswith("reversed:") or key in holds or reversal in passage.derived:
            continue
        event = _append(passage, "derived.reversed", passage.now, {"refers": seq}, once=reversal)
        passage.derived[reversal] = event.seq


def _attach(passage: Passage, one: Act, actor: Actor | None) -> list[dict]:
    """Give the act's files their rows; an upload without a file is none."""
    if not one.files:
        raise Refused(Reason("no_file", field="files"))
    purpose = Purpose.EVIDENCE if one.kind == Kind.OFFENCE else Purpose.CASE
    uploader = actor.user if actor else None
    return attach(passage.case, one.files, purpose, uploader, passage.now)


def _keep(case: Complaint, purpose: str, body: str) -> dict:
    return CaseText.objects.create(case=case, purpose=purpose, body=body).reference()


def begin(case: Complaint, acts: Sequence[Act], *, actor: Actor | None, now: datetime) -> Passage:
    """Start the record of a new case: its first act is `received`, with the facts.

    The case row is new in this transaction, so it is locked already. A case that has its key is one
    of many, which the caller stores together before they are settled.
    """
    if case.pk is None:
        case.save(force_insert=True)
    passage = _passage(case, now, Roster(now), [])
    first, *rest = acts
    if first.kind != Kind.RECEIVED:
        raise Refused(Reason("unknown_act"))
    at = _moment(passage, first)
    data = dict(first.data)
    passage.history = History(str(case.pk), data.get("facts", {}))
    history, verdict = _judge_candidate(passage, first.kind, at, data)
    event = _append(passage, first.kind, at, data, actor=actor)
    passage.history, passage.verdict, passage.last_at = history, verdict, at
    passage.acted = True
    effects.follow(case, event, verdict)
    for one in rest:
        take(passage, one, actor)
    return passage
