"""A department's score of a month: what customers answered, and what 客服 says of its cooperation."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.db.models.fields.json import KT

from accounts import access
from accounts.access import Situation
from accounts.actors import Actor
from accounts.models import Department
from complaints.lifecycle import Kind
from complaints.models import CaseEvent
from complaints.refusals import NotPermitted, Reason, Refused
from penalties.models import PlatformScore
from penalties.periods import Span
from records import clock
from regulations import bindings
from regulations.engine.pack import Reward
from regulations.engine.scores import (
    CUSTOMER,
    PLATFORM,
    Score,
    answered,
    customer_score,
    reward_of,
    score,
)
from regulations.models import RegulationVersion


@dataclass(frozen=True)
class DepartmentScore:
    """A department's score with its steps, the band that it earns, and how much it rests on."""

    department: Department
    score: Score
    reward: Reward | None
    follow_ups: int

    @property
    def rests_on_few(self) -> bool:
        return self.follow_ups < settings.FEW_FOLLOW_UPS


def scores(
    version: RegulationVersion, span: Span, known_at: datetime | None = None
) -> list[DepartmentScore]:
    """Return the scores of a month of all departments that are scored, in the pack's order.

    `known_at` leaves out what was recorded later: so a closed month can be computed again.
    """
    known_at = known_at or clock.now()
    return list(_scores(version, span, known_at)) if version.pack.scoring else []


def _scores(
    version: RegulationVersion, span: Span, known_at: datetime
) -> Iterator[DepartmentScore]:
    pack = version.pack
    answers = _answers(version, span, known_at)
    cooperation = _cooperation(span, known_at)
    for place in bindings.departments(version):
        term = bindings.term_of(version, place.pk)
        if term in pack.scoring.excluded:
            continue
        own = answers.get(place.pk, [])
        parts = {CUSTOMER: customer_score(own), PLATFORM: cooperation.get(place.pk)}
        found = score(pack, parts)
        if found.steps:
            yield DepartmentScore(place, found, reward_of(pack, term, found.total), len(own))


def _answers(
    version: RegulationVersion, span: Span, known_at: datetime
) -> dict[int, list[list[Decimal]]]:
    """Return the scored answers of each follow-up, by the department that had the task then."""
    tasks = CaseEvent.objects.filter(
        case=OuterRef("case"), kind=Kind.ASSIGNED, seq__lt=OuterRef("seq")
    ).order_by("-seq")
    events = CaseEvent.objects.filter(
        case__version__regulation=version.regulation_id,
        kind=Kind.FOLLOWED_UP,
        at__gte=span.since,
        at__lt=span.until,
        recorded_at__lte=known_at,
    ).annotate(place=Subquery(tasks.values(place=KT("data__department_id"))[:1]))
    found: dict[int, list[list[Decimal]]] = {}
    for place, data in events.values_list("place", "data"):
        scored = answered(version.pack, data.get("scores", {}))
        if place and scored:
            found.setdefault(int(place), []).append(scored)
    return found


def _cooperation(span: Span, known_at: datetime) -> dict[int, Decimal]:
    rows = PlatformScore.objects.filter(first=span.first, entered_at__lte=known_at).order_by("pk")
    return dict(rows.values_list("department", "score"))


def give_platform_score(
    version: RegulationVersion, department: Department, span: Span, value: Decimal, actor: Actor
) -> PlatformScore:
    """Record how 客服 scores a department's cooperation in a month; a later one takes its place."""
    owner = version.owner_department_id
    situation = Situation(unit=version.regulation.unit_id, owner=owner)
    decision = access.may(actor, "platform_scored", situation)
    if not decision.allowed:
        raise NotPermitted(decision)
    scoring = version.pack.scoring
    if scoring is None or bindings.term_of(version, department.pk) in scoring.excluded:
        raise Refused(Reason("not_scored", source=scoring.source if scoring else ()))
    return PlatformScore.objects.create(
        department=department,
        first=span.first,
        score=value,
        entered_by=actor.user,
        entered_at=clock.now(),
    )
