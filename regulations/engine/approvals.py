"""Signatures: which are needed, and which were given.

`plan_approved` signs as the post it names, for every signature of that post that a plan needs;
`approved` signs for one kind. A new or refused plan needs its signatures anew.
"""

from collections.abc import Iterator
from datetime import datetime

from regulations.engine.acts import Act
from regulations.engine.clocks import Track
from regulations.engine.course import Course
from regulations.engine.pack import SUPPORTING, ApprovalRule
from regulations.engine.routing import responsible
from regulations.engine.verdict import Approval

OF_PLAN = frozenset(
    {
        "plan",
        "plan_organiser",
        "countersign",
        "cost",
        "legal",
        "payment",
        "exception",
        "compensation",
        "measure",
    }
)
# An event that names no post (a history written down in short) counts for these.
UNNAMED = frozenset({"plan", "plan_organiser"})
# Refusals of an extension that a signature or a reason would mend.
UNSIGNED = frozenset({"wrong_signer", "no_reason"})
ANEW = frozenset({"plan_submitted", "plan_rejected"})


def approvals(course: Course, tracks: list[Track]) -> tuple[Approval, ...]:
    """Return what is needed and open (`at` None), and what was given (`at` set)."""
    extensions = list(_of_extensions(tracks))
    acts = course.in_cycle(course.last.cycle)
    needed = [
        Approval(rule.what, by, rule.source, _given(rule, by, acts))
        for rule in course.pack.approvals
        if _stands(rule, course) and _applies(rule, course, acts)
        for by in _signers(rule, course)
    ]
    if not course.last.active:
        return (*needed, *extensions)
    return (*needed, *extensions, *_of_closing(course, acts))


def _stands(rule: ApprovalRule, course: Course) -> bool:
    """Say whether a signature is still of use: an objection comes after a complaint was found invalid."""
    return course.last.active or (rule.what == "objection" and course.last.ended is None)


def _applies(rule: ApprovalRule, course: Course, acts: list[Act]) -> bool:
    begun = rule.on is None or any(act.kind == rule.on for act in acts)
    return begun and rule.when.holds(course.last.view)


def _signers(rule: ApprovalRule, course: Course) -> tuple[str, ...]:
    if rule.by != SUPPORTING:
        return (rule.by,)
    return responsible(course.pack, course.last.view).supporting


def _given(rule: ApprovalRule, by: str, acts: list[Act]) -> datetime | None:
    """Return when a signature was given for the plan as it stands, None if it is open."""
    for act in reversed(acts):
        if act.kind in ANEW and rule.what in OF_PLAN:
            return None
        if _signs(rule, by, act):
            return act.at
    return None


def _signs(rule: ApprovalRule, by: str, act: Act) -> bool:
    if act.kind == "staff_plan_confirmed":
        return rule.what == "staff_plan"
    signer = act.data.get("by")
    if act.kind == "plan_approved":
        if signer is None:
            return rule.what in UNNAMED
        return rule.what in OF_PLAN and signer in (by, *rule.also)
    if act.kind == "approved":
        return act.data.get("what") == rule.what and signer in (None, by, *rule.also)
    return False


def _of_extensions(tracks: list[Track]) -> Iterator[Approval]:
    """Yield the signatures of extensions: given, or asked for and still open.

    One that was asked for, or given by the wrong post or without a reason, waits for the post of
    the clause until the clock ends or gets its extension.
    """
    for track in tracks:
        waiting = None
        for act, ruling in track.rulings:
            if ruling.rule is None:
                continue
            given = act.kind == "extended" and ruling.code is None
            if given:
                yield Approval("extension", ruling.rule.by, ruling.source, act.at)
            if given or ruling.code is None or ruling.code in UNSIGNED:
                waiting = None if given else ruling
        if waiting is not None and waiting.rule is not None:
            yield Approval("extension", waiting.rule.by, waiting.rule.source)


def _of_closing(course: Course, acts: list[Act]) -> Iterator[Approval]:
    """Yield the signature of the closing, needed once the case is handled."""
    rule = course.pack.closing_signer
    closed = [act for act in acts if act.kind == "closed"]
    handled = any(act.kind == "executed" for act in acts)
    if rule is not None and (closed or handled):
        yield Approval("close", rule.by, rule.source, closed[-1].at if closed else None)
