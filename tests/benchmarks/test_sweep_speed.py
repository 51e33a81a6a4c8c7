"""The sweep against a floor in plain SQL that claims the same cases and writes as many rows.

`-s` prints the ratios; the long form stores a million cases of which ten thousand fall due at once.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter

import pytest
from django.db import connection, transaction

from complaints import pipeline
from complaints.models import CaseEvent
from demo.filling import fill
from notices.models import Notice
from penalties.models import Entry, LedgerHead
from sla import sweeping
from sla.models import Clock
from tests.benchmarks.report import measured
from tests.engine.cases import at
from tests.loop import Loop
from tests.penalties.house import prepared

GROWING = (CaseEvent, Notice, Entry, LedgerHead)
# A 物业类 case prepared by the house is due on 5 March at 24:00.
BEFORE, DUE = at("03-05 21:00"), at("03-06 00:00:01")


@dataclass
class Measured:
    seconds: float
    judging: float
    longest: float
    rows: dict

    def per_case(self, cases: int) -> float:
        return self.seconds / cases


@contextmanager
def watched(monkeypatch) -> Iterator[dict]:
    """Count the seconds that judging takes, and the longest batch."""
    spent = {"judging": 0.0, "longest": 0.0}
    judge, sweep = pipeline.verdict_of, pipeline.sweep_batch

    def timed(name, work, keep):
        def run(*given):
            begun = perf_counter()
            try:
                return work(*given)
            finally:
                spent[name] = keep(spent[name], perf_counter() - begun)

        return run

    with monkeypatch.context() as patched:
        patched.setattr(pipeline, "verdict_of", timed("judging", judge, lambda a, b: a + b))
        patched.setattr(pipeline, "sweep_batch", timed("longest", sweep, max))
        yield spent


def swept(monkeypatch, expected: int) -> Measured:
    """Let everything that is due be swept; return what it cost and how many rows it wrote."""
    before = {model: model.objects.count() for model in GROWING}
    written = Clock.objects.filter(state="overdue").count()
    with watched(monkeypatch) as spent:
        begun = perf_counter()
        assert sweeping.sweep() == expected
        seconds = perf_counter() - begun
    rows = {model: model.objects.count() - before[model] for model in GROWING}
    rows[Clock] = Clock.objects.filter(state="overdue").count() - written
    return Measured(seconds, spent["judging"], spent["longest"], rows)


FLOOR = {
    CaseEvent: """INSERT INTO complaints_caseevent
        (case_id, seq, kind, at, recorded_at, post, state, data, once, previous_hash, hash)
        SELECT c.id, c.event_count + n, 'derived.overdue', now(), now(), '', c.state,
               '{"source": ["DALI-116"], "subject": "close:1:1", "stage": "close"}',
               'floor:' || n, repeat('0', 64), repeat('1', 64)
        FROM complaints_complaint c, generate_series(1, %(each)s) n WHERE c.id = ANY(%(ids)s)""",
    Notice: """INSERT INTO notices_notice
        (key, case_id, recipient_id, channel, topic, data, created_at, attempts, doubtful,
         to_customer)
        SELECT 'floor:' || c.id || ':' || n, c.id, %(person)s, 'in_app', 'overdue',
               '{"at": "2026-03-05T16:00:00+00:00", "stage": "close"}', now(), 0, false, false
        FROM complaints_complaint c, generate_series(1, %(each)s) n WHERE c.id = ANY(%(ids)s)""",
    Entry: """INSERT INTO penalties_entry
        (case_id, seq, kind, key, offence, rule, cycle, day, round, subject, source, pack, clock,
         event, incurred_at, told, amount, sanction, department_id, post, recorded_at,
         previous_hash, hash)
        SELECT c.id, n, 'proposed', 'floor', 'floor', 'floor', 1, n, 1, 'handler', '{DALI-116}',
               'dali-tourism@1', 'close:1:1', 1, now(), 1, 100, '', c.department_id, '', now(),
               repeat('0', 64), repeat('1', 64)
        FROM complaints_complaint c, generate_series(1, %(each)s) n WHERE c.id = ANY(%(ids)s)""",
    LedgerHead: """INSERT INTO penalties_ledgerhead (case_id, count, hash)
        SELECT c.id, n, repeat('1', 64)
        FROM complaints_complaint c, generate_series(1, %(each)s) n WHERE c.id = ANY(%(ids)s)""",
    Clock: """UPDATE sla_clock SET state = 'overdue', late_days = 1
        WHERE case_id = ANY(%(ids)s) AND key = 'close:1:1'""",
}
CLAIM = """SELECT id FROM complaints_complaint WHERE next_moment <= %s
    ORDER BY next_moment, id LIMIT 500 FOR UPDATE SKIP LOCKED"""
MOVE_ON = """UPDATE complaints_complaint SET next_moment = NULL, settled_at = now(),
    event_count = event_count + 1, head_hash = repeat('1', 64), next_due = NULL
    WHERE id = ANY(%s)"""


def floor(rows: dict, cases: int, person: int) -> float:
    """Claim as many cases in plain SQL and write as many rows; return the seconds."""
    each = {model: round(count / cases) for model, count in rows.items()}
    begun = perf_counter()
    claimed = 0
    while claimed < cases:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(CLAIM, [DUE])
            ids = [pk for (pk,) in cursor.fetchall()]
            for model, statement in FLOOR.items():
                if each[model]:
                    given = {"each": each[model], "ids": ids, "person": person}
                    cursor.execute(statement, given)
            cursor.execute(MOVE_ON, [ids])
            claimed += len(ids)
    return perf_counter() - begun


def stored(clock, loop: Loop, cases: int) -> None:
    """Store so many closed cases, about which nothing is due any more."""
    clock.set(at("02-02 09:00"))
    mold = loop.to("archived")
    clock.set(at("02-27 09:00"))
    pipeline.sweep(mold.pk)
    mold.refresh_from_db()
    assert mold.next_moment is None
    fill([mold], cases - 1, lambda done: None)


def falling_due(clock, loop: Loop, due: int) -> None:
    """Store so many cases in hand whose fine begins at one and the same moment."""
    mold = prepared(loop)
    clock.set(BEFORE)
    pipeline.sweep(mold.pk)
    mold.refresh_from_db()
    assert mold.next_moment == DUE
    fill([mold], due - 1, lambda done: None)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    clock.set(DUE)


@pytest.mark.parametrize(
    ("cases", "due"),
    [
        pytest.param(1000, 1000, id="short"),
        pytest.param(1_000_000, 10_000, id="long", marks=pytest.mark.long),
    ],
)
def test_a_sweep_keeps_near_its_floor(cases, due, fresh_db, clock, monkeypatch, capsys):
    loop = Loop.new()
    stored(clock, loop, cases)
    falling_due(clock, loop, due)
    gc.collect()
    gc.freeze()  # a test run holds more than a worker
    real = swept(monkeypatch, due)
    falling_due(clock, loop, due)
    plain = floor(real.rows, due, loop.user("zhoumin").pk)
    gc.unfreeze()
    share = real.judging / real.seconds
    ratio = (real.seconds - real.judging) / plain
    measured(
        capsys,
        f"sweep of {due} due among {cases} stored: {ratio:.1f} x the floor without judging, "
        f"{real.seconds / plain:.1f} x with it (judging {share:.0%}); "
        f"a case {1000 * real.per_case(due):.2f} ms, in the floor {1000 * plain / due:.2f} ms; "
        f"longest batch {real.longest * 1000:.0f} ms; rows "
        + ", ".join(f"{model.__name__} {count}" for model, count in real.rows.items()),
    )
    # The aim is 6, measured is 6.7 (docs/measured); the short form is 6 alone and was 17 once beside
    # the rest of the suite: it is there to catch a sweep that has become several times as slow.
    assert ratio <= (8 if cases > 1000 else 30)
    assert real.longest <= 0.2 or cases < 10_000
