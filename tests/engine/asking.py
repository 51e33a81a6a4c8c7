"""What the tests of a regulation ask of its verdict, also under its other readings."""

from functools import cache

from regulations.engine.calendar import official
from regulations.engine.history import History
from regulations.engine.judge import judge
from regulations.engine.pack import Pack
from regulations.engine.reading import read_pack
from regulations.engine.verdict import Verdict
from tests.engine.cases import PACKS, at, verdict


def judged(code: str, told: History, now: str, **chosen) -> Verdict:
    """Return the verdict of a pack, with the readings that are chosen taken the other way."""
    if not chosen:
        return verdict(told, now, code)
    return judge(other_reading(code, tuple(chosen.items())), told, official(), at(now))


@cache
def other_reading(code: str, chosen: tuple) -> Pack:
    return read_pack(PACKS / f"{code}.yaml", chosen=dict(chosen))


def dues(found: Verdict) -> dict:
    """Return when each clock is due, by the rule's id."""
    return {row.rule: row.due_at for row in found.clocks}


def waits(found: Verdict, step: str) -> set:
    """Return what a step waits for, with the first fact it rests on."""
    return {(row.what, row.source[0]) for row in found.gates if row.step == step}


def missing(found: Verdict) -> set:
    """Return what closing waits for, with the first fact it rests on."""
    return {(row.what, row.source[0]) for row in found.closing.missing}


def breaches(found: Verdict) -> dict:
    """Return when each clock was missed, by the clock's key."""
    return {row.subject: row.at for row in found.derived if row.kind == "derived.overdue"}
