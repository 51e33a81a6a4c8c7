"""A case about which nobody does anything, and what must follow.

A 重大投诉 received on Monday at 9:00 is to be passed on within 2 hours (8.1, due 11:00); the
warning comes when a quarter of the time is left (10:30).
"""

from complaints.models import CaseEvent
from tests.engine.cases import at

RECEIVED, WARN, DUE = at("03-02 09:00"), at("03-02 10:30"), at("03-02 11:00")
WARNED = ("derived.warned", "transfer:1:1", WARN)
OVERDUE = ("derived.overdue", "transfer:1:1", DUE)


def followed(case, kind="derived."):
    """Return what followed by itself on a case: kind, clock, and when, in the record's order."""
    rows = CaseEvent.objects.filter(case=case, kind__startswith=kind).order_by("seq")
    return [(row.kind, row.data["subject"], row.at) for row in rows]
