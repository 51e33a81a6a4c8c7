"""Deadlines: where each clock starts, which figure holds, what stops it, and when it was missed.

A clock is run along the moments of the course. While it runs, the row that fits the facts of the
moment gives its due time, counted from its original start; when it stops, the row of that moment
stays. A due time that passed while the clock ran is a breach, and breaches stay.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from regulations.engine.acts import Act, confirmed, matches_any
from regulations.engine.calendar import Hours, day_of_due
from regulations.engine.conditions import View
from regulations.engine.course import Course, Moment
from regulations.engine.extensions import Ruling, promised, rule_on
from regulations.engine.outside import OUTSIDE
from regulations.engine.pack import ClockRow, ClockRule, Pack
from regulations.engine.periods import deadline, resumed
from regulations.engine.subtasks import SUBTASK
from regulations.engine.verdict import Derived, Source

SECOND = timedelta(seconds=1)
# Clocks that start with the task: a returned task ends them.
OF_TASK = frozenset({"assigned", "accepted"})


@dataclass(frozen=True, slots=True)
class Breach:
    """A due time that passed while the clock ran. `days` are the late days reached under it."""

    due: datetime
    at: datetime
    source: Source
    view: View
    days: int


@dataclass(slots=True)
class Track:
    """One clock as it ran; `row` is None while the rule does not apply to the case."""

    rule: ClockRule
    start: Act
    ordinal: int
    began: datetime
    office: Hours | None = None
    row: ClockRow | None = None
    due: datetime | None = None
    target: datetime | None = None
    provisional: bool = False
    counted: datetime | None = None
    granted: datetime | None = None
    stopped: datetime | None = None
    void: bool = False
    pauses: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    department: str | None = None
    view: View = field(default_factory=dict)
    breaches: list[Breach] = field(default_factory=list)
    warnings: list[Derived] = field(default_factory=list)
    rulings: list[tuple[Act, Ruling]] = field(default_factory=list)

    @property
    def key(self) -> str:
        """Return the clock's key, the same in every later verdict."""
        return f"{self.rule.id}:{self.start.cycle}:{self.ordinal}"

    @property
    def running(self) -> bool:
        """Whether the clock applies and nothing has ended it yet."""
        return self.row is not None and self.stopped is None and not self.void

    @property
    def counted_to(self) -> datetime | None:
        """Return where the row's own period ends, an extension left aside."""
        return self.due if self.granted is None or self.granted != self.due else self.counted

    @property
    def paused(self) -> bool:
        """Whether the clock stands while the case waits."""
        return bool(self.pauses) and self.pauses[-1][1] is None

    def warn_at(self, share: Decimal) -> datetime | None:
        """Return when to warn: at the target of a range, else a share of the period before due."""
        if self.rule.window:
            return None
        if self.due is None or self.target is not None:
            return self.target
        part, whole = share.as_integer_ratio()
        early = (self.due - self.began) // SECOND * part // whole
        return self.due - early * SECOND if early > 0 else None


def run_clocks(course: Course) -> list[Track]:
    """Return every clock of the pack, of outside orders and of sub-tasks, whether or not it applies."""
    return [
        _run(Track(rule, start, ordinal, start.at, course.pack.office), course)
        for rule in (*course.pack.clocks, OUTSIDE, SUBTASK)
        for start, ordinal in _starts(rule, course)
    ]


def _starts(rule: ClockRule, course: Course) -> Iterator[tuple[Act, int]]:
    """Yield the acts that start a clock, with their ordinal in the cycle."""
    ordinals: dict[int, int] = {}
    for act in course.acts:
        starts = rule.again if act.kind == "reopened" else matches_any(rule.starts, act)
        if starts and (rule.each or act.cycle not in ordinals):
            ordinals[act.cycle] = ordinals.get(act.cycle, 0) + 1
            yield act, ordinals[act.cycle]


def _run(track: Track, course: Course) -> Track:
    before: Moment | None = None
    for number in range(track.start.moment, len(course.moments)):
        moment = course.moments[number]
        if _over(track, moment):
            track.void = True
            return track
        changed = before is None or not _alike(before, moment)
        before = moment
        if track.rule.pausable:
            changed = _pause(track, moment) or changed
        if changed:
            _recount(track, moment)
        if not moment.active or track.row is None:
            continue
        track.stopped = _stop(track, course, number, changed)
        if track.stopped is not None:
            return track
        if moment.act is not None and moment.act.kind in ("extended", "extension_asked"):
            _extend(track, course.pack, moment)
        _pass(track, course, number)
    track.void = not course.last.active and not track.rule.window
    if track.paused and track.row is not None:
        _count(track, track.row, course.last, course.now)
    if track.rule.window and track.due is not None and track.due < course.now:
        track.stopped = track.due
    return track


def _pause(track: Track, moment: Moment) -> bool:
    """Let the clock stand while the case waits; say whether its due time may have moved."""
    if moment.waiting and not track.paused:
        track.pauses.append((moment.at, None))
    elif track.paused and not moment.waiting:
        track.pauses[-1] = (track.pauses[-1][0], moment.at)
    elif not track.paused:
        return False
    return True


def _alike(one: Moment, other: Moment) -> bool:
    """Say whether nothing that a clock rests on differs between two moments."""
    same = one.view is other.view and one.calendar is other.calendar
    return same and one.active == other.active


def _over(track: Track, moment: Moment) -> bool:
    """Say whether the clock's cycle is over, or its task was handed back."""
    if track.rule.window:
        return False
    if moment.cycle != track.start.cycle:
        return True
    returned = moment.act is not None and moment.act.kind == "returned"
    return returned and any(pattern.event in OF_TASK for pattern in track.rule.starts)


def _recount(track: Track, moment: Moment) -> None:
    """Take the row that fits and count its due time from the clock's start."""
    if track.rule.once_true and track.row is None:
        track.began = max(track.start.at, moment.at)
    track.row = next((row for row in track.rule.rows if row.when.holds(moment.view)), None)
    track.due, track.target, track.provisional = None, None, False
    if track.row is None:
        return
    track.department = _department(track, moment)
    track.view = moment.view
    _count(track, track.row, moment, moment.at)
    track.counted = track.due
    if track.granted is not None and (track.due is None or track.granted > track.due):
        track.due, track.target, track.provisional = track.granted, None, False


def _count(track: Track, row: ClockRow, moment: Moment, until: datetime) -> None:
    """Count the row's period from the clock's start, its pauses up to `until` left out."""
    if not track.rule.once_true:
        track.began = track.start.at
    if row.counted_from is not None:
        track.began = moment.view.get(row.counted_from) or track.start.at
    if row.at_work:
        hours = track.office or moment.calendar.office
        track.began = moment.calendar.next_inside(track.start.at, hours)
    if row.promised is not None:
        track.due = promised(track.start.data.get(row.promised))
    if row.period is None:
        return
    end = deadline(row.period, track.began, moment.calendar)
    track.due, track.target, track.provisional = end.due, end.target, end.provisional
    if row.at_work and moment.calendar.is_provisional(track.began.date()):
        track.provisional = True
    for since, ended in track.pauses:
        back = until if ended is None else ended
        track.due = resumed(row.period, track.due, since, back, moment.calendar)
        if track.target is not None:
            track.target = resumed(row.period, track.target, since, back, moment.calendar)


def _department(track: Track, moment: Moment) -> str | None:
    """Return the department whose clock it is, None for the owner's."""
    match track.rule.who:
        case "owner":
            return None
        case "receiving":
            return moment.view.get("receiving_department")
        case _ if track.start.data.get("department"):
            return str(track.start.data["department"])
        case _:
            return moment.view.get("department") or moment.view.get("first_department")


def _stop(track: Track, course: Course, number: int, changed: bool) -> datetime | None:
    """Return when the clock stopped, if an act up to this moment stops it.

    After a change the earlier acts are looked at again: one may stop the clock under its new row.
    A clock that begins when its condition first holds is not stopped by what came before.
    """
    here = course.moments[number].act
    if not changed:
        return here.at if here is not None and _stops(track, course, number, here) else None
    since = track.began if track.rule.once_true else track.start.at
    for act in course.acts:
        seen = track.start.moment < act.moment <= number and act.at >= since
        if seen and _stops(track, course, number, act):
            return act.at
    return None


def _stops(track: Track, course: Course, number: int, act: Act) -> bool:
    if track.row is not None and matches_any(track.row.stops, act):
        same = track.rule.answers
        return same is None or act.data.get(same) == track.start.data.get(same)
    if not track.rule.until_closing or act.kind not in ("closed", "confirmed"):
        return False
    if act.kind == "closed":
        return True
    acts = [one for one in course.in_cycle(act.cycle) if one.moment <= act.moment]
    return confirmed(course.pack, course.moments[number].view, acts)


def _extend(track: Track, pack: Pack, moment: Moment) -> None:
    """Rule on an extension that is meant for this clock."""
    act, row = moment.act, track.row
    if act is None or row is None or track.rule.outside:
        return
    if not _meant(track, pack, row, act.data):
        return
    asked = act.kind == "extension_asked"
    ruling = rule_on(pack, moment.view, act.data, act.at, track.due, row.period, asked)
    track.rulings.append((act, ruling))
    if ruling.until is not None and not asked:
        track.granted = track.due = ruling.until
        track.target, track.provisional = None, False


def _meant(track: Track, pack: Pack, row: ClockRow, data: Mapping[str, Any]) -> bool:
    """Say whether an extension names this clock: by stage (default close) and fact."""
    source, stage = data.get("source"), data.get("stage")
    if source is not None and source not in row.source:
        return False
    if stage is not None or source is None:
        return track.rule.stage == (stage or "close")
    # A fact that has no closing clock names its only clock without a stage.
    closing = [row for rule in pack.clocks if rule.stage == "close" for row in rule.rows]
    return track.rule.stage == "close" or all(source not in row.source for row in closing)


def _pass(track: Track, course: Course, number: int) -> None:
    """Note the warning and the breach that fall between this moment and the next."""
    if track.due is None or track.row is None or track.rule.window or track.paused:
        return
    moment, end = course.moments[number], course.end_of(number)
    warn = track.warn_at(course.pack.warn_before)
    if warn is not None and warn <= end and track.due >= moment.at:
        _warn(track, max(warn, moment.at))
    if track.due >= end:
        return
    days = max(0, (end.date() - day_of_due(track.due)).days)
    at = max(track.due, moment.at)
    if track.breaches and track.breaches[-1].due == track.due:
        at = track.breaches.pop().at
    track.breaches.append(Breach(track.due, at, track.row.source, moment.view, days))


def _warn(track: Track, at: datetime) -> None:
    key = f"warned:{track.key}:{track.due.isoformat() if track.due else ''}"
    if track.row is not None and all(row.key != key for row in track.warnings):
        row = Derived(key, "derived.warned", at, track.key, track.row.source)
        track.warnings.append(row)
