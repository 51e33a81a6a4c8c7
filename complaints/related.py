"""The cases that belong to a case, as its page shows them, and what they do to its grade."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import access
from accounts.actors import Actor
from complaints.forms.facts import OF_OTHERS, words_of_others
from complaints.histories import facts_of, history_of, verdict_of
from complaints.lifecycle import Kind
from complaints.models import CaseEvent, Complaint, Link, Relation
from complaints.personal import Veil
from complaints.wording import moment_words
from regulations.engine.history import Event, History
from regulations.engine.verdict import Verdict


@dataclass(frozen=True)
class RelatedView:
    """One case that belongs to this one, in words."""

    number: str
    url: str
    subject: str
    relation: str
    state: str
    state_label: str
    grade: str
    received_at: str


@dataclass(frozen=True)
class Effect:
    """What other cases count for: facts in words, and the grade with them and without."""

    facts: list[str]
    grade: str
    without: str
    basis: str

    @property
    def changes(self) -> bool:
        return self.grade != self.without


def related_views(actor: Actor, case: Complaint) -> list[RelatedView]:
    """Return the cases linked with one that this person may see, in the order of the links."""
    links = list(Link.objects.of(case).filter(ended=False).order_by("pk"))
    if not links:
        return []
    pks = {pk for link in links for pk in (link.case_id, link.other_id)} - {case.pk}
    seen = access.visible(actor, Complaint.objects.filter(pk__in=pks)).select_related("particulars")
    cases = {one.pk: one for one in seen}
    pairs = ((link, link.other_id if link.case_id == case.pk else link.case_id) for link in links)
    return [
        _related(cases[pk], link, forward=pk == link.other_id) for link, pk in pairs if pk in cases
    ]


def _related(other: Complaint, link: Link, *, forward: bool) -> RelatedView:
    return RelatedView(
        number=other.number,
        url=reverse("case", args=[other.number]),
        subject=Veil(other.told).value("subject"),
        relation=_words(link, forward=forward),
        state=other.state,
        state_label=str(other.get_state_display()),
        grade=other.grade,
        received_at=moment_words(other.received_at),
    )


def _words(link: Link, *, forward: bool) -> str:
    match link.relation:
        case Relation.MERGED:
            return _("本案并入") if forward else _("并入本案")
        case Relation.RECURRED:
            return _("再次发生的投诉") if forward else _("因本案重新打开")
        case Relation.REPEAT:
            return _("此前的投诉") if forward else _("此后再次投诉")
    return str(link.get_relation_display())


def effect_on_grade(
    case: Complaint, events: Sequence[CaseEvent], verdict: Verdict, now: datetime
) -> Effect | None:
    """Return what other cases do to the grade, None where nothing follows from any."""
    known = facts_of(events)
    counted = words_of_others(known)
    if not counted:
        return None
    alone = verdict_of(case, _alone(history_of(events)), now)
    return Effect(
        facts=counted,
        grade=verdict.grade.name or "",
        without=alone.grade.name or "",
        basis=case.version.pack.basis(verdict.grade.source),
    )


def _alone(history: History) -> History:
    """Return the history as if there were no other case."""
    facts = {name: value for name, value in history.facts.items() if name not in OF_OTHERS}
    return History(history.case, facts, tuple(_without(history.events)))


def _without(events: Iterable[Event]) -> Iterable[Event]:
    for event in events:
        if event.kind == Kind.FACTS_CHANGED:
            data = {name: value for name, value in event.data.items() if name not in OF_OTHERS}
            yield Event(event.at, event.kind, data)
        else:
            yield event
