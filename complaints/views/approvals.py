"""Everything that waits for this person's signature, in one place: what, why, by which clause, since when.

It is signed through the same acts as on the case's own page.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, prefetch_related_objects
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import access
from accounts.actors import Actor
from complaints import lines, presenting
from complaints.histories import facts_of, history_of, situation_of, verdict_of
from complaints.joining import listed
from complaints.lifecycle import Kind
from complaints.models import AwaitedSignature, CaseEvent, CaseText, Complaint, Plan
from complaints.signatures import BESIDE_PLAN, PLAN, SHEET, SIGNS, at_hand
from complaints.todo import by_due
from complaints.views import paging
from complaints.views.lists import case_rows
from complaints.wording import clauses, moment_words, span_words
from records import clock
from regulations.engine.verdict import Approval, Verdict
from regulations.words import FACTS

ROWS = 10
# Facts that say how much is at stake.
SUMS = ("amount", "amount_company", "amount_contractor", "compensation")
# The act that brought what is signed, by what the signature stands under.
BROUGHT = {
    **dict.fromkeys(PLAN | BESIDE_PLAN, (Kind.PLAN_SUBMITTED, Kind.STAFF_PLAN_SUBMITTED)),
    **dict.fromkeys(SHEET, (Kind.SHEET_ISSUED,)),
    "extension": (Kind.EXTENSION_ASKED,),
    "close": (Kind.REVIEWED, Kind.FOLLOWED_UP, Kind.CONFIRMED),
}
# Acts that need nothing but a remark or a reason are signed without leaving the page.
AT_ONCE = frozenset({Kind.PLAN_APPROVED, Kind.PLAN_REJECTED, Kind.APPROVED})


@dataclass(frozen=True)
class Signing:
    """An act that answers a signature: `here` where its form is small, else on its page."""

    kind: str
    label: str
    here: bool


@dataclass(frozen=True)
class Awaited:
    """One signature that is awaited of this person, and what they must know to give it."""

    what: str
    by: str
    basis: str
    clauses: str
    reason: str
    who: str
    amount: str
    since: str
    age: str


def approvals(request):
    """Show the cases that wait for this person's signature, the first due first."""
    actor, now = request.user.actor, clock.now()
    rows = AwaitedSignature.objects.for_actor(actor)
    # Nothing is signed on a case that has ended; to say so keeps the search among the open ones.
    mine = access.visible(
        actor, Complaint.objects.open().filter(pk__any_of=Complaint.objects.awaited(actor))
    )
    cases = list(by_due(mine).for_list()[:ROWS])
    _with_records(cases)
    keys = set(rows.filter(case__in=cases).values_list("case", "what", "term"))
    context = {
        "waiting": _cases(actor, cases, keys, now),
        "count": paging.capped_count(mine),
        "more": f"{reverse('case_list')}?tab=signatures" if len(cases) == ROWS else "",
    }
    return render(request, "complaints/approvals.html", context)


def _with_records(cases: list[Complaint]) -> None:
    """Fetch what the verdicts of some cases are judged from: a few queries, however many cases."""
    events = CaseEvent.objects.select_related("actor").order_by("seq")
    plans = Plan.objects.select_related("measures")
    prefetch_related_objects(
        cases, Prefetch("events", events), Prefetch("plans", plans), "version__bindings"
    )


def _cases(actor: Actor, cases: list[Complaint], keys: set[tuple], now: datetime) -> list[dict]:
    """Return cases with what of them is awaited and the acts that answer it."""
    texts = _texts(cases)
    shown = []
    read = lines.read(Complaint.objects.filter(pk__in=[case.pk for case in cases]))
    rows = {line.pk: row for line, row in zip(read, case_rows(read, now), strict=True)}
    for case in cases:
        events = list(case.events.all())
        verdict = verdict_of(case, history_of(events), now)
        wanted = [one for one in at_hand(case, verdict) if (case.pk, one.what, one.by) in keys]
        shown.append(
            rows[case.pk]
            | {
                "awaited": [_awaited(case, one, events, texts, now) for one in wanted],
                "signings": _signings(actor, case, verdict, wanted),
            }
        )
    return shown


def _awaited(
    case: Complaint, approval: Approval, events: list[CaseEvent], texts: dict, now: datetime
) -> Awaited:
    pack, view = case.version.pack, presenting.approval_view(approval, case.version.pack)
    brought = _brought(approval.what, events)
    facts = facts_of(events)
    sums = [f"{FACTS[name]} {facts[name]}{_('元')}" for name in SUMS if facts.get(name)]
    return Awaited(
        what=view.what,
        by=approval.by,
        basis=view.basis,
        clauses=clauses(pack, approval.source),
        reason=texts.get(_text_of(brought), "") if brought else "",
        who=brought.actor.name if brought and brought.actor else "",
        amount=listed(sums),
        since=moment_words(brought.at) if brought else "",
        age=span_words(now - brought.at) if brought else "",
    )


def _brought(what: str, events: list[CaseEvent]) -> CaseEvent | None:
    """Return the act that brought what is to be signed, the newest of its kind."""
    kinds = BROUGHT.get(what, ())
    return next((one for one in reversed(events) if one.kind in kinds), None)


def _text_of(event: CaseEvent) -> int | None:
    """Return the id of the text in which an act gives its reason."""
    named = (event.data.get(name) for name in ("measures", "reason", "note"))
    return next((one["text"] for one in named if one), None)


def _texts(cases: list[Complaint]) -> dict[int, str]:
    wanted = {
        _text_of(event)
        for case in cases
        for event in case.events.all()
        if event.kind in {kind for kinds in BROUGHT.values() for kind in kinds}
    }
    return dict(CaseText.objects.filter(pk__in=wanted - {None}).values_list("pk", "body"))


def _signings(
    actor: Actor, case: Complaint, verdict: Verdict, wanted: list[Approval]
) -> list[Signing]:
    """Return the acts by which this person answers what is awaited of them."""
    situation, whats = situation_of(case, verdict), {one.what for one in wanted}
    kinds = [kind for kind, signed in SIGNS.items() if not whats.isdisjoint(signed)]
    return [
        Signing(kind, str(Kind(kind).label), kind in AT_ONCE)
        for kind in kinds
        if access.may(actor, kind, situation).allowed
    ]
