"""What the timeline says of an event beside its title: the regulation's own fields, sort and mark."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from complaints.joining import labelled, listed
from complaints.lifecycle import Kind
from complaints.models import CaseEvent
from regulations.engine.pack import Field, Pack
from regulations.period_words import moment_words

# What people of the house write to one another: the customer is told nothing of it.
INTERNAL = frozenset(
    {
        Kind.NOTED,
        Kind.RECORDED,
        Kind.PRESSED,
        Kind.PRESS_ANSWERED,
        Kind.OFFENCE,
        Kind.RECUSED,
        Kind.EXTENSION_ASKED,
        Kind.SUBTASK_GIVEN,
        Kind.SUBTASK_SIGNED,
        Kind.SUBTASK_ANSWERED,
        Kind.SUBTASK_CHECKED,
    }
)
NOTES = frozenset({Kind.NOTED, Kind.RECORDED})
TEXT = {"text", "digest"}


def sort_of(event: CaseEvent) -> str:
    """Return under which filter of the timeline an event stands: note, document or event."""
    if event.data.get("files"):
        return "document"
    return "note" if event.kind in NOTES else "event"


def shows(chosen: str) -> list[tuple[str, str, bool]]:
    """Return the filters of the timeline: key, label, whether it is the chosen one."""
    labels = {
        "": _("全部"),
        "event": _("办理"),
        "note": _("备注与记录"),
        "document": _("文件"),
        "internal": _("内部"),
    }
    return [
        (key, label, key == (chosen if chosen in labels else "")) for key, label in labels.items()
    ]


def shown(entries: Sequence[Any], chosen: str) -> list[Any]:
    """Return the entries that a filter leaves; an unknown one leaves all."""
    if chosen == "internal":
        return [entry for entry in entries if entry.internal]
    kept = [entry for entry in entries if entry.sort == chosen]
    return kept if chosen in ("event", "note", "document") else list(entries)


def extra_fields(event: CaseEvent, pack: Pack) -> list[Field]:
    """Return the fields that the regulation has given to this event beside the usual ones."""
    fields = [one.field for one in pack.added if one.event == event.kind]
    if event.kind == Kind.RECORDED:
        record = pack.record(event.data["record"])
        fields += record.fields if record else ()
    return [field for field in fields if field.key in event.data]


def extra_lines(
    event: CaseEvent, texts: Mapping[int, str], names: Mapping[int, str], pack: Pack
) -> Iterator[str]:
    """Yield what stands in those fields, each behind its label; also who is to do a sub-task."""
    for field in extra_fields(event, pack):
        yield labelled(field.label, _value(field, event.data[field.key], texts, names))
    if event.kind == Kind.SUBTASK_GIVEN:
        if "person" in event.data:
            yield labelled(_("责任人"), names.get(event.data["person"], ""))
        if "party" in event.data:
            yield labelled(_("第三方单位"), text_of(event.data["party"], texts))


def _value(field: Field, value: Any, texts: Mapping[int, str], names: Mapping[int, str]) -> str:
    if isinstance(value, dict) and value.keys() == TEXT:
        return text_of(value, texts)
    match field.type:
        case "people":
            return listed(names.get(one, "") for one in value)
        case "bool":
            return _("是") if value else _("否")
        case "multichoice":
            return listed(dict(field.options).get(one, one) for one in value)
        case "datetime":
            return moment_words(datetime.fromisoformat(value))
        case "date":
            return date.fromisoformat(value).isoformat()
    return dict(field.options).get(str(value), str(value))


def text_of(reference: Mapping[str, Any], texts: Mapping[int, str]) -> str:
    """Return the text that an event refers to."""
    return texts.get(reference["text"], _("（已依法删除）"))


def mark_of(event: CaseEvent, pack: Pack) -> str:
    """Return as what a record is marked: an oral promise is a void one."""
    record = pack.record(event.data.get("record")) if event.kind == Kind.RECORDED else None
    mark = record.mark if record else None
    return mark.text if mark and event.data.get(mark.field) == mark.value else ""


def names_in(events: Sequence[CaseEvent], pack: Pack) -> dict[int, str]:
    """Return the names of the people whom events name, by id (one query where there are any)."""
    people = {pk for event in events for pk in _people(event, pack)}
    return dict(User.objects.filter(pk__in=people).values_list("pk", "name")) if people else {}


def _people(event: CaseEvent, pack: Pack) -> Iterable[int]:
    if event.kind == Kind.SUBTASK_GIVEN:
        return [event.data["person"]] if "person" in event.data else []
    fields = (field for field in extra_fields(event, pack) if field.type == "people")
    return [pk for field in fields for pk in event.data[field.key]]
