"""What happened to an item of the ledger, entry by entry, with the texts and files it rests on."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.actors import Actor
from complaints.attachments.listing import lines
from complaints.lifecycle import Kind as CaseKind
from complaints.models import Attachment, CaseEvent, CaseText
from complaints.wording import moment_words
from penalties.items import Item
from penalties.models import Entry, EntryText, Kind


def files_of(item: Item) -> QuerySet[Attachment]:
    """Return the files of an item: the evidence of its offence, and what objections brought."""
    told = [_recorded(item), *((entry.reason or {}) for entry in item.entries)]
    return Attachment.objects.filter(case=item.root.case_id, pk__in=_ids(told))


def history(item: Item, actor: Actor) -> list[dict[str, Any]]:
    """Return the entries of an item as its page shows them (four queries)."""
    root, recorded = item.root, _recorded(item)
    texts = dict(EntryText.objects.filter(case=root.case_id).values_list("pk", "body"))
    rows = list(files_of(item).select_related("uploader"))
    shown = lines(rows, actor, lambda row: reverse("penalty_file", args=[root.pk, row.pk]))
    files = {row.pk: line for row, line in zip(rows, shown, strict=True)}
    entries = [_entry(entry, texts, files, entry.reason or {}) for entry in item.entries]
    if recorded:
        entries[0]["text"] = _evidence(recorded)
        entries[0]["files"] = [files[pk] for pk in _ids([recorded]) if pk in files]
    return entries


def _entry(entry: Entry, texts: dict[int, str], files: dict, reason: dict) -> dict[str, Any]:
    text = texts.get(reason.get("text"), "")
    return {
        "label": Kind(entry.kind).label,
        "at": moment_words(entry.recorded_at),
        "who": entry.actor.name if entry.actor else _("系统"),
        "post": entry.post,
        "amount": entry.amount,
        "until": moment_words(entry.until) if entry.until else "",
        "month": str(entry.month) if entry.month_id else "",
        "text": _("所据违规已由补录更正") if "code" in reason else text,
        "files": [files[pk] for pk in _ids([reason]) if pk in files],
    }


def _recorded(item: Item) -> dict[str, Any]:
    """Return what somebody recorded of the offence, nothing where a clock found it."""
    events = CaseEvent.objects.filter(
        case=item.root.case_id, seq=item.root.event, kind=CaseKind.OFFENCE
    )
    return events.values_list("data", flat=True).first() or {}


def _evidence(recorded: dict[str, Any]) -> str:
    kept = recorded.get("evidence", {}).get("text")
    text = CaseText.objects.filter(pk=kept).values_list("body", flat=True).first()
    return text or (_("（已依法删除）") if kept else "")


def _ids(told: list[dict[str, Any]]) -> Iterator[int]:
    for one in told:
        yield from (file["attachment"] for file in one.get("files", ()))
