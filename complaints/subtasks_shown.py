"""Sub-tasks in words: those of a case on its page, those that wait for a department on its desk."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from accounts import access
from accounts.actors import Actor
from accounts.models import Role, User
from complaints.lifecycle import Kind
from complaints.models import CaseEvent, CaseText, Complaint
from complaints.personal import Veil
from complaints.presenting import Deadline, running
from complaints.subtasks import ACTS, Given, given
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


@dataclass(frozen=True)
class Errand:
    """A sub-task that waits for a department: what it is to do, of which case, until when."""

    case: str
    title: str
    what: str
    state: str
    due: Deadline


def errands(actor: Actor, most: int) -> list[Errand]:
    """Return the sub-tasks that wait for this person's departments, the first due first.

    Those of the first `most` cases: three queries, none of them for somebody without such a post.
    """
    mine = actor.reach(Role.DEPARTMENT_HEAD) | {
        holding.department for holding in actor.holdings if holding.role == Role.HANDLER
    }
    if not mine:
        return []
    cases = list(_with_subtasks(Complaint.objects.assisted_by(mine), actor)[:most])
    found = [
        (case, one)
        for case in cases
        for one in given(case.version.pack, case.told_of)
        if one.department_id in mine and one.subtask.state in ("given", "signed")
    ]
    refs = [_text_of(one) for _case, one in found]
    texts = dict(CaseText.objects.filter(pk__in=refs).values_list("pk", "body")) if refs else {}
    found.sort(key=lambda pair: pair[1].due_at)
    return [_errand(case, one, texts, actor) for case, one in found]


def _text_of(one: Given) -> int:
    return one.given.data["what"]["text"]


def _with_subtasks(cases: QuerySet[Complaint], actor: Actor) -> QuerySet[Complaint]:
    """Fetch with each case what is needed to word its sub-tasks."""
    events = CaseEvent.objects.filter(kind__in=(Kind.SUBTASK_GIVEN, *ACTS)).order_by("seq")
    return (
        access.unconcerned(actor, cases)
        .select_related("version", "particulars")
        .defer("version__text")
        .prefetch_related(Prefetch("events", events, to_attr="told_of"))
        .order_by("pk")
    )


def _errand(case: Complaint, one: Given, texts: dict[int, str], actor: Actor) -> Errand:
    sort, veil = one.subtask.sort, Veil(case.told)
    basis = case.version.pack.basis(sort.source)
    return Errand(
        case=case.number,
        title=f"{sort.label}{one.number}",
        what=veil.text(texts.get(_text_of(one), "")),
        state=_state(one)[0],
        due=running(sort.label, basis, one.given.at, one.due_at, actor.at),
    )
