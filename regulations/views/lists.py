"""The list of regulations with their versions, and the drafts on their way."""

from datetime import date

from django.conf import settings
from django.db.models import Prefetch
from django.shortcuts import render
from django.utils.module_loading import import_string
from django.utils.timezone import localdate

from accounts import access
from accounts.policy import policy
from records import clock
from regulations.models import Regulation, RegulationDraft, RegulationVersion, Step

DRAFT_ROWS = 20


def regulations(request):
    """Show every regulation that the person may read, each with its versions, newest first."""
    actor, today = request.user.actor, localdate(clock.now())
    versions = RegulationVersion.objects.order_by("-number").select_related(
        "owner_department", "drafted_by", "checked_by", "reviewed_by", "approved_by"
    )
    rows = access.regulations(actor, Regulation.objects.select_related("unit")).order_by("code")
    rows = list(rows.prefetch_related(Prefetch("versions", versions)))
    counted = any(access.counts_cases(actor, row.unit_id) for row in rows)
    counts = import_string(settings.CASE_COUNTS)() if counted else {}
    drafts = access.drafts(actor, RegulationDraft.objects.under_way())
    drafts = drafts.select_related("unit", "uploaded_by").prefetch_related("signatures")
    context = {
        "regulations": [
            _regulation(row, today, counts if access.counts_cases(actor, row.unit_id) else None)
            for row in rows
        ],
        "drafts": [_draft(draft) for draft in drafts.order_by("-pk")[:DRAFT_ROWS]],
        "may_upload": policy().allows("regulations:upload", "GET", actor.roles),
    }
    return render(request, "regulations/list.html", context)


def _regulation(row: Regulation, today: date, counts: dict[int, int] | None) -> dict:
    versions = list(row.versions.all())
    begun = [one for one in versions if one.in_force_from <= today]
    current = max(begun, key=lambda one: (one.in_force_from, one.number), default=None)
    return {
        "code": row.code,
        "title": versions[0].pack.title if versions else row.title,
        "unit": row.unit.name,
        "counted": counts is not None,
        "versions": [_version(row, one, current, today, counts) for one in versions],
    }


def _version(
    row: Regulation,
    version: RegulationVersion,
    current: RegulationVersion | None,
    today: date,
    counts: dict[int, int] | None,
) -> dict:
    state = "now" if version is current else "coming" if version.in_force_from > today else "past"
    return {
        "number": version.number,
        "code": row.code,
        "slug": version.slug,
        "in_force_from": version.in_force_from,
        "state": state,
        "owner": version.owner_department.name,
        "signers": [
            (step.label, person.name)
            for step, person in zip(
                Step,
                (version.drafted_by, version.checked_by, version.reviewed_by, version.approved_by),
                strict=True,
            )
        ],
        "open_cases": None if counts is None else counts.get(version.pk, 0),
        "before": version.number - 1,
    }


def _draft(draft: RegulationDraft) -> dict:
    signed = {one.step for one in draft.signatures.all()}
    waiting = next((step.label for step in Step if step not in signed), "")
    return {"draft": draft, "signed": len(signed), "of": len(Step), "waiting": waiting}
