"""The verdict of a regulation over one case at one moment."""

from datetime import datetime, time, timedelta

from regulations.engine.approvals import approvals
from regulations.engine.calendar import SHANGHAI, WorkCalendar, day_of_due, local
from regulations.engine.clocks import Track, run_clocks
from regulations.engine.closing import closing, gates
from regulations.engine.course import Course, walk
from regulations.engine.history import History
from regulations.engine.pack import Pack
from regulations.engine.penalties import penalties
from regulations.engine.reports import reports
from regulations.engine.routing import responsible
from regulations.engine.rows import clock_rows, derived_rows
from regulations.engine.tasks import tasks
from regulations.engine.verdict import Flag, Refusal, Verdict

# Time counts in whole seconds: a clock that is due at a moment is overdue one second later.
TICK = timedelta(seconds=1)


def judge(pack: Pack, history: History, calendar: WorkCalendar, now: datetime) -> Verdict:
    """Return everything the regulation says about a history at `now` (aware, included).

    Events after `now` are not seen, derived events are not read. Pure: the same arguments give
    the same verdict. Raises ValueError for a time without offset, CalendarGap where a period runs
    out of the years that the calendar can count.
    """
    course = walk(pack, history, calendar, local(now))
    tracks = run_clocks(course)
    signatures = approvals(course, tracks)
    close = closing(course, _refused_closing(history, course))
    return Verdict(
        regulation=pack.reference,
        grade=course.last.grade,
        responsible=responsible(pack, course.last.view),
        clocks=clock_rows(course, tracks),
        reports=reports(course, tracks),
        tasks=tasks(course),
        approvals=signatures,
        penalties=penalties(course, tracks),
        closing=close,
        gates=gates(course, close, signatures),
        refused=_refused(course, tracks),
        flags=_flags(course, tracks),
        derived=derived_rows(course, tracks),
        counts_in_rate=_counts(course),
        waiting=course.last.waiting,
        next_moment=_next_moment(course, tracks),
    )


def _refused_closing(history: History, course: Course) -> str | None:
    """Return the mode of a refused closing that is the last event seen."""
    if not course.refused or course.refused[-1].kind != "closed":
        return None
    index = course.refused[-1].index
    if course.acts and course.acts[-1].index > index:
        return None
    mode = history.events[index].data.get("mode")
    return str(mode) if mode else None


def _refused(course: Course, tracks: list[Track]) -> tuple[Refusal, ...]:
    """Return the events without effect; an extension counts when any clock took it."""
    rows = list(course.refused)
    for act in course.acts:
        if act.kind not in ("extended", "extension_asked"):
            continue
        rulings = [ruling for track in tracks for one, ruling in track.rulings if one is act]
        if not rulings:
            rows.append(Refusal(act.index, act.kind, "no_such_clock", ()))
        elif all(ruling.code is not None for ruling in rulings):
            first = rulings[0]
            reason = str(first.code)
            rows.append(Refusal(act.index, act.kind, reason, first.source, first.accepted))
    return tuple(sorted(rows, key=lambda row: row.index))


def _flags(course: Course, tracks: list[Track]) -> tuple[Flag, ...]:
    flags = [
        Flag(rule.name, rule.source)
        for rule in course.pack.flags
        if rule.when.holds(course.last.view)
    ]
    if any(track.provisional and track.row is not None for track in tracks):
        flags.append(Flag("calendar_provisional"))
    return tuple(flags)


def _counts(course: Course) -> bool:
    """Say whether the case counts in the closing rate: pursued, and of a sort that counts."""
    pack, view = course.pack, course.last.view
    of_kind = (view.get("kind") or "投诉") in pack.counted_kinds
    return course.last.active and of_kind and pack.counted_when.holds(view)


def _next_moment(course: Course, tracks: list[Track]) -> datetime | None:
    """Return the next moment after now at which the verdict changes by itself, None if none.

    That is a warning, the second after a due moment, the start of a further late day that costs
    something or of which somebody is told, or the second after the end of a period that lifts the
    grade.
    """
    now = course.now
    ends = (course.next_upgrade, course.pause_ends)
    moments = [end + TICK for end in ends if end is not None]
    for track in tracks:
        if not track.running or track.due is None or track.paused:
            continue
        warn = track.warn_at(course.pack.warn_before)
        moments += [] if warn is None or now > track.due else [warn]
        moments.append(track.due + TICK)
        if now > track.due and (_costs_more(course, track) or _told_later(course, track)):
            midnight = datetime.combine(now.date() + timedelta(days=1), time(), SHANGHAI)
            moments.append(midnight)
    return min((moment for moment in moments if moment > now), default=None)


def _told_later(course: Course, track: Track) -> bool:
    """Say whether somebody is told of a further late day of an overdue clock."""
    assert track.due is not None
    reached = (course.now.date() - day_of_due(track.due)).days
    return any(
        rule.late == track.rule.stage and rule.days is not None and rule.days > reached
        for rule in course.pack.reports
    )


def _costs_more(course: Course, track: Track) -> bool:
    """Say whether a further late day of an overdue clock adds to what is charged."""
    assert track.due is not None
    tomorrow = (course.now.date() - day_of_due(track.due)).days + 1
    for rule in course.pack.penalties:
        if rule.stage == track.rule.stage and rule.when.holds(course.last.view):
            for band in rule.bands:
                last = band.last if band.per_day is not None else band.first
                if last is None or tomorrow <= last:
                    return True
    return False
