"""A case's sub-tasks as rows of its page."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import User
from complaints.lifecycle import Kind
from complaints.models import CaseEvent, CaseText, Complaint
from complaints.personal import Veil
from complaints.subtasks import Given, given
from complaints.wording import moment_words

# The texts of a sub-task that its row shows.
NAMES = ("what", "party")


@dataclass(frozen=True)
class SubtaskView:
    """One sub-task: what, whose, until when, and how it stands."""

    number: str
    title: str
    department: str
    person: str
    party: str
    what: str
    due_at: str
    state: str
    tone: str
    signed_at: str
    answered_at: str
    basis: str


def subtask_views(case: Complaint, events: Sequence[CaseEvent], veil: Veil) -> list[SubtaskView]:
    """Return the sub-tasks of a case, in the order in which they were given."""
    pack = case.version.pack
    rows = given(pack, events)
    if not rows:
        return []
    refs = [
        one.given.data[name]["text"] for one in rows for name in NAMES if name in one.given.data
    ]
    kept = CaseText.objects.filter(pk__in=refs).values_list("pk", "body")
    texts = {pk: veil.text(body) for pk, body in kept}
    people = [one.given.data["person"] for one in rows if "person" in one.given.data]
    names = dict(User.objects.filter(pk__in=people).values_list("pk", "name")) if people else {}
    return [_view(one, texts, names, pack) for one in rows]


def _view(one: Given, texts, names, pack) -> SubtaskView:
    data, sort = one.given.data, one.subtask.sort
    said = {name: texts.get(data[name]["text"], "") for name in NAMES if name in data}
    state, tone = _state(one)
    return SubtaskView(
        number=one.number,
        title=f"{sort.label}{one.number}",
        department=one.subtask.department,
        person=names.get(data.get("person"), ""),
        party=said.get("party", ""),
        what=said.get("what", ""),
        due_at=moment_words(one.due_at),
        state=state,
        tone=tone,
        signed_at=_at(one, Kind.SUBTASK_SIGNED),
        answered_at=_at(one, Kind.SUBTASK_ANSWERED),
        basis=pack.basis(sort.source),
    )


def _state(one: Given) -> tuple[str, str]:
    words = {
        "given": (_("未签收"), "soon"),
        "signed": (_("已签收"), ""),
        "answered": (_("待检查效果"), "soon"),
        "done": (_("已办结"), "done"),
    }
    return words[one.subtask.state]


def _at(one: Given, kind: str) -> str:
    return moment_words(one.last[kind].at) if kind in one.last else ""
