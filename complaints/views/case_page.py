"""What the page of a case says, part by part."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.http import HttpRequest

from accounts.actors import Actor
from accounts.middleware import address_of
from accounts.policy import policy
from complaints import notice, presenting, revealing
from complaints.actions import actions_of
from complaints.attachments.listing import files_of_case
from complaints.expecting import expected_view
from complaints.first_talk import first_talk
from complaints.histories import facts_of, history_of, how_counted, nearest, running_first
from complaints.lifecycle import OPEN, Kind
from complaints.losses import losses
from complaints.models import CaseEvent, Complaint
from complaints.personal import Veil
from complaints.presence import look
from complaints.related import effect_on_grade, related_views
from complaints.revealing import Sight
from complaints.stamps import investigation_view, sheet_view
from complaints.subtasks_shown import subtask_views
from complaints.telling import shown, shows
from complaints.views.lists import grade_rank
from complaints.wording import moment_words
from regulations.engine.pack import Pack
from regulations.engine.verdict import Verdict


@dataclass(frozen=True)
class Judged:
    """A case with its record and what the regulation says of it at a moment."""

    case: Complaint
    events: Sequence[CaseEvent]
    verdict: Verdict
    now: datetime

    @property
    def pack(self) -> Pack:
        return self.case.version.pack

    @cached_property
    def facts(self) -> dict[str, Any]:
        return facts_of(self.events)


def page(
    request: HttpRequest,
    case: Complaint,
    events: Sequence[CaseEvent],
    verdict: Verdict,
    now: datetime,
) -> dict[str, Any]:
    """Return what the template of a case's page prints, for whoever asks."""
    actor, judged = request.user.actor, Judged(case, events, verdict, now)
    sight = revealing.sight_of(actor, case, "case", address_of(request))
    return {
        **seen_of(sight),
        **_head(judged),
        **_deadlines(judged),
        **_acts(judged, actor),
        **_told(judged, actor, sight.veil, request.GET.get("show", "")),
        **_asked(judged),
        "related": related_views(actor, case),
        "effect": effect_on_grade(case, events, verdict, now),
        "lookers": look(case, request.user, now),
    }


def seen_of(sight: Sight) -> dict[str, Any]:
    """Return what a page says of the veil over a case's personal values."""
    return {
        "subject": sight.veil.value("subject"),
        "shown": bool(sight.veil.shown),
        "reasons": sight.reasons,
    }


def _head(judged: Judged) -> dict[str, Any]:
    """Where the case stands."""
    case, pack, grade = judged.case, judged.pack, judged.verdict.grade
    return {
        "case": case,
        "pack_title": pack.short_title,
        "stages": presenting.stage_bar(case),
        "grade": case.grade,
        "grade_rank": grade_rank(pack, case.grade),
        "grade_basis": pack.basis(grade.source) if grade.source else "",
        "is_open": case.state in OPEN,
        "received_at": moment_words(case.received_at),
        "notice": notice.words(judged.events[0].data) if judged.events else "",
    }


def _deadlines(judged: Judged) -> dict[str, Any]:
    """Its clocks, each with how it was counted; the nearest two again by themselves."""
    clocks, pack, now = judged.verdict.clocks, judged.pack, judged.now
    counted = how_counted(judged.case, history_of(judged.events), now)
    return {
        "nearest": [presenting.clock_view(one, pack, now) for one in nearest(clocks)],
        "clocks": [
            presenting.clock_view(one, pack, now, counted.get(one.key, ()))
            for one in running_first(clocks)
        ],
        "expected": expected_view(pack, judged.facts, clocks),
    }


def _acts(judged: Judged, actor: Actor) -> dict[str, Any]:
    """What this person may do now."""
    case, verdict = judged.case, judged.verdict
    actions = actions_of(actor, case, verdict, judged.events)
    possible = {one.kind for one in actions.others}
    return {
        "actions": presenting.actions_view(actions, case, verdict),
        "may_do_tasks": Kind.TASK_DONE in possible,
        "may_give": Kind.SUBTASK_GIVEN in possible,
        "may_link": Kind.LINKED in possible,
        "may_archive": policy().allows("archived", "GET", actor.roles),
        "may_prove": policy().allows("case_proof", "GET", actor.roles),
        "forms": presenting.form_rows(judged.pack),
    }


def _told(judged: Judged, actor: Actor, veil: Veil, show: str) -> dict[str, Any]:
    """What people have told and done, under the veil; `show` is the timeline's filter."""
    case, events, pack = judged.case, judged.events, judged.pack
    return {
        "facts": presenting.fact_rows(case, judged.facts, veil),
        "shows": shows(show),
        "entries": shown(presenting.timeline(case, events, pack, veil), show),
        "plans": presenting.plan_rows(case, veil),
        "subtasks": subtask_views(case, events, veil),
        "files": files_of_case(case, actor, veil),
        "first_talk": first_talk(pack, events),
        "sheet": sheet_view(events, pack),
        "investigation": investigation_view(events),
        "losses": losses(events),
    }


def _asked(judged: Judged) -> dict[str, Any]:
    """What the regulation wants: signatures, tasks, reports, penalties, and what closing still misses."""
    pack, verdict = judged.pack, judged.verdict
    owes = verdict.responsible
    return {
        "approvals": [presenting.approval_view(one, pack) for one in verdict.approvals],
        "penalties": [presenting.penalty_view(one, pack) for one in verdict.penalties],
        "tasks": presenting.task_views(verdict, pack),
        "flags": presenting.flag_views(verdict, pack),
        "missing": presenting.closing_rows(verdict, pack),
        "above": pack.above(judged.facts.get("receiving_department")),
        "responsible": owes,
        "responsible_basis": pack.basis(owes.source) if owes.source else "",
        "reports": [
            {"to": one.to, "at": moment_words(one.at), "basis": pack.basis(one.source)}
            for one in verdict.reports
        ],
    }
