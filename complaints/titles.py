"""The title of an event: what happened, and the one thing about it that tells most."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from complaints.forms.facts import words_of_others
from complaints.joining import labelled, listed
from complaints.lifecycle import Kind
from complaints.models import CaseEvent, Relation
from complaints.wording import DERIVED, moment_words
from regulations.engine.pack import Pack
from regulations.words import STAGES, WHATS

# Where an act of no kind below says what tells most of it, in this order.
TELLING = (
    "department",
    "to",
    "grade",
    "conclusion",
    "cause",
    "opinion",
    "satisfaction",
    "option",
)


def event_title(event: CaseEvent, pack: Pack) -> str:
    """Return one line for an event: what happened and its telling detail."""
    if event.is_derived:
        title = str(DERIVED.get(event.kind, event.kind))
        return title if event.kind == "derived.reversed" else labelled(title, _subject(event))
    title = str(Kind(event.kind).label) if event.kind in Kind.values else event.kind
    detail = DETAILS.get(event.kind, _telling)(event, pack)
    return labelled(title, detail) if detail else title


def _subject(event: CaseEvent) -> str:
    subject = event.data.get("stage") or event.data.get("subject", "")
    return str(STAGES.get(subject.split(":")[0], subject))


def _telling(event: CaseEvent, pack: Pack) -> str:
    found = (event.data.get(name) for name in TELLING)
    return next((value for value in found if isinstance(value, str)), "")


def _judged(event: CaseEvent, pack: Pack) -> str:
    data = event.data
    if data.get("valid"):
        return _("有效")
    if "reason" not in data:
        return _("无效")
    return _("无效（%(basis)s）") % {"basis": pack.basis((data["reason"],))}


def _reviewed(event: CaseEvent, pack: Pack) -> str:
    return _("通过") if event.data.get("passed") else _("不通过")


def _confirmed(event: CaseEvent, pack: Pack) -> str:
    who = {"customer": _("客户"), "property": _("物业公司")}[event.data["by"]]
    how = {"written": _("书面"), "recorded_call": _("电话录音")}[event.data["form"]]
    return f"{who} {how}"


def _extended(event: CaseEvent, pack: Pack) -> str:
    return moment_words(datetime.fromisoformat(event.data["until"]))


def _followed_up(event: CaseEvent, pack: Pack) -> str:
    method = event.data.get("method")
    return f"{event.data['satisfaction']}（{method}）" if method else _telling(event, pack)


def _closed(event: CaseEvent, pack: Pack) -> str:
    return next((m.label for m in pack.closing if m.name == event.data.get("mode")), "")


def _attached(event: CaseEvent, pack: Pack) -> str:
    return _("%(count)s 个文件") % {"count": len(event.data["files"])}


def _approved(event: CaseEvent, pack: Pack) -> str:
    return str(WHATS.get(event.data.get("what"), ""))


def _order_received(event: CaseEvent, pack: Pack) -> str:
    until = moment_words(datetime.fromisoformat(event.data["due_at"]))
    return _("来文%(order)s，限 %(until)s 前答复") % {
        "order": event.data["order"],
        "until": until,
    }


def _order_answered(event: CaseEvent, pack: Pack) -> str:
    return _("来文%(order)s") % {"order": event.data["order"]}


def _calendar_changed(event: CaseEvent, pack: Pack) -> str:
    return listed(_moved(one) for one in event.data.get("moved", ()))


def _moved(move: Mapping[str, str]) -> str:
    """Say which deadline a new calendar moved, and how."""
    return _("%(stage)s %(before)s 改为 %(after)s") % {
        "stage": STAGES.get(move["stage"], move["stage"]),
        "before": moment_words(datetime.fromisoformat(move["before"])),
        "after": moment_words(datetime.fromisoformat(move["after"])),
    }


def _executed(event: CaseEvent, pack: Pack) -> str:
    data = event.data
    days = " – ".join(dict.fromkeys(data[n] for n in ("started_on", "ended_on") if n in data))
    return " ".join(filter(None, (listed(data.get("actions", ())), days)))


def _facts_changed(event: CaseEvent, pack: Pack) -> str:
    """Say what another case has changed here; what a person has changed stands below."""
    if event.actor_id is None:
        return listed(words_of_others(event.data))
    return _telling(event, pack)


def _linked(event: CaseEvent, pack: Pack) -> str:
    return str(Relation(event.data["relation"]).label)


def _recorded(event: CaseEvent, pack: Pack) -> str:
    record = pack.record(event.data["record"])
    return record.label if record else ""


def _subtask_given(event: CaseEvent, pack: Pack) -> str:
    data = event.data
    sort = pack.subtask(data["sort"])
    return _("%(sort)s%(number)s %(department)s，限 %(due)s") % {
        "sort": sort.label if sort else "",
        "number": data["subtask"],
        "department": data["department"],
        "due": moment_words(datetime.fromisoformat(data["due_at"])),
    }


def _subtask(event: CaseEvent, pack: Pack) -> str:
    return event.data["subtask"]


def _subtask_checked(event: CaseEvent, pack: Pack) -> str:
    found = _("有效果") if event.data["passed"] else _("没有效果，重新办理")
    return f"{event.data['subtask']} {found}"


def _task_done(event: CaseEvent, pack: Pack) -> str:
    return next((rule.text for rule in pack.tasks if rule.id == event.data["task"]), "")


DETAILS: dict[str, Callable[[CaseEvent, Pack], str]] = {
    Kind.JUDGED: _judged,
    Kind.SCREENED: _judged,
    Kind.REVIEWED: _reviewed,
    Kind.CONFIRMED: _confirmed,
    Kind.EXTENDED: _extended,
    Kind.EXTENSION_ASKED: _extended,
    Kind.FOLLOWED_UP: _followed_up,
    Kind.CLOSED: _closed,
    Kind.ATTACHED: _attached,
    Kind.APPROVED: _approved,
    Kind.ORDER_RECEIVED: _order_received,
    Kind.ORDER_ANSWERED: _order_answered,
    Kind.CALENDAR_CHANGED: _calendar_changed,
    Kind.EXECUTED: _executed,
    Kind.FACTS_CHANGED: _facts_changed,
    Kind.LINKED: _linked,
    Kind.RECORDED: _recorded,
    Kind.SUBTASK_GIVEN: _subtask_given,
    Kind.SUBTASK_SIGNED: _subtask,
    Kind.SUBTASK_ANSWERED: _subtask,
    Kind.SUBTASK_CHECKED: _subtask_checked,
    Kind.TASK_DONE: _task_done,
}
