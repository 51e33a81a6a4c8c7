"""What the regulation wants done beside the loop: an urgent meeting, an inquiry, a safeguard."""

from regulations.engine.acts import matches
from regulations.engine.course import Course
from regulations.engine.verdict import Task


def tasks(course: Course) -> tuple[Task, ...]:
    """Return one row for each rule whose condition has held, in order of time.

    A task stays when its condition no longer holds; done is what was recorded after it arose.
    """
    done = {act.data.get("task"): act.at for act in course.acts if act.kind == "task_done"}
    rows = []
    for rule in course.pack.tasks:
        happened = False
        for moment in course.moments:
            happened = happened or (moment.act is not None and matches(rule.on, moment.act))
            if happened and moment.active and rule.when.holds(moment.view):
                rows.append(Task(rule.id, rule.to, moment.at, rule.source, done.get(rule.id)))
                break
    return tuple(sorted(rows, key=lambda row: row.at))
