"""From a finding to its end: objection, decision, rectification, effect check, hand-over to the ledger.

Each step locks the case and the finding, reads the clock, asks `accounts.access` who may, appends one
entry and tells whoever must act next.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate

from accounts import access
from accounts.access import Decision, Situation
from accounts.actors import Actor
from accounts.roster import Roster
from audits.models import (
    AuditEntry,
    AuditText,
    EntryKind,
    Finding,
    FindingState,
    Item,
    Paper,
    Topic,
)
from audits.recusal import hands
from complaints import pipeline
from complaints.attachments.keeping import Kept, attach
from complaints.lifecycle import Kind
from complaints.models import Complaint, Purpose
from complaints.pipeline import Act
from complaints.refusals import NotPermitted, Reason, Refused
from notices.models import Topic as NoticeTopic
from notices.settle import News, put
from records import clock
from regulations.engine.verdict import Source

RAISE = "finding_raised"
OBJECT, DECIDE, ORDER, REPORT, CHECK, CLOSE, HAND_OVER = (
    "finding_objected",
    "finding_decided",
    "rectification_ordered",
    "finding_rectified",
    "effect_checked",
    "finding_closed",
    "offence_handed_over",
)
S = FindingState
# The steps and the states in which they are possible.
FROM: dict[str, tuple[FindingState, ...]] = {
    OBJECT: (S.RAISED, S.RECTIFYING),
    DECIDE: (S.OBJECTED,),
    ORDER: (S.RAISED,),
    REPORT: (S.RECTIFYING,),
    CHECK: (S.RECTIFIED,),
    CLOSE: (S.RAISED,),
    HAND_OVER: (S.RAISED, S.RECTIFYING, S.RECTIFIED),
}
OF_DEPARTMENT = (OBJECT, REPORT)


def may(actor: Actor, act: str, finding: Finding) -> Decision:
    """Say whether somebody may take a step on a finding, whatever its state.

    The department's head objects and reports; auditors who had no hand in the case do the rest, and
    an objection is decided by another one than made the finding.
    """
    case = finding.case
    situation = Situation(case.unit_id, case.owner_department_id, finding.department_id)
    if act in OF_DEPARTMENT:
        return access.may(actor, act, situation)
    others = hands([case])[case.pk]
    if act == DECIDE:
        others = others | _made_by(finding)
    return access.may_apart(actor, act, situation, others)


def _made_by(finding: Finding) -> set[int]:
    if finding.paper is not None:
        return {finding.paper.auditor_id}
    raised = finding.entries.filter(kind=EntryKind.RAISED)
    return set(raised.values_list("actor", flat=True))


def may_object(finding: Finding, now: datetime) -> bool:
    """Say whether an objection is open: once, within the house's days after the finding."""
    until = finding.raised_at + timedelta(days=settings.OBJECTION_DAYS)
    return now <= until and not finding.entries.filter(kind=EntryKind.OBJECTED).exists()


def raise_from(paper: Paper, item: Item, *, actor: Actor, post: str, now: datetime) -> Finding:
    """Make a finding of a line that was judged a fault; its paper has been approved."""
    case = paper.case
    finding = Finding.objects.create(
        case=case,
        paper=paper,
        item=item,
        department_id=case.department_id or case.owner_department_id,
        topic=item.topic,
        code=item.code,
        data=item.data,
        source=item.source,
        raised_at=now,
    )
    data = {"note": item.remark.reference()} if item.remark else {}
    entry = _log(finding, EntryKind.RAISED, actor, post, now, data)
    _tell(finding, entry, Roster(now).heads(finding.department_id))
    return finding


def investigate(
    case_pk: int, *, actor: Actor, department: int, source: Source, text: str
) -> Finding:
    """Fix who is responsible for a case that was investigated outside of the samples (FUDI-23)."""
    with transaction.atomic():
        case = _locked_case(case_pk)
        now = clock.now()
        situation = Situation(case.unit_id, case.owner_department_id)
        decision = access.may_apart(actor, RAISE, situation, hands([case])[case.pk])
        if not decision.allowed:
            raise NotPermitted(decision)
        _need(text)
        finding = Finding.objects.create(
            case=case,
            department_id=department,
            topic=Topic.TRUTH,
            code="responsibility",
            source=list(source),
            raised_at=now,
        )
        data = {"note": AuditText.objects.create(body=text).reference()}
        entry = _log(finding, EntryKind.RAISED, actor, decision.holding.title, now, data)
        _tell(finding, entry, Roster(now).heads(department))
    return finding


def object_to(pk: int, *, actor: Actor, reason: str, files: Sequence[Kept] = ()) -> Finding:
    """Object to a finding as its department, once and within the time that the house gives."""

    def write(finding: Finding, now: datetime) -> tuple[EntryKind, dict]:
        _need(reason)
        if finding.entries.filter(kind=EntryKind.OBJECTED).exists():
            raise Refused(Reason("objected_before"))
        if not may_object(finding, now):
            raise Refused(Reason("too_late"))
        finding.state = S.OBJECTED
        return EntryKind.OBJECTED, _files(finding, files, actor, now)

    return _step(pk, OBJECT, actor, write, reason)


def decide(pk: int, *, actor: Actor, uphold: bool, reason: str) -> Finding:
    """Decide on an objection: the finding goes on where it was, or is dismissed."""

    def write(finding: Finding, now: datetime) -> tuple[EntryKind, dict]:
        _need(reason)
        if not uphold:
            finding.state = S.DISMISSED
            return EntryKind.DISMISSED, {}
        finding.state = S.RECTIFYING if finding.due_on else S.RAISED
        return EntryKind.UPHELD, {}

    return _step(pk, DECIDE, actor, write, reason)


def order(pk: int, *, actor: Actor, due_on: date, text: str) -> Finding:
    """Ask the department for a rectification until a day, inclusive."""

    def write(finding: Finding, now: datetime) -> tuple[EntryKind, dict]:
        _need(text, "text")
        _set_due(finding, due_on, now)
        return EntryKind.ORDERED, {"due_on": due_on.isoformat()}

    return _step(pk, ORDER, actor, write, text)


def report(pk: int, *, actor: Actor, text: str, files: Sequence[Kept] = ()) -> Finding:
    """Report as the department that the rectification is done."""

    def write(finding: Finding, now: datetime) -> tuple[EntryKind, dict]:
        _need(text, "text")
        finding.state = S.RECTIFIED
        return EntryKind.RECTIFIED, _files(finding, files, actor, now)

    return _step(pk, REPORT, actor, write, text)


def check(
    pk: int, *, actor: Actor, effective: bool, text: str, due_on: date | None = None
) -> Finding:
    """Say whether the rectification works: the finding is closed, or due again on another day."""

    def write(finding: Finding, now: datetime) -> tuple[EntryKind, dict]:
        _need(text, "text")
        if effective:
            finding.state = S.CLOSED
            return EntryKind.EFFECTIVE, {}
        if due_on is None:
            raise Refused(Reason("due_in_the_past", field="due_on"))
        _set_due(finding, due_on, now)
        return EntryKind.NOT_EFFECTIVE, {"due_on": due_on.isoformat()}

    return _step(pk, CHECK, actor, write, text)


def close(pk: int, *, actor: Actor, reason: str) -> Finding:
    """Close a finding that needs no rectification, with the reason."""

    def write(finding: Finding, now: datetime) -> tuple[EntryKind, dict]:
        _need(reason)
        finding.state = S.CLOSED
        return EntryKind.CLOSED, {}

    return _step(pk, CLOSE, actor, write, reason)


def hand_over(pk: int, *, actor: Actor, act: Act) -> Finding:
    """Record the offence on the case, from where the ledger prices it. Raises as the pipeline does."""

    def write(finding: Finding, now: datetime) -> tuple[EntryKind, dict]:
        case = pipeline.act(finding.case_id, [act], actor=actor)
        seq = case.events.filter(kind=Kind.OFFENCE).latest("seq").seq
        return EntryKind.HANDED_OVER, {"event": seq}

    return _step(pk, HAND_OVER, actor, write)


Write = Callable[[Finding, datetime], tuple[EntryKind, dict[str, Any]]]


def _step(pk: int, act: str, actor: Actor, write: Write, text: str = "") -> Finding:
    with transaction.atomic():
        case = _locked_case(Finding.objects.values_list("case", flat=True).get(pk=pk))
        finding = Finding.objects.select_for_update(of=("self",)).get(pk=pk)
        finding.case, now = case, clock.now()
        decision = may(actor, act, finding)
        if not decision.allowed:
            raise NotPermitted(decision)
        if finding.state not in FROM[act]:
            raise Refused(Reason("wrong_state", what=str(FindingState(finding.state).label)))
        kind, data = write(finding, now)
        if text.strip():
            data = data | {"note": AuditText.objects.create(body=text).reference()}
        finding.save(update_fields=["state", "due_on"])
        entry = _log(finding, kind, actor, decision.holding.title, now, data)
        _tell(finding, entry, _concerned(finding, act, now))
    return finding


def _locked_case(pk: int) -> Complaint:
    rows = Complaint.objects.select_for_update(of=("self",)).select_related("version__regulation")
    return rows.get(pk=pk)


def _concerned(finding: Finding, act: str, now: datetime) -> list[int]:
    """Return who must know: the audit what the department does, the department all the rest."""
    if act not in OF_DEPARTMENT:
        return Roster(now).heads(finding.department_id)
    people = finding.entries.filter(kind=EntryKind.RAISED).values_list("actor", flat=True)
    of_paper = [finding.paper.auditor_id] if finding.paper and finding.paper.auditor_id else []
    return list(dict.fromkeys([*of_paper, *people]))


def _tell(finding: Finding, entry: AuditEntry, people: Sequence[int]) -> None:
    data = {"finding": finding.pk, "source": list(finding.source)}
    news = News(f"audit:{entry.pk}", NoticeTopic.AUDIT, people, data)
    put([(finding.case, news)], entry.recorded_at)


def _set_due(finding: Finding, due_on: date, now: datetime) -> None:
    if due_on < localdate(now):
        raise Refused(Reason("due_in_the_past", field="due_on"))
    finding.state, finding.due_on = S.RECTIFYING, due_on


def _files(finding: Finding, files: Sequence[Kept], actor: Actor, now: datetime) -> dict:
    if not files:
        return {}
    return {"files": attach(finding.case, files, Purpose.AUDIT, actor.user, now)}


def _need(text: str, field: str = "reason") -> None:
    if not text.strip():
        raise Refused(Reason("no_reason", field=field))


def _log(finding, kind, actor, post, now, data) -> AuditEntry:
    return AuditEntry.objects.create(
        finding=finding, kind=kind, actor=actor.user, post=post, recorded_at=now, data=data
    )
