"""Who must be told: the reporting ladder, from the moment at which its condition first held."""

from regulations.engine.acts import matches
from regulations.engine.course import Course, Moment
from regulations.engine.pack import ReportRule
from regulations.engine.verdict import Report


def reports(course: Course) -> tuple[Report, ...]:
    """Return one row for each addressee and clause, in order of time.

    A report that became due stays, also when the grade falls again.
    """
    rows: dict[tuple[str, tuple[str, ...]], Report] = {}
    for rule in course.pack.reports:
        since = _since(course, rule)
        if since is not None:
            rows.setdefault((rule.to, rule.source), Report(rule.to, since.at, rule.source))
    return tuple(sorted(rows.values(), key=lambda row: row.at))


def _since(course: Course, rule: ReportRule) -> Moment | None:
    """Return the first moment at which the event has happened and the condition holds."""
    happened = False
    for moment in course.moments:
        happened = happened or (moment.act is not None and matches(rule.on, moment.act))
        pursued = moment.active or (rule.invalid and moment.ended is None)
        if happened and pursued and rule.when.holds(moment.view):
            return moment
    return None
