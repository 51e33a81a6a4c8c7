"""Who must be told: the reporting ladder, from the moment at which its condition first held."""

from datetime import datetime, time, timedelta

from regulations.engine.acts import matches
from regulations.engine.calendar import SHANGHAI, day_of_due
from regulations.engine.clocks import Track
from regulations.engine.course import Course
from regulations.engine.pack import ReportRule
from regulations.engine.verdict import Report


def reports(course: Course, tracks: list[Track]) -> tuple[Report, ...]:
    """Return one row for each addressee and clause, in order of time.

    A report that became due stays, also when the grade falls again.
    """
    rows: dict[tuple[str, tuple[str, ...]], Report] = {}
    for rule in course.pack.reports:
        since = _since(course, rule) if rule.late is None else _late_since(rule, tracks)
        if since is not None:
            rows.setdefault((rule.to, rule.source), Report(rule.to, since, rule.source))
    return tuple(sorted(rows.values(), key=lambda row: row.at))


def _since(course: Course, rule: ReportRule) -> datetime | None:
    """Return the first moment at which the event has happened and the condition holds."""
    happened = False
    for moment in course.moments:
        happened = happened or (moment.act is not None and matches(rule.on, moment.act))
        pursued = moment.active or (rule.invalid and moment.ended is None)
        if happened and pursued and rule.when.holds(moment.view):
            return moment.at
    return None


def _late_since(rule: ReportRule, tracks: list[Track]) -> datetime | None:
    """Return when a clock of the rule's stage first had so many late days, by local dates."""
    reached = [
        datetime.combine(day_of_due(breach.due) + timedelta(days=rule.days), time(), SHANGHAI)
        for track in tracks
        if track.rule.stage == rule.late and rule.days is not None
        for breach in track.breaches
        if breach.days >= rule.days and rule.when.holds(breach.view)
    ]
    return min(reached, default=None)
