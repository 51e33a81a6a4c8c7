"""Penalties: missed clocks and recorded offences, priced by the table. One offence, one row."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from decimal import Decimal

from regulations.engine.acts import Act
from regulations.engine.calendar import SHANGHAI, day_of_due
from regulations.engine.clocks import Breach, Track
from regulations.engine.course import Course
from regulations.engine.pack import Band, PenaltyRule
from regulations.engine.verdict import Penalty

WHOLE = "whole"  # the other reading of the bands: the whole delay at the rate of its last band


def penalties(course: Course, tracks: list[Track]) -> tuple[Penalty, ...]:
    """Return what the case's lapses cost. Amounts in CNY with two places.

    A missed clock and the same offence written down by a person are charged once; the keys count
    a rule's occurrences, so a row keeps its key whichever of the two comes first.
    """
    rows: list[Penalty] = []
    for rule in course.pack.penalties:
        if rule.bands:
            rows += _by_the_day(course, rule, tracks)
        else:
            rows += _by_occurrence(course, rule, tracks)
    return tuple(rows)


def _by_occurrence(course: Course, rule: PenaltyRule, tracks: list[Track]) -> Iterator[Penalty]:
    missed = _missed_tasks(course, rule, tracks)
    for place, subject in enumerate(rule.subjects):
        clocks = missed if place == 0 else []
        recorded = [act for act in course.acts if _means(rule, subject, act)]
        several = f":{subject}" if len(rule.subjects) > 1 else ""
        for number in range(max(len(clocks), len(recorded))):
            track, breach = clocks[number] if number < len(clocks) else (None, None)
            act = recorded[number] if breach is None else None
            yield Penalty(
                key=f"{rule.id}{several}:{number + 1}",
                source=rule.source,
                subject=subject,
                amount=rule.amount,
                range=rule.range,
                sanction=rule.sanction,
                clock=track.key if track else None,
                rule=rule.id,
                cycle=track.start.cycle if track else recorded[number].cycle,
                moments=(breach.at if breach else recorded[number].at,),
                act=act.index if act else None,
            )


def _means(rule: PenaltyRule, subject: str, act: Act) -> bool:
    """Say whether an act records this offence of this subject; the first one where none is said."""
    if act.kind != "offence" or act.data.get("source") not in rule.source:
        return False
    if len(rule.subjects) == 1:
        return True
    said = act.data.get("subject")
    return said == subject or (said not in rule.subjects and subject == rule.subjects[0])


def _missed_tasks(
    course: Course, rule: PenaltyRule, tracks: list[Track]
) -> list[tuple[Track, Breach]]:
    """Return the first breach for each task whose clocks of the rule's stage were missed.

    Several clocks of a stage are one duty, so a task that misses two of them is charged once.
    """
    found: dict[tuple[int, int], tuple[Track, Breach]] = {}
    for track in tracks:
        if rule.stage is None or track.rule.stage != rule.stage:
            continue
        for breach in track.breaches:
            if not rule.when.holds(breach.view):
                continue
            task = (track.start.cycle, _task(course, track, breach))
            if task not in found or breach.at < found[task][1].at:
                found[task] = (track, breach)
    return [found[task] for task in sorted(found)]


def _task(course: Course, track: Track, breach: Breach) -> int:
    """Return which task of the cycle a breach belongs to; before the first one counts to it."""
    if track.rule.each:
        return track.ordinal
    acts = course.in_cycle(track.start.cycle)
    return max(1, sum(act.kind == "assigned" and act.at <= breach.at for act in acts))


def _by_the_day(course: Course, rule: PenaltyRule, tracks: list[Track]) -> Iterator[Penalty]:
    for track in tracks:
        if track.rule.stage != rule.stage:
            continue
        yield from _bands(course, rule, track, _late_days(rule, track))


def _late_days(rule: PenaltyRule, track: Track) -> list[datetime]:
    """Return the start of each late day, the first one first.

    A regrading may move the due time: a day that has been late under the one before keeps its date.
    """
    starts: list[datetime] = []
    for breach in track.breaches:
        if rule.when.holds(breach.view):
            due = day_of_due(breach.due)
            for number in range(len(starts) + 1, breach.days + 1):
                starts.append(datetime.combine(due + timedelta(days=number), time(), SHANGHAI))
    return starts


def _bands(
    course: Course, rule: PenaltyRule, track: Track, starts: list[datetime]
) -> Iterator[Penalty]:
    """Yield a row for each band that the late days reach, each day at the rate of its own band."""
    days = len(starts)
    reached = [band for band in rule.bands if band.first <= days]
    whole = any(r.key == "overdue_bands" and r.value == WHOLE for r in course.pack.readings)
    last_rate = [band for band in reached if band.per_day is not None][-1:]
    for number, band in enumerate(reached):
        first, last = band.first, days if band.last is None else min(days, band.last)
        if whole and band.per_day is not None:
            if band not in last_rate:
                continue
            first = 1
        counted = band.per_day is not None
        for subject in band.subjects or rule.subjects:
            yield Penalty(
                key=f"{rule.id}:{track.key}:{number + 1}:{subject}",
                source=band.source,
                subject=subject,
                amount=_charge(band, last - first + 1),
                range=band.range,
                days=(first, last) if counted else None,
                clock=track.key,
                rule=rule.id,
                cycle=track.start.cycle,
                moments=tuple(starts[first - 1 : last if counted else first]),
            )


def _charge(band: Band, days: int) -> Decimal | None:
    return None if band.per_day is None else band.per_day * days
