"""What the record says of a case, so that two cases can be held against each other."""

from complaints.models import CaseEvent, Complaint
from notices.models import Notice
from penalties.models import Entry
from sla.models import Clock

STANDING = ("grade", "next_moment", "next_due", "next_due_stage", "counts_in_rate", "state")
# What says which case it is, or when it was written down, differs.
OWN = {"id", "case_id", "recorded_at", "previous_hash", "hash", "told", "event", "item_id", "clock"}


def record_of(case: Complaint) -> dict:
    """Return what the record says of a case, without its ids and the moments of recording."""
    events = CaseEvent.objects.filter(case=case, kind__startswith="derived.").order_by("seq")
    told = Notice.objects.filter(case=case)
    return {
        "case": Complaint.objects.filter(pk=case.pk).values_list(*STANDING).get(),
        "events": list(events.values_list("kind", "at", "data", "once", "state")),
        "clocks": _plain(Clock.objects.filter(case=case).order_by("key")),
        "ledger": _plain(Entry.objects.filter(case=case).order_by("seq")),
        "notices": sorted(row.key.split(":", 1)[1] for row in told),
    }


def _plain(rows) -> list[dict]:
    return [{name: row[name] for name in row if name not in OWN} for row in rows.values()]
