"""Nobody audits a case they had a hand in, or one that concerns them."""

from collections import defaultdict
from collections.abc import Iterable

from accounts.models import Post, Role, User
from complaints.lifecycle import Kind
from complaints.models import CaseEvent, Complaint
from complaints.models.event import DERIVED
from penalties.models import Entry


def hands(cases: Iterable[Complaint]) -> dict[int, set[int]]:
    """Return, by the case's id, the ids of those who handled a case or whom it may cost (two queries).

    An offence that an auditor has handed over to the ledger is no handling of the case.
    """
    found: defaultdict[int, set[int]] = defaultdict(set)
    pks = []
    for case in cases:
        pks.append(case.pk)
        found[case.pk] |= {pk for pk in (case.handler_id, case.registrar_id) if pk}
    events = CaseEvent.objects.filter(case__any_of=pks)
    events = events.exclude(kind=Kind.OFFENCE).exclude(kind__startswith=DERIVED)
    for case, actor, handler in events.values_list("case", "actor", "data__handler").distinct():
        found[case] |= {pk for pk in (actor, handler) if pk}
    concerned = Entry.objects.filter(case__any_of=pks, person__isnull=False)
    for case, person in concerned.values_list("case", "person").distinct():
        found[case].add(person)
    return found


def auditors(unit: int, tree, now) -> list[User]:
    """Return who audits in a unit at a moment, by id."""
    posts = Post.objects.held_at(now).filter(role=Role.AUDITOR, department__in=tree.below({unit}))
    return list(User.objects.filter(pk__in=posts.values("person"), is_active=True).order_by("pk"))
