"""Work on a paper: judge its lines, bring evidence, submit it, look at it a second time.

Each step locks the paper, asks `accounts.access` who may, and appends what happened. Only the auditor
of a paper writes in it, only another one approves it, and neither had a hand in the case.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from accounts import access
from accounts.access import Decision, Situation
from accounts.actors import Actor
from accounts.models import User
from audits import findings
from audits.models import (
    AuditEntry,
    AuditText,
    EntryKind,
    Item,
    Judgment,
    Paper,
    PaperState,
    Says,
)
from audits.recusal import auditors, hands
from complaints.attachments.keeping import Kept, attach
from complaints.models import Complaint, Purpose
from complaints.refusals import NotPermitted, Reason, Refused
from records import clock

ASSIGN, WORK, REVIEW = "paper_assigned", "paper_worked", "paper_reviewed"


def may(actor: Actor, act: str, paper: Paper) -> Decision:
    """Say whether somebody may do this with a paper, whatever its state.

    Who handled the case is recused from working on its paper and from reviewing it.
    """
    case = paper.case
    situation = Situation(case.unit_id, case.owner_department_id)
    if act == ASSIGN:
        return access.may(actor, act, situation)
    others = hands([case])[case.pk]
    if act == WORK and paper.auditor_id != actor.user.pk:
        return Decision(False, needed=(access.SOMEBODY_ELSE,))
    if act == REVIEW and paper.auditor_id is not None:
        others = others | {paper.auditor_id}
    return access.may_apart(actor, act, situation, others)


def assign(pk: int, *, actor: Actor, auditor: User) -> Paper:
    """Give an open paper to an auditor of the unit who had no hand in the case."""
    with transaction.atomic():
        paper, _post, now = _begin(pk, ASSIGN, actor, PaperState.OPEN)
        able = auditors(paper.case.unit_id, actor.tree, now)
        if auditor not in able:
            raise Refused(Reason("not_an_auditor", field="auditor"))
        if auditor.pk in hands([paper.case])[paper.case_id]:
            raise Refused(Reason("recused", field="auditor"))
        paper.auditor = auditor
        paper.save(update_fields=["auditor"])
        _log(paper, EntryKind.ASSIGNED, actor, now, {"auditor": auditor.pk})
    return paper


def judge(item_pk: int, *, actor: Actor, judgment: str, remark: str) -> Item:
    """Write down what the auditor finds on one line; may be changed until the paper is submitted."""
    with transaction.atomic():
        paper_pk = Item.objects.values_list("paper", flat=True).get(pk=item_pk)
        paper, _post, _now = _begin(paper_pk, WORK, actor, PaperState.OPEN)
        item = paper.items.select_related("remark").get(pk=item_pk)
        before = item.remark
        if remark != (before.body if before else ""):
            item.remark = AuditText.objects.create(body=remark) if remark else None
        item.judgment = judgment
        item.save(update_fields=["judgment", "remark"])
        if before and item.remark != before:
            before.delete()
    return item


def bring(pk: int, *, actor: Actor, files: Sequence[Kept], note: str) -> Paper:
    """Keep evidence with an open paper: files in the vault, and what they show."""
    with transaction.atomic():
        paper, post, now = _begin(pk, WORK, actor, PaperState.OPEN)
        if not files:
            raise Refused(Reason("no_files", field="files"))
        data = {"files": attach(paper.case, files, Purpose.AUDIT, actor.user, now)}
        _log(paper, EntryKind.EVIDENCE, actor, now, data, post, note)
    return paper


def submit(pk: int, *, actor: Actor) -> Paper:
    """Send a paper to the second look: every line judged, every fault and dissent explained."""
    with transaction.atomic():
        paper, post, now = _begin(pk, WORK, actor, PaperState.OPEN)
        items = list(paper.items.select_related("remark"))
        open_ = sum(not item.judgment for item in items)
        if open_:
            raise Refused(Reason("not_judged", what=str(open_)))
        silent = [str(item.place) for item in items if _needs_words(item) and item.remark is None]
        if silent:
            raise Refused(Reason("no_remark", what="、".join(silent)))
        paper.state = PaperState.SUBMITTED
        paper.save(update_fields=["state"])
        _log(paper, EntryKind.SUBMITTED, actor, now, {"items": _stand(items)}, post)
    return paper


def _needs_words(item: Item) -> bool:
    """A fault is explained, and so is a judgment against what the record says."""
    return item.judgment == Judgment.FAULT or (
        item.says == Says.FAULT and item.judgment != Judgment.FAULT
    )


def _stand(items: Sequence[Item]) -> list:
    """Return what was submitted, so that it shows if a line is changed afterwards."""
    return [
        [item.place, item.judgment, item.remark.reference() if item.remark else None]
        for item in items
    ]


def send_back(pk: int, *, actor: Actor, reason: str) -> Paper:
    """Give a paper back to its auditor with what is wrong with it."""
    with transaction.atomic():
        paper, post, now = _begin(pk, REVIEW, actor, PaperState.SUBMITTED)
        if not reason.strip():
            raise Refused(Reason("no_reason", field="reason"))
        paper.state = PaperState.OPEN
        paper.save(update_fields=["state"])
        _log(paper, EntryKind.RETURNED, actor, now, {}, post, reason)
    return paper


def approve(pk: int, *, actor: Actor) -> Paper:
    """Approve a paper; each line that was judged a fault becomes a finding, told to its department."""
    with transaction.atomic():
        paper, post, now = _begin(pk, REVIEW, actor, PaperState.SUBMITTED)
        paper.state, paper.reviewer = PaperState.APPROVED, actor.user
        paper.save(update_fields=["state", "reviewer"])
        _log(paper, EntryKind.APPROVED, actor, now, {}, post)
        for item in paper.items.filter(judgment=Judgment.FAULT).select_related("remark"):
            findings.raise_from(paper, item, actor=actor, post=post, now=now)
    return paper


def _begin(pk: int, act: str, actor: Actor, state: PaperState) -> tuple[Paper, str, datetime]:
    """Lock a case and its paper; return the paper, the actor's post and the moment.

    The case comes first, as everywhere. Raises NotPermitted or Refused.
    """
    case_pk = Paper.objects.values_list("case", flat=True).get(pk=pk)
    case = (
        Complaint.objects.select_for_update(of=("self",)).select_related("version").get(pk=case_pk)
    )
    paper = Paper.objects.select_for_update(of=("self",)).get(pk=pk)
    paper.case = case
    decision = may(actor, act, paper)
    if not decision.allowed:
        raise NotPermitted(decision)
    if paper.state != state:
        raise Refused(Reason("wrong_state", what=str(PaperState(paper.state).label)))
    return paper, decision.holding.title, clock.now()


def _log(paper, kind, actor, now, data, post="", text="") -> AuditEntry:
    if text.strip():
        data = data | {"note": AuditText.objects.create(body=text).reference()}
    return AuditEntry.objects.create(
        paper=paper, kind=kind, actor=actor.user, post=post, recorded_at=now, data=data
    )
