"""What the clocks show: their rows, and what has followed from them by itself."""

from datetime import datetime

from regulations.engine.calendar import day_of_due
from regulations.engine.clocks import Track
from regulations.engine.course import Course
from regulations.engine.verdict import Clock, Derived


def clock_rows(course: Course, tracks: list[Track]) -> tuple[Clock, ...]:
    """Return a row for each clock that applies, in the order of the pack and of their starts."""
    return tuple(_row(course, track) for track in tracks if track.row is not None)


def _row(course: Course, track: Track) -> Clock:
    assert track.row is not None
    state = state_of(track, course.now)
    return Clock(
        key=track.key,
        rule=track.rule.id,
        stage=track.rule.stage,
        source=track.row.source,
        cycle=track.start.cycle,
        started_at=track.began,
        due_at=track.due,
        warn_at=track.warn_at(course.pack.warn_before),
        stopped_at=track.stopped,
        state=state,
        late_days=late_days(track, state, course.now),
        department=track.department,
        extended=track.granted is not None and track.granted == track.due,
        basis="assumed" if track.rule.assumed.holds(track.view) else None,
        calendar="provisional" if track.provisional else None,
        explanation=_explanation(track),
    )


def state_of(track: Track, now: datetime) -> str:
    """Return a clock's state at `now`; a stop at the due moment itself is in time."""
    if track.void:
        return "void"
    if track.due is None:
        return "no_limit"
    if track.stopped is not None:
        return "late" if track.stopped > track.due else "met"
    if track.paused and track.due > track.pauses[-1][0]:
        return "paused"
    return "overdue" if now > track.due else "running"


def late_days(track: Track, state: str, now: datetime) -> int:
    """Return the late days of a clock by local dates (replay.md, rule 8)."""
    if state not in ("late", "overdue") or track.due is None:
        return 0
    return max(0, ((track.stopped or now).date() - day_of_due(track.due)).days)


def _explanation(track: Track) -> tuple[tuple[str, str], ...]:
    """Return how the due time was counted, as pairs for a page to put into words."""
    rows = [("starts", track.start.kind)]
    if track.began != track.start.at:
        rows.append(("began", track.began.isoformat()))
    if track.rule.outside:
        rows.append(("order", str(track.start.data.get("order"))))
    elif track.rule.answers is not None:
        rows.append(("subtask", str(track.start.data.get(track.rule.answers))))
    period = track.row.period if track.row else None
    if period is not None:
        rows += [("unit", period.unit), ("limit", str(period.limit))]
        if period.target is not None:
            rows.append(("target", str(period.target)))
        if period.deferred:
            rows.append(("deferred", "holidays"))
        if period.within is not None:
            rows.append(
                ("within", " ".join(f"{a:%H:%M}-{b:%H:%M}" for a, b in period.within.windows))
            )
    for since, until in track.pauses:
        rows.append(("paused", f"{since.isoformat()}/{until.isoformat() if until else ''}"))
    for act, ruling in track.rulings:
        if act.kind == "extended" and ruling.until is not None:
            rows.append(("granted", f"{act.at.isoformat()}/{ruling.until.isoformat()}"))
    if track.granted is not None and track.granted == track.due:
        rows.append(("extended_until", track.granted.isoformat()))
    return tuple(rows)


def derived_rows(course: Course, tracks: list[Track]) -> tuple[Derived, ...]:
    """Return everything that has followed by itself, in order of time.

    An overdue row is dated with the due moment, although it is there only from the next second on
    (a stop at the due moment is in time); where a change made the clock late at once, with the
    change. No later event takes a row away.
    """
    rows = list(course.upgrades)
    for track in tracks:
        rows += track.warnings
        for breach in track.breaches:
            key = f"overdue:{track.key}:{breach.due.isoformat()}"
            rows.append(Derived(key, "derived.overdue", breach.at, track.key, breach.source))
    rank = ("derived.warned", "derived.overdue", "derived.upgraded")
    unique = {row.key: row for row in reversed(rows)}
    return tuple(sorted(unique.values(), key=lambda row: (row.at, rank.index(row.kind), row.key)))
