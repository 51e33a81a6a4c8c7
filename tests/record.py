"""Everything that is stored of a case, to compare before and after."""

from django.db import models

from complaints.models import Complaint
from notices.models import Notice
from penalties.models import Entry
from sla.models import Clock


def stored(case: Complaint) -> dict[str, list[dict]]:
    """Return the rows of a case by table; one for each that keeps something of it."""
    parts: dict[str, models.QuerySet] = {
        "case": Complaint.objects.filter(pk=case.pk),
        "events": case.events.all(),
        "clocks": Clock.objects.filter(case=case),
        "texts": case.texts.all(),
        "files": case.attachments.all(),
        "plans": case.plans.all(),
        "awaited": case.awaited.all(),
        "ledger": Entry.objects.filter(case=case),
        "notices": Notice.objects.filter(case=case),
    }
    return {name: list(rows.order_by("pk").values()) for name, rows in parts.items()}
