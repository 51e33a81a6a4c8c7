"""Penalties: missed clocks and recorded offences, priced by the table. One offence, one row."""

from collections.abc import Iterator
from decimal import Decimal

from regulations.engine.acts import Act
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
        recorded = sum(_means(rule, subject, act) for act in course.acts)
        several = f":{subject}" if len(rule.subjects) > 1 else ""
        for number in range(max(len(clocks), recorded)):
            yield Penalty(
                key=f"{rule.id}{several}:{number + 1}",
                source=rule.source,
                subject=subject,
                amount=rule.amount,
                range=rule.range,
                sanction=rule.sanction,
                clock=clocks[number] if number < len(clocks) else None,
            )


def _means(rule: PenaltyRule, subject: str, act: Act) -> bool:
    """Say whether an act records this offence of this subject; the first one where none is said."""
    if act.kind != "offence" or act.data.get("source") not in rule.source:
        return False
    if len(rule.subjects) == 1:
        return True
    said = act.data.get("subject")
    return said == subject or (said not in rule.subjects and subject == rule.subjects[0])


def _missed_tasks(course: Course, rule: PenaltyRule, tracks: list[Track]) -> list[str]:
    """Return a clock's key for each task whose clocks of the rule's stage were missed.

    Several clocks of a stage are one duty, so a task that misses two of them is charged once.
    """
    found: dict[tuple[int, int], tuple[Breach, str]] = {}
    for track in tracks:
        if rule.stage is None or track.rule.stage != rule.stage:
            continue
        for breach in track.breaches:
            if not rule.when.holds(breach.view):
                continue
            task = (track.start.cycle, _task(course, track, breach))
            if task not in found or breach.at < found[task][0].at:
                found[task] = (breach, track.key)
    return [key for _, (_, key) in sorted(found.items())]


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
        charged = [breach.days for breach in track.breaches if rule.when.holds(breach.view)]
        if charged and max(charged) > 0:
            yield from _bands(course, rule, track, max(charged))


def _bands(course: Course, rule: PenaltyRule, track: Track, days: int) -> Iterator[Penalty]:
    """Yield a row for each band that the late days reach, each day at the rate of its own band."""
    reached = [band for band in rule.bands if band.first <= days]
    whole = any(r.key == "overdue_bands" and r.value == WHOLE for r in course.pack.readings)
    last_rate = [band for band in reached if band.per_day is not None][-1:]
    for number, band in enumerate(reached):
        first, last = band.first, days if band.last is None else min(days, band.last)
        if whole and band.per_day is not None:
            if band not in last_rate:
                continue
            first = 1
        for subject in band.subjects or rule.subjects:
            yield Penalty(
                key=f"{rule.id}:{track.key}:{number + 1}:{subject}",
                source=band.source,
                subject=subject,
                amount=_charge(band, last - first + 1),
                range=band.range,
                days=(first, last) if band.per_day is not None else None,
                clock=track.key,
            )


def _charge(band: Band, days: int) -> Decimal | None:
    return None if band.per_day is None else band.per_day * days
