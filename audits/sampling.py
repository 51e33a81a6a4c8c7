"""Drawing a plan: freeze the population, draw, open the working papers, all or nothing.

Whoever draws holds the plan's lock; the database refuses the second draw of a plan. What comes beside
the random draw keeps its reason: replacements, which are the next in the drawn order, and additions.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from accounts import access
from accounts.access import Decision, Situation
from accounts.actors import Actor, Tree
from accounts.models import User
from audits import drawing
from audits.checklist import checklist
from audits.models import (
    AuditEntry,
    AuditText,
    Draw,
    EntryKind,
    Item,
    Member,
    Paper,
    PaperState,
    Part,
    Plan,
    Sample,
)
from audits.population import handled, stratum
from audits.quarters import Quarter
from audits.recusal import auditors, hands
from audits.share import SAMPLE, duty, least_share
from complaints.models import Complaint, events_of
from complaints.refusals import NotPermitted, Reason, Refused
from records import clock
from regulations.models import Regulation, RegulationVersion

PLAN, DRAW, ADD, REPLACE = "audit_planned", "audit_drawn", "sample_added", "sample_replaced"


def permit(actor: Actor | None, act: str, regulation: Regulation) -> str:
    """Return the post in which somebody may do this in a regulation's unit; raises NotPermitted.

    Without an actor it is whoever has the command line.
    """
    if actor is None:
        return ""
    decision = may(actor, act, regulation)
    if not decision.allowed:
        raise NotPermitted(decision)
    return decision.holding.title


def may(actor: Actor, act: str, regulation: Regulation) -> Decision:
    return access.may(actor, act, Situation(regulation.unit_id, regulation.unit_id))


def version_for(regulation: Regulation, quarter: Quarter) -> RegulationVersion:
    """Return the version in force at a quarter's end; raises Refused without one."""
    version = regulation.versions.in_force(quarter.last_day).first()
    if version is None:
        raise Refused(Reason("not_in_force", field="quarter"))
    return version


def check_share(version: RegulationVersion, share) -> None:
    """Refuse a share below what the regulation asks for."""
    least = least_share(version.pack)
    if share < least:
        own = duty(version.pack, SAMPLE)
        code = "share_too_small" if own else "share_below_setting"
        raise Refused(Reason(code, "share", own.source if own else (), f"{least.normalize():%}"))


def draw_plan(pk: int, *, actor: Actor | None) -> Draw:
    """Freeze a plan's population and draw from it. Raises NotPermitted or Refused."""
    with transaction.atomic():
        plan = _locked(pk)
        now = clock.now()
        permit(actor, DRAW, plan.regulation)
        if plan.is_drawn:
            raise Refused(Reason("already_drawn"))
        if now < plan.quarter.until:
            raise Refused(Reason("quarter_not_over", accepted=f"{plan.quarter.until:%Y-%m-%d}"))
        check_share(plan.version, plan.share)
        draw = freeze(plan, actor.user if actor else None, now)
        _store_samples(plan, draw, now)
    return draw


def freeze(plan: Plan, by: User | None, now: datetime) -> Draw:
    """Write down the population as it is now; whatever happens to its cases, it stays."""
    cases = list(handled(plan.regulation, plan.quarter, plan.version.pack))
    population = [
        drawing.Member(case.number or f"#{case.pk}", stratum(case, plan.axes)) for case in cases
    ]
    draw = Draw.objects.create(
        plan=plan,
        algorithm=drawing.ALGORITHM,
        size=len(population),
        due=drawing.total(len(population), plan.exact_share),
        population_sha256=drawing.digest(population),
        drawn_by=by,
        drawn_at=now,
    )
    Member.objects.bulk_create(
        Member(draw=draw, case=case, number=member.number, stratum=list(member.stratum))
        for case, member in zip(cases, population, strict=True)
    )
    return draw


def _store_samples(plan: Plan, draw: Draw, now: datetime) -> None:
    drawn = drawing.draw(draw.population(), plan.exact_share, plan.minimum, plan.seed)
    members = {member.number: member for member in draw.members.all()}
    samples = Sample.objects.bulk_create(
        Sample(
            draw=draw,
            member=members[row.number],
            part=Part.RANDOM,
            added_by=draw.drawn_by,
            added_at=now,
        )
        for row in drawn
    )
    open_papers(samples, plan.regulation.unit_id, now)


def open_papers(samples: Sequence[Sample], unit: int, now: datetime) -> list[Paper]:
    """Open the working papers of samples, each with its checklist and an auditor who may have it."""
    pks = [sample.member.case_id for sample in samples]
    cases = Complaint.objects.filter(pk__in=pks).select_related("version").in_bulk()
    events, hands_of = events_of(cases.values()), hands(cases.values())
    tree = Tree.read()
    chosen = _share_out(pks, hands_of, auditors(unit, tree, now))
    papers = Paper.objects.bulk_create(
        Paper(sample=sample, case=cases[pk], auditor=chosen[pk])
        for sample, pk in zip(samples, pks, strict=True)
    )
    items = []
    for paper in papers:
        lines = checklist(paper.case, events[paper.case_id], now)
        items += [
            Item(
                paper=paper,
                place=place,
                topic=line.topic,
                code=line.code,
                data=line.data,
                source=list(line.source),
                says=line.says,
            )
            for place, line in enumerate(lines, 1)
        ]
    Item.objects.bulk_create(items)
    return papers


def _share_out(
    pks: Iterable[int], hands_of: dict[int, set[int]], people: Sequence[User]
) -> dict[int, User | None]:
    """Give each case an auditor who had no hand in it, evenly; None where there is nobody."""
    load: Counter[int] = Counter()
    chosen: dict[int, User | None] = {}
    for pk in pks:
        able = [one for one in people if one.pk not in hands_of[pk]]
        chosen[pk] = min(able, key=lambda one: (load[one.pk], one.pk), default=None)
        if chosen[pk]:
            load[chosen[pk].pk] += 1
    return chosen


def add(plan_pk: int, number: str, *, actor: Actor, reason: str) -> Sample:
    """Add a case of the population for its risk; it does not count towards the share."""
    with transaction.atomic():
        plan = _locked(plan_pk)
        permit(actor, ADD, plan.regulation)
        _need(reason)
        member = plan.draw.members.filter(number=number, sample=None).first()
        if member is None:
            raise Refused(Reason("not_in_population", field="number"))
        return _beside(plan, member, Part.RISK, actor, reason)


def replace(sample_pk: int, *, actor: Actor, reason: str) -> Sample:
    """Replace a sample by the next case of its stratum in the drawn order, with a reason.

    Nobody chooses the replacement. Raises NotPermitted or Refused, also where the stratum has none.
    """
    with transaction.atomic():
        plan = _locked(Sample.objects.values_list("draw__plan", flat=True).get(pk=sample_pk))
        permit(actor, REPLACE, plan.regulation)
        _need(reason)
        old = Sample.objects.select_related("member", "paper").get(pk=sample_pk)
        if old.paper.state == PaperState.REPLACED:
            raise Refused(Reason("already_replaced"))
        if old.paper.state != PaperState.OPEN:
            raise Refused(Reason("paper_done"))
        member = _next(plan, old)
        new = _beside(plan, member, Part.REPLACEMENT, actor, reason, replaces=old)
        old.paper.state = PaperState.REPLACED
        old.paper.save(update_fields=["state"])
        AuditEntry.objects.create(
            paper=old.paper,
            kind=EntryKind.REPLACED,
            actor=actor.user,
            recorded_at=new.added_at,
            data={"by": new.pk, "reason": new.reason},
        )
    return new


def _next(plan: Plan, old: Sample) -> Member:
    order = drawing.ranked(plan.draw.population(), plan.seed)[tuple(old.member.stratum)]
    free = {m.number: m for m in plan.draw.members.filter(number__in=order, sample=None)}
    number = next((number for number in order if number in free), None)
    if number is None:
        raise Refused(Reason("stratum_empty"))
    return free[number]


def _beside(plan, member, part, actor, reason, replaces=None) -> Sample:
    now = clock.now()
    sample = Sample.objects.create(
        draw=plan.draw,
        member=member,
        part=part,
        replaces=replaces,
        reason=AuditText.objects.create(body=reason).reference(),
        added_by=actor.user,
        added_at=now,
    )
    open_papers([sample], plan.regulation.unit_id, now)
    return sample


def _need(reason: str) -> None:
    if not reason.strip():
        raise Refused(Reason("no_reason", field="reason"))


def _locked(pk: int) -> Plan:
    plans = Plan.objects.select_for_update(of=("self",)).select_related(
        "regulation__unit", "version"
    )
    return plans.get(pk=pk)
