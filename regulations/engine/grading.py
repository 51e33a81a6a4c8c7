"""Which grade a case has: criteria from the facts, by hand, and by the time that has passed."""

from dataclasses import dataclass
from itertools import zip_longest

from regulations.engine.conditions import View
from regulations.engine.pack import Criterion, Pack
from regulations.engine.verdict import Grade, Source


@dataclass(frozen=True, slots=True)
class Decision:
    """A grade given by hand, and the criteria that held when it was: those are settled by it."""

    grade: str
    settled: frozenset[Source]


@dataclass(frozen=True, slots=True)
class Assessment:
    """A grade with the facts it rests on. `matched` are the sources of all criteria that hold."""

    grade: Grade
    matched: frozenset[Source]


def assess(
    pack: Pack, view: View, elapsed: frozenset[str], decision: Decision | None
) -> Assessment:
    """Return the grade that holds of these facts; the highest criterion wins.

    `elapsed` are the ids of criteria by time whose period has passed unresolved. A decision by
    hand stands against everything that held when it was taken; what comes up later and reaches
    higher lifts the case again.
    """
    found = _found(pack, view, elapsed)
    base = _base(pack, view, found, decision)
    lifted = _lifted(pack, view, base, decision)
    matched = frozenset(source for sources in found.values() for source in sources)
    return Assessment(lifted or base, matched | ({lifted.source} if lifted else frozenset()))


def _found(pack: Pack, view: View, elapsed: frozenset[str]) -> dict[str, list[Source]]:
    """Return the sources of the criteria that hold, by grade.

    A requirement that is known to fail speaks for the grade above the one that has it.
    """
    found: dict[str, list[Source]] = {}
    for level, above in zip_longest(pack.grades, pack.grades[1:]):
        if not level.when.holds(view):
            continue
        for criterion in level.criteria:
            if _holds(criterion, view, elapsed):
                found.setdefault(level.name, []).append(criterion.source)
        for criterion in level.requires if above else ():
            if above is not None and not _holds(criterion, view, elapsed):
                found.setdefault(above.name, []).append(criterion.source)
    return found


def _holds(criterion: Criterion, view: View, elapsed: frozenset[str]) -> bool:
    if any(tag in criterion.source for tag in view.get("tags") or ()):
        return True
    return (criterion.after is None or criterion.id in elapsed) and criterion.when.holds(view)


def _base(
    pack: Pack, view: View, found: dict[str, list[Source]], decision: Decision | None
) -> Grade:
    """Return the grade before a lift: the highest that matched, the decision, or the remainder."""
    settled = decision.settled if decision else frozenset()
    for level in reversed(pack.grades):
        if decision and pack.rank(level.name) <= pack.rank(decision.grade):
            break
        fresh = [source for source in found.get(level.name, ()) if source not in settled]
        if fresh:
            return Grade(level.name, tuple(dict.fromkeys(one for ids in fresh for one in ids)))
    decided = [one for one in pack.grades if decision and one.name == decision.grade]
    if decided and decided[0].when.holds(view):
        return Grade(decided[0].name, pack.manual_grade)
    for level in pack.grades:
        if level.otherwise is not None and level.when.holds(view):
            return Grade(level.name, level.otherwise)
    return Grade()


def _lifted(pack: Pack, view: View, base: Grade, decision: Decision | None) -> Grade | None:
    """Return the grade one step up where a lift applies; one step only."""
    for lift in pack.lifts:
        settled = decision is not None and lift.source in decision.settled
        if lift.of == base.name and not settled and lift.when.holds(view):
            return Grade(lift.to, lift.source)
    return None
