"""The engine's speed as ratios to a floor of the same run; `-s` prints them."""

import gc
import json
import tracemalloc
from bisect import bisect
from datetime import date, timedelta

import pytest

from regulations.engine.calendar import official
from regulations.engine.judge import judge
from regulations.engine.periods import Period, deadline
from regulations.engine.replay import replay_lines
from tests.benchmarks.ratios import ratio
from tests.engine.cases import HANDLED, at, estate, pack

LINE = {
    "case": "X",
    "regulation": "dali-tourism",
    "asof": "2026-03-10T12:00:00+08:00",
    "facts": {"category": "物业服务", "receiving_department": "客户服务部"},
    "events": [
        {"at": one.at.isoformat(), "kind": one.kind, **one.data}
        for one in estate(*HANDLED[:6]).events
    ],
}


def test_judging_twelve_events_takes_at_most_forty_times_the_reading_of_the_line(capsys):
    told, now, days = estate(*HANDLED[:6]), at("03-10 12:00"), official()
    assert len(told.events) == len(LINE["events"]) == 12
    text = json.dumps(LINE, ensure_ascii=False)
    found = ratio(
        lambda: judge(pack(), told, days, now),
        lambda: json.dumps(json.loads(text)),
        times=8,
    )
    with capsys.disabled():
        print(f"\njudge : json.loads + json.dumps = {found:.1f}")
    assert found <= 40


@pytest.mark.parametrize(
    "period",
    [
        pytest.param(Period("working_days", 5), id="working-days"),
        pytest.param(Period("hours", 24, deferred=True), id="deferred-hours"),
        pytest.param(Period("working_hours", 8), id="working-hours"),
        pytest.param(Period("days", 3), id="natural-days"),
    ],
)
def test_a_due_moment_takes_at_most_thirty_times_one_bisection(period, capsys):
    dates = [date(2000, 1, 1) + timedelta(days=n) for n in range(10_000)]
    start, days, wanted = at("09-24 17:40"), official(), date(2013, 5, 5)
    found = ratio(lambda: deadline(period, start, days), lambda: bisect(dates, wanted), times=200)
    with capsys.disabled():
        print(f"\n{period.unit} : bisect = {found:.1f}")
    assert found <= 30


def peak(lines: int) -> int:
    """Return the most memory that a replay of so many lines holds at once, in bytes."""
    text = json.dumps(LINE)
    gc.collect()
    tracemalloc.start()
    try:
        for number, _result in enumerate(
            replay_lines((text for _ in range(lines)), lambda _code: pack(), official())
        ):
            if number % 50 == 0:
                gc.collect()  # what waits for the collector is not held
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_replaying_more_lines_needs_no_more_memory():
    peak(60)
    few, more = peak(60), peak(180)
    assert more <= few * 1.1


@pytest.mark.long
def test_replaying_100_000_lines_needs_the_memory_of_1_000(capsys):
    peak(60)
    few, more = peak(1_000), peak(100_000)
    with capsys.disabled():
        print(f"\npeak of 100,000 lines : peak of 1,000 = {more / few:.3f}")
    assert more <= few * 1.1
