"""From verdicts and events to plain values that templates only print."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from complaints.actions import Action, Actions
from complaints.joining import listed
from complaints.lifecycle import LOOP, Kind, State
from complaints.lines import Line
from complaints.models import CaseEvent, CaseText, Complaint, Plan
from complaints.people import who
from complaints.personal import Veil
from complaints.suggesting import REGISTERS
from complaints.telling import INTERNAL, extra_fields, extra_lines, mark_of, names_in, sort_of
from complaints.titles import event_title
from complaints.wording import clauses, moment_words, span_words
from regulations.engine.pack import Field, Pack
from regulations.engine.verdict import Approval, Gate, Missing, Penalty, Verdict
from regulations.words import STAGES, SUBJECTS, WHATS

# A running clock is "soon" when less than this share of its time is left.
SOON = 0.25
# A value of more characters does not fit beside another.
WIDE = 20


@dataclass(frozen=True)
class Deadline:
    """What stands of one clock where there is little room, in words.

    `tone` is ok, soon, late, done, donelate, void or none; `percent` how much of the time is used up.
    """

    label: str
    words: str
    tone: str
    percent: int
    due_at: str
    basis: str


@dataclass(frozen=True)
class ClockView(Deadline):
    """One clock in words."""

    started_at: str
    stopped_at: str
    clauses: str
    key: str
    counted: Sequence[str]
    extended: bool
    grants: Sequence[tuple[str, str]]
    provisional: bool


def clock_view(clock, pack: Pack, now: datetime, counted: Sequence[str] = ()) -> ClockView:
    """Return how a clock reads at `now`; takes the engine's clock or a stored row of it.

    `counted` are the lines that say how its due time was counted.
    """
    words, tone = _words(clock, now)
    return ClockView(
        label=str(STAGES.get(clock.stage, clock.stage)),
        words=words,
        tone=tone,
        percent=_used(clock.started_at, clock.due_at, clock.stopped_at or now)
        if clock.due_at
        else 0,
        due_at=moment_words(clock.due_at) if clock.due_at else "",
        started_at=moment_words(clock.started_at),
        stopped_at=moment_words(clock.stopped_at) if clock.stopped_at else "",
        basis=_order_of(clock) or pack.basis(tuple(clock.source)),
        clauses=clauses(pack, tuple(clock.source)),
        key=getattr(clock, "key", ""),
        counted=counted,
        extended=getattr(clock, "extended", False),
        grants=_grants(clock),
        provisional=getattr(clock, "calendar", None) == "provisional",
    )


def _order_of(clock) -> str:
    """Return on whose order or on which sub-task a deadline rests, empty for the regulation's own."""
    said = dict(getattr(clock, "explanation", ()))
    if subtask := said.get("subtask"):
        return _("交办事项%(number)s，期限在交办时约定") % {"number": subtask}
    order = said.get("order")
    return _("来文%(order)s规定，不随我方暂停或延期") % {"order": order} if order else ""


def _grants(clock) -> list[tuple[str, str]]:
    """Return (when, until when) for each extension that was granted, in order."""
    rows = [value for name, value in getattr(clock, "explanation", ()) if name == "granted"]
    pairs = (value.split("/") for value in rows)
    return [tuple(moment_words(datetime.fromisoformat(one)) for one in pair) for pair in pairs]


def nearest(case: Line, now: datetime) -> Deadline | None:
    """Return the deadline of a case that is due first."""
    if case.next_due is None:
        return None
    label = str(STAGES.get(case.next_due_stage, case.next_due_stage))
    basis = case.pack.basis(tuple(case.next_due_source))
    return running(label, basis, case.next_due_from, case.next_due, now)


def running(label: str, basis: str, start: datetime, due: datetime, now: datetime) -> Deadline:
    """Return a deadline that has not been met yet, as it reads at `now`."""
    words, tone = _running(start, due, now)
    return Deadline(label, words, tone, _used(start, due, now), moment_words(due), basis)


def _words(clock, now: datetime) -> tuple[str, str]:
    if clock.state == "no_limit":
        return _("无时限"), "none"
    if clock.state == "void":
        return _("作废"), "void"
    if clock.state == "paused":
        return _("暂停"), "void"
    if clock.state == "met":
        return _("按时完成"), "done"
    if clock.state == "late":
        if not clock.late_days:
            return _("逾期完成"), "donelate"
        return _("逾期%(days)s天完成") % {"days": clock.late_days}, "donelate"
    return _running(clock.started_at, clock.due_at, now)


def _running(start: datetime, due: datetime, now: datetime) -> tuple[str, str]:
    left = due - now
    if left < timedelta(0):
        return _("超时 %(span)s") % {"span": span_words(left)}, "late"
    soon = left < (due - start) * SOON
    return _("剩余 %(span)s") % {"span": span_words(left)}, "soon" if soon else "ok"


def _used(start: datetime, due: datetime, until: datetime) -> int:
    """Return the share of the time used up, in steps of 4 from 0 to 100."""
    if due <= start:
        return 100
    return min(100, max(0, int((until - start) / (due - start) * 25) * 4))


def stage_bar(case: Complaint) -> list[dict]:
    """Return the seven stages as done, current or coming; a side exit stands behind them.

    `here` marks where the case is.
    """
    reached = LOOP.index(State(case.state)) if case.state in LOOP else -1
    stages = []
    for place, state in enumerate(LOOP):
        status = "coming"
        if place < reached or case.state == State.ARCHIVED:
            status = "done"
        elif place == reached:
            status = "current"
        stages.append({"label": state.label, "status": status, "here": place == reached})
    if reached < 0:
        stages.append({"label": State(case.state).label, "status": "exit", "here": True})
    return stages


@dataclass(frozen=True)
class FactRow:
    """One intake field in words; a `wide` one takes a line of its own.

    A `register` one names a thing, or a person, of which there may be other complaints.
    """

    key: str
    label: str
    value: str
    wide: bool
    register: bool = False


def fact_rows(case: Complaint, facts: Mapping[str, Any], veil: Veil) -> list[FactRow]:
    """Return the intake fields that have a value, in the pack's order.

    `facts` are those known now; what is no fact is shown as it was entered, under its veil.
    """
    rows = []
    for field in case.version.pack.intake:
        entered = veil.value(field.key) or None
        value = facts.get(field.fact, entered) if field.fact else entered
        if value not in (None, ""):
            answer = _answer(field, value)
            wide = field.type == "longtext" or len(answer) > WIDE
            # Under its veil a value leads to nothing else that is filed under it.
            named = field.key in REGISTERS and value == case.particulars.value(field.key)
            rows.append(FactRow(field.key, field.label, answer, wide, named))
    return rows


def plan_rows(case: Complaint, veil: Veil) -> list[tuple[Plan, str]]:
    """Return the plans of a case, newest first, each with its measures in words."""
    plans = case.plans.select_related("measures", "author", "department", "responsible")
    gone = _("（已依法删除）")
    return [
        (plan, veil.text(plan.measures.body) if plan.measures else gone)
        for plan in plans.order_by("-version")
    ]


def _answer(field: Field, value: Any) -> str:
    if field.type == "bool":
        return _("是") if value in (True, "yes") else _("否")
    return dict(field.options).get(str(value), str(value))


@dataclass(frozen=True)
class Entry:
    """One line of the timeline."""

    seq: int
    at: str
    day: str
    recorded_at: str
    title: str
    actor: str
    post: str
    text: str
    basis: str
    tone: str
    system: bool
    late_entry: bool
    sort: str
    mark: str
    internal: bool


def timeline(case: Complaint, events: Sequence[CaseEvent], pack: Pack, veil: Veil) -> list[Entry]:
    """Return a case's events, newest first, with the texts they refer to."""
    texts = {text.pk: veil.text(text.body) for text in CaseText.objects.filter(case=case)}
    names = names_in(events, pack)
    return [_entry(event, texts, names, pack) for event in reversed(events)]


def _entry(event: CaseEvent, texts: dict[int, str], names: dict[int, str], pack: Pack) -> Entry:
    gap = event.recorded_at - event.at > timedelta(minutes=settings.LATE_ENTRY_MINUTES)
    day, _space, time = moment_words(event.at).partition(" ")
    return Entry(
        seq=event.seq,
        at=time,
        day=day,
        recorded_at=moment_words(event.recorded_at),
        title=event_title(event, pack),
        actor=event.actor.name if event.actor else _("系统"),
        post=event.post,
        text="\n".join([*extra_lines(event, texts, names, pack), *_texts_of(event, texts, pack)]),
        basis=pack.basis(tuple(event.data["source"]))
        if event.is_derived and event.data.get("source")
        else "",
        tone=_tone(event),
        system=event.is_derived,
        late_entry=gap and not event.is_derived,
        sort=sort_of(event),
        mark=mark_of(event, pack),
        internal=event.kind in INTERNAL,
    )


def _tone(event: CaseEvent) -> str:
    if event.kind == "derived.overdue":
        return "late"
    if event.kind in (
        "derived.warned",
        "derived.upgraded",
        Kind.RETURNED,
        Kind.PLAN_REJECTED,
    ):
        return "soon"
    return "none" if event.is_derived else "ok"


def _texts_of(event: CaseEvent, texts: dict[int, str], pack: Pack) -> Iterable[str]:
    """Yield the texts of an event but those that stand beside the label of their field."""
    own = {field.key for field in extra_fields(event, pack)}
    own |= {"party"} if event.kind == Kind.SUBTASK_GIVEN else set()
    return _bodies({name: one for name, one in event.data.items() if name not in own}, texts)


def _bodies(data, texts: dict[int, str]) -> Iterable[str]:
    for name, value in data.items():
        if isinstance(value, dict):
            if value.keys() == {"text", "digest"}:
                body = texts.get(value["text"], _("（已依法删除）"))
                yield (
                    _("补录原因：%(reason)s") % {"reason": body} if name == "late_reason" else body
                )
            else:
                yield from _bodies(value, texts)


@dataclass(frozen=True)
class ActionView:
    kind: str
    label: str
    misses: str
    record: str


def actions_view(actions: Actions, case: Complaint, verdict: Verdict) -> dict[str, Any]:
    """Return the acts as links, and as `awaited` who else is waited for, with the act."""
    return {
        "leading": [_action_view(action) for action in actions.leading],
        "blocked": _action_view(actions.blocked) if actions.blocked else None,
        "others": [_action_view(action) for action in actions.others],
        "records": [_action_view(action) for action in actions.records],
        "awaited": [
            (who(needed[0], case, kind, verdict), str(kind.label))
            for kind, needed in actions.awaited
        ],
    }


def _action_view(action: Action) -> ActionView:
    whats = (
        f"{WHATS.get(gate.what, gate.what)}{f'（{gate.by}）' if gate.by else ''}"
        for gate in action.gates
    )
    record = action.record.key if action.record else ""
    return ActionView(action.kind, action.label, listed(whats), record)


@dataclass(frozen=True)
class ApprovalView:
    what: str
    by: str
    given_at: str
    basis: str


def approval_view(approval: Approval, pack: Pack) -> ApprovalView:
    return ApprovalView(
        what=str(WHATS.get(approval.what, approval.what)),
        by=approval.by,
        given_at=moment_words(approval.at) if approval.at else "",
        basis=pack.basis(approval.source),
    )


@dataclass(frozen=True)
class PenaltyView:
    subject: str
    amount: str
    days: str
    basis: str


def _days_words(first: int, last: int) -> str:
    """Return the days that a penalty is for; one day is no span."""
    if first == last:
        return _("第%(day)s天") % {"day": first}
    return _("第%(first)s至%(last)s天") % {"first": first, "last": last}


def penalty_view(penalty: Penalty, pack: Pack) -> PenaltyView:
    amount = penalty.sanction or ""
    if penalty.amount is not None:
        amount = _("%(amount)s元") % {"amount": penalty.amount}
    elif penalty.range is not None:
        low, high = penalty.range
        amount = _("%(low)s至%(high)s元，由人裁定") % {"low": low, "high": high}
    days = _days_words(*penalty.days) if penalty.days else ""
    return PenaltyView(
        subject=str(SUBJECTS.get(penalty.subject, penalty.subject)),
        amount=amount,
        days=days,
        basis=pack.basis(penalty.source),
    )


@dataclass(frozen=True)
class TaskView:
    text: str
    to: str
    since: str
    done_at: str
    basis: str


def task_views(verdict: Verdict, pack: Pack) -> list[TaskView]:
    """Return what the regulation wants done beside the loop, and whether it is done."""
    texts = {rule.id: rule.text for rule in pack.tasks}
    return [
        TaskView(
            text=texts[row.id],
            to=row.to,
            since=moment_words(row.at),
            done_at=moment_words(row.done_at) if row.done_at else "",
            basis=pack.basis(row.source),
        )
        for row in verdict.tasks
    ]


def flag_views(verdict: Verdict, pack: Pack) -> list[tuple[str, str]]:
    """Return (text, basis) for the marks that a regulation sets on a case."""
    texts = {rule.name: (rule.text, pack.basis(rule.source)) for rule in pack.flags}
    return [texts[flag.name] for flag in verdict.flags if flag.name in texts]


def closing_rows(verdict: Verdict, pack: Pack) -> list[dict[str, str]]:
    """Return what stands in the way of closing, each with its clause."""
    return [_missing(row, pack) for row in verdict.closing.missing]


def missing_rows(verdict: Verdict, kind: str, pack: Pack) -> list[dict[str, str]]:
    """Return what an act still misses, each with its clause."""
    return [_missing(row, pack) for row in verdict.gates if row.step == kind]


def _missing(row: Gate | Missing, pack: Pack) -> dict[str, str]:
    what = str(WHATS.get(row.what, row.what))
    return {"what": what, "by": row.by or "", "basis": pack.basis(row.source)}


def form_rows(pack: Pack) -> list[dict[str, str]]:
    """Return the printed forms that a case of the pack can be put on, with their clauses."""
    return [
        {"key": form.key, "title": form.title, "basis": clauses(pack, form.source)}
        for form in pack.forms
        if form.about_a_case
    ]
