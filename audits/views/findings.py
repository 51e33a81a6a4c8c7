"""Findings: the list, one with its history and what may be done now, and the files of audits."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from accounts import access
from audits import words
from audits.forms import FINDING_STEPS, offered
from audits.models import AuditEntry, AuditText, EntryKind, Finding, FindingState
from audits.views import seen
from complaints.attachments.listing import lines
from complaints.attachments.sending import sent
from complaints.models import Attachment, Complaint, Purpose
from complaints.wording import clauses, moment_words
from records import clock

ROWS = 50


def findings(request):
    """Show the findings that this person may see, by state, the newest first."""
    rows, state = seen.findings(request.user.actor), request.GET.get("state", "open")
    if state == "open":
        rows = rows.open()
    elif state in FindingState.values:
        rows = rows.filter(state=state)
    before = request.GET.get("before", "")
    if before.isdigit():
        rows = rows.filter(pk__lt=int(before))
    page = list(rows.order_by("-pk")[: ROWS + 1])
    tabs = [("open", _("未关闭")), *FindingState.choices, ("all", _("全部"))]
    today = localdate(clock.now())
    context = {
        "tabs": [{"name": n, "label": label, "active": n == state} for n, label in tabs],
        "rows": [line(row, today) for row in page[:ROWS]],
        "older": f"?state={state}&before={page[ROWS - 1].pk}" if len(page) > ROWS else "",
    }
    return render(request, "audits/findings.html", context)


def line(row: Finding, today) -> dict:
    """Return what a list shows of a finding."""
    pack = row.case.version.pack
    return {
        "finding": row,
        "what": words.what(row),
        "clause": clauses(pack, tuple(row.source)) or _("单位设定"),
        "state": FindingState(row.state).label,
        "late": row.state == FindingState.RECTIFYING and row.due_on < today,
    }


def finding(request, pk):
    """Show one finding: what it rests on, what happened to it, and what this person may do now."""
    row, actor = seen.found(request, "findings", pk), request.user.actor
    pack = row.case.version.pack
    visible = access.visible(actor, Complaint.objects.filter(pk=row.case_id)).exists()
    context = {
        "finding": row,
        "row": line(row, localdate(clock.now())),
        "detail": words.detail(row),
        "basis": words.basis(row, pack),
        "case_url": reverse("case", args=[row.case.number]) if visible else "",
        "steps": offered(FINDING_STEPS, actor, row),
        "entries": history(row.entries.select_related("actor"), actor),
    }
    return render(request, "audits/finding.html", context)


def history(entries, actor) -> list[dict]:
    """Return entries as a page shows them, with their texts and files (two queries)."""
    rows = list(entries)
    told = [row.data for row in rows]
    texts = dict(
        AuditText.objects.filter(
            pk__in=[d["note"]["text"] for d in told if "note" in d]
        ).values_list("pk", "body")
    )
    pks = [file["attachment"] for data in told for file in data.get("files", ())]
    kept = list(Attachment.objects.filter(pk__in=pks).select_related("uploader"))
    shown = lines(kept, actor, lambda one: reverse("audit_file", args=[one.pk]))
    files = {one.pk: said for one, said in zip(kept, shown, strict=True)}
    return [_entry(row, texts, files) for row in rows]


def _entry(row: AuditEntry, texts: dict, files: dict) -> dict:
    note = row.data.get("note", {}).get("text")
    own = [file["attachment"] for file in row.data.get("files", ())]
    return {
        "label": EntryKind(row.kind).label,
        "who": row.actor.name if row.actor else _("系统"),
        "post": row.post,
        "at": moment_words(row.recorded_at),
        "text": texts.get(note, _("（已依法删除）")) if note else "",
        "due_on": row.data.get("due_on", ""),
        "event": row.data.get("event", ""),
        "files": [files[pk] for pk in own if pk in files],
    }


def audit_file(request, pk):
    """Send a file of an audit to whoever sees the finding, or audits the unit, that it belongs to."""
    row = get_object_or_404(Attachment.objects.filter(purpose=Purpose.AUDIT), pk=pk)
    actor = request.user.actor
    told = AuditEntry.objects.filter(data__files__contains=[{"attachment": row.pk}])
    seen_by = told.filter(finding__in=seen.findings(actor)) | told.filter(
        paper__in=seen.papers(actor)
    )
    get_object_or_404(seen_by.distinct())
    return sent(row, actor)
