"""Recording what audits do beside the samples: the special audit of a year, open and mystery checks."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.actors import Actor
from audits import sampling
from audits.models import AuditText, FlaggedCase, Inspection, Result, SpecialAudit, Way
from complaints.models import Complaint
from records import clock

SPECIAL, INSPECTED = "special_audit_recorded", "inspection_recorded"


@transaction.atomic
def record_special(row: SpecialAudit, entered: Mapping[str, Any], *, actor: Actor) -> None:
    """Store the special audit of a year with its conclusion and proposals. Raises NotPermitted."""
    sampling.permit(actor, SPECIAL, row.regulation)
    row.conclusion = AuditText.objects.create(body=entered["conclusion_text"])
    row.proposals = AuditText.objects.create(body=entered["proposals_text"])
    row.recorded_by, row.recorded_at = actor.user, clock.now()
    row.save(force_insert=True)


@transaction.atomic
def summary(rows: QuerySet[Inspection]) -> list[tuple[str, list[tuple[str, int]]]]:
    """Return for each way of checking how many checks had which result (one query)."""
    found = rows.order_by().values_list("way", "result").annotate(count=Count("pk"))
    counts = {(way, result): count for way, result, count in found}
    return [
        (str(way.label), [(str(one.label), counts.get((way, one), 0)) for one in Result])
        for way in Way
    ]


def record_inspection(row: Inspection, entered: Mapping[str, Any], *, actor: Actor) -> None:
    """Store a check with its result, and what it found. Raises NotPermitted."""
    sampling.permit(actor, INSPECTED, row.regulation)
    if text := entered["problems_text"].strip():
        row.problems = AuditText.objects.create(body=text)
    row.recorded_by, row.recorded_at = actor.user, clock.now()
    row.save(force_insert=True)


def asks_for_responsibility(row: FlaggedCase) -> bool:
    """Say whether a mark rests on a clause by which audit investigates and fixes responsibility."""
    pack = row.case.version.pack
    sources = [flag.source for flag in pack.flags if flag.name == row.name]
    return any(pack.facts[name].kind == "audit" for source in sources for name in source)


def link_to_investigate(case: Complaint) -> str:
    """Return the way to the form that fixes responsibility for a case."""
    return format_html(
        '<a href="{}">{}</a>', reverse("finding_raise", args=[case.number]), _("调查定责")
    )
