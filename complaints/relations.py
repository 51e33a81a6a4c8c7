"""What it means for a case that others belong to it: the facts that its regulation counts by.

A link is made by an act on one case. What follows reaches the others as `facts_changed`, each in a
pass of its own after the commit, under that case's lock alone. A pass that never came is made up for
by beat: the link says so until then.
"""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q

from complaints import pipeline
from complaints.histories import facts_of, history_of, verdict_of
from complaints.lifecycle import OPEN, Kind, State
from complaints.models import Complaint, Link, Particulars, Relation
from complaints.pipeline import Act
from records import clock

# Two whose cases are merged complain of one matter.
GROUPED = (Relation.SAME_ISSUE, Relation.MERGED)
COUNTED = {
    "same_issue_complainants": GROUPED,
    "same_target_complaints": (Relation.SAME_TARGET,),
}
# The stage of the clock that says until when a complaint is a repeat; nothing stops it.
WINDOW = "repeat_window"
# A group is found in so many steps; each finds the neighbours of all before.
MOST_STEPS = 20


def spread_all() -> int:
    """Spread the links whose pass never came; return how many."""
    waiting = list(Link.objects.filter(spread=False).order_by("pk").values_list("pk", flat=True))
    for pk in waiting:
        spread(pk)
    return len(waiting)


def spread(link_pk: int) -> None:
    """Let each case that a link concerns count anew, one lock at a time."""
    link = Link.objects.get(pk=link_pk)
    ends = {link.case_id, link.other_id}
    for pk in sorted(
        ends | group(link.case_id, (link.relation,)) | group(link.other_id, (link.relation,))
    ):
        count_anew(pk)
    Link.objects.filter(pk=link_pk, ended=link.ended).update(spread=True)


@transaction.atomic
def count_anew(case_pk: int) -> None:
    """Correct the facts of an open case that follow from other cases, where they differ."""
    case = Complaint.objects.select_for_update().get(pk=case_pk)
    if case.state not in OPEN:
        return
    known = facts_of(case.events.order_by("seq"))
    found = facts_from_links(case)
    changed = {name: value for name, value in found.items() if value != known.get(name)}
    if changed:
        pipeline.act(case.pk, [Act(Kind.FACTS_CHANGED, changed)], actor=None)


def facts_from_links(case: Complaint) -> dict:
    """Return what follows from the cases that belong to one: how many, and what recurs.

    A count that was never more than one is left unknown.
    """
    facts: dict = {}
    links = Link.objects.of(case)
    for name, relations in COUNTED.items():
        if links.filter(relation__in=relations).exists():
            members = group(case.pk, relations)
            by_people = name == "same_issue_complainants"
            facts[name] = _people(members) if by_people else len(members)
    if links.filter(case=case, relation=Relation.REPEAT).exists():
        facts["recurs_from"] = recurs_from(case)
    return facts


def recurs_from(case: Complaint) -> str | None:
    """Return the highest grade of an earlier case that occurs again, None for none.

    Handled is what is archived. Where the regulation has a window for it instead (AIR-04), any
    complaint received inside counts that has not turned out to be none.
    """
    pack = case.version.pack
    window = any(rule.stage == WINDOW for rule in pack.clocks)
    own = Link.objects.filter(case=case, relation=Relation.REPEAT, ended=False)
    earlier = [link.other for link in own.select_related("other__version")]
    grades = [
        one.grade
        for one in earlier
        if one.grade and (_in_window(one, case) if window else one.state == State.ARCHIVED)
    ]
    return max(grades, key=pack.rank, default=None)


def _in_window(earlier: Complaint, case: Complaint) -> bool:
    """Say whether a case came while the earlier one's window ran, as the regulation counts it."""
    if earlier.state in (State.INVALID, State.WITHDRAWN):
        return False
    history = history_of(earlier.events.order_by("seq"))
    windows = [
        one.due_at
        for one in verdict_of(earlier, history, clock.now()).clocks
        if one.stage == WINDOW and one.due_at is not None
    ]
    return earlier.received_at <= case.received_at and any(
        case.received_at <= due for due in windows
    )


def group(case_pk: int, relations: Iterable[str]) -> set[int]:
    """Return all cases that hang together with one by these relations, itself included."""
    found, new = {case_pk}, {case_pk}
    links = Link.objects.filter(relation__in=list(relations), ended=False)
    for _step in range(MOST_STEPS):
        pairs = links.filter(Q(case__in=new) | Q(other__in=new)).values_list("case", "other")
        new = {pk for pair in pairs for pk in pair} - found
        if not new:
            break
        found |= new
    return found


def _people(cases: set[int]) -> int:
    """Return how many different complainants there are, by telephone number, else by name."""
    rows = Particulars.objects.filter(case__in=cases).values_list("phone", "name", "pk")
    return len({phone or name or pk for phone, name, pk in rows})
