"""What the regulation wants done beside the loop: an urgent meeting, an inquiry, a safeguard."""

from datetime import datetime

from regulations.engine.acts import matches
from regulations.engine.course import Course
from regulations.engine.verdict import Task


def tasks(course: Course) -> tuple[Task, ...]:
    """Return one row for each rule whose condition has held, in order of time.

    A task stays when its condition no longer holds; done is what was recorded after it arose.
    """
    rows = []
    for rule in course.pack.tasks:
        happened = False
        for number, moment in enumerate(course.moments):
            happened = happened or (moment.act is not None and matches(rule.on, moment.act))
            if happened and moment.active and rule.when.holds(moment.view):
                done_at = _done(course, rule.id, number)
                rows.append(Task(rule.id, rule.to, moment.at, rule.source, done_at))
                break
    return tuple(sorted(rows, key=lambda row: row.at))


def _done(course: Course, task: str, since: int) -> datetime | None:
    """Return when a task was last recorded as done after the moment at which it arose."""
    done = [
        act.at
        for act in course.acts
        if act.kind == "task_done" and act.data.get("task") == task and act.moment > since
    ]
    return done[-1] if done else None
