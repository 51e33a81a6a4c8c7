"""How much a case of the population speaks for a look beside the random draw."""

from collections import defaultdict
from collections.abc import Iterable

from audits.models import Member
from complaints.lifecycle import DISSATISFIED, Kind
from complaints.models import CaseEvent

# 单位设定: what counts, and how much.
WEIGHTS = {
    Kind.REOPENED: 3,
    Kind.OFFENCE: 3,
    Kind.RETURNED: 1,
    Kind.EXTENDED: 1,
    Kind.PRESSED: 1,
    "derived.overdue": 2,
    "derived.upgraded": 2,
}
UNHAPPY = 2


def points(members: Iterable[Member]) -> dict[int, int]:
    """Return the risk points of members by the id of their case, 0 for an uneventful one."""
    members = list(members)
    found: defaultdict[int, int] = defaultdict(int)
    events = CaseEvent.objects.filter(
        case__any_of=[m.case_id for m in members], kind__in=[*WEIGHTS, Kind.FOLLOWED_UP]
    )
    for case, kind, satisfaction in events.values_list("case", "kind", "data__satisfaction"):
        if kind == Kind.FOLLOWED_UP:
            found[case] += UNHAPPY if satisfaction == DISSATISFIED else 0
        else:
            found[case] += WEIGHTS[kind]
    return found
