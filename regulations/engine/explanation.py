"""Why a clock is due when it is: its rule, how much of each day counted, and the other readings."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from regulations.engine.calendar import SHANGHAI, Hours, WorkCalendar, day_of_due, local
from regulations.engine.clocks import Track, run_clocks
from regulations.engine.course import Course, walk
from regulations.engine.history import History
from regulations.engine.pack import Pack, Reading, Source
from regulations.engine.periods import Period
from regulations.engine.reading import read_pack

Keys = frozenset[str]
NO_TIME = timedelta(0)
# A day-by-day table of a longer period helps nobody; its first and last day are shown.
MOST_DAYS = 400


@dataclass(frozen=True, slots=True)
class CountedDay:
    """One local day of a period: whether it is open, and what of it counted.

    `counted` is the time that ran, or one day or nothing for periods in days; `paused` marks a day
    on which the clock stood.
    """

    day: date
    is_open: bool
    counted: timedelta
    paused: bool = False


@dataclass(frozen=True, slots=True)
class OtherReading:
    """When the clock would be due if an open point of the text were read the other way.

    `due_at` None: under that reading there is no such due moment.
    """

    key: str
    label: str
    value: Any
    due_at: datetime | None
    source: Source


@dataclass(frozen=True, slots=True)
class Explanation:
    """How one clock was counted. `key` is that of the verdict's clock."""

    key: str
    stage: str
    source: Source
    started_by: str
    started_at: datetime
    began_at: datetime
    period: Period | None
    due_at: datetime | None
    extended: bool
    pauses: tuple[tuple[datetime, datetime | None], ...]
    days: tuple[CountedDay, ...]
    readings: tuple[Reading, ...]
    others: tuple[OtherReading, ...]


@dataclass(frozen=True, slots=True)
class OtherPack:
    """The same version with one reading taken the other way."""

    reading: Reading
    value: Any
    pack: Pack


def other_packs(text: str, chosen: Mapping[str, Any] | None = None) -> tuple[OtherPack, ...]:
    """Return a pack for each alternative of each reading of a pack's text.

    `chosen` are the values that the house has given to readings. Raises PackErrors.
    """
    own = read_pack(text, chosen=chosen)
    return tuple(
        OtherPack(reading, value, read_pack(text, chosen={**(chosen or {}), reading.key: value}))
        for reading in own.readings
        for value in reading.alternatives
    )


def explain(
    pack: Pack,
    history: History,
    calendar: WorkCalendar,
    now: datetime,
    others: Sequence[OtherPack] = (),
) -> tuple[Explanation, ...]:
    """Return how each clock that applies at `now` was counted, in the order of the verdict.

    `others` are the packs to compare with. Raises what `judge` raises.
    """
    course = walk(pack, history, calendar, local(now))
    tracks = [track for track in run_clocks(course) if track.row is not None]
    own = frozenset(track.key for track in tracks)
    dues = [(other, _dues(other.pack, history, calendar, now, own)) for other in others]
    return tuple(_explanation(course, track, dues) for track in tracks)


@dataclass(frozen=True, slots=True)
class _Dues:
    """The due moments under another reading: by clock, and by stage for clocks of other rules."""

    by_key: Mapping[str, datetime | None]
    by_stage: Mapping[tuple[str, int, int], datetime | None]

    def of(self, track: Track) -> datetime | None:
        """Return when a clock, or the one that stands in its place, would be due."""
        if track.key in self.by_key:
            return self.by_key[track.key]
        return self.by_stage.get(_place(track))


def _place(track: Track) -> tuple[str, int, int]:
    return (track.rule.stage, track.start.cycle, track.ordinal)


def _dues(other: Pack, history: History, calendar: WorkCalendar, now: datetime, own: Keys) -> _Dues:
    tracks = run_clocks(walk(other, history, calendar, local(now)))
    there = [track for track in tracks if track.row is not None]
    by_key = {track.key: track.due for track in there}
    return _Dues(by_key, {_place(t): t.due for t in there if t.key not in own})


def _explanation(
    course: Course, track: Track, dues: Sequence[tuple[OtherPack, _Dues]]
) -> Explanation:
    row = track.row
    assert row is not None
    touched = {reading.key for reading in course.pack.readings if _touches(reading, row.source)}
    return Explanation(
        key=track.key,
        stage=track.rule.stage,
        source=row.source,
        started_by=track.start.kind,
        started_at=track.start.at,
        began_at=track.began,
        period=row.period,
        due_at=track.due,
        extended=track.granted is not None and track.granted == track.due,
        pauses=tuple(track.pauses),
        days=tuple(_days(track, row.period, course.last.calendar)) if row.period else (),
        readings=tuple(one for one in course.pack.readings if one.key in touched),
        others=tuple(
            OtherReading(
                other.reading.key, other.reading.label, other.value, due, other.reading.source
            )
            for other, found in dues
            if (due := found.of(track)) != track.due
        ),
    )


def _touches(reading: Reading, source: Source) -> bool:
    return not set(reading.source).isdisjoint(source)


def _days(track: Track, period: Period, calendar: WorkCalendar) -> Iterator[CountedDay]:
    """Yield the days from the clock's beginning to its end, with what of each counted."""
    end = track.counted_to
    if end is None:
        return
    first, last = track.began.date(), max(track.began.date(), day_of_due(end))
    for number in range((last - first).days + 1):
        if MOST_DAYS < number < (last - first).days:
            continue
        day = first + timedelta(days=number)
        stood = [pause for pause in track.pauses if _covers(pause, day)]
        if period.in_days:
            counted = _whole_day(period, day, first, calendar, bool(stood))
        else:
            counted = _part_of_day(period.hours(calendar), day, (track.began, end), track, calendar)
        yield CountedDay(day, calendar.is_open(day), counted, bool(stood))


def _covers(pause: tuple[datetime, datetime | None], day: date) -> bool:
    since, until = pause
    return since.date() <= day and (until is None or day <= until.date())


def _whole_day(
    period: Period, day: date, first: date, calendar: WorkCalendar, stood: bool
) -> timedelta:
    """Return one day where the day counts: never the first, closed days only in natural days."""
    if day == first or stood or (period.unit == "working_days" and not calendar.is_open(day)):
        return NO_TIME
    return timedelta(days=1)


def _part_of_day(
    hours: Hours | None,
    day: date,
    run: tuple[datetime, datetime],
    track: Track,
    calendar: WorkCalendar,
) -> timedelta:
    """Return how much time of a day ran between the clock's beginning and its end."""
    midnight = datetime.combine(day, time(), SHANGHAI)
    since, until = max(run[0], midnight), min(run[1], midnight + timedelta(days=1))
    counted = _time(hours, since, until, calendar)
    for paused, back in track.pauses:
        gap = (max(paused, since), min(back or until, until))
        counted -= _time(hours, *gap, calendar)
    return counted


def _time(
    hours: Hours | None, since: datetime, until: datetime, calendar: WorkCalendar
) -> timedelta:
    if until <= since:
        return NO_TIME
    return until - since if hours is None else calendar.time_between(since, until, hours)
