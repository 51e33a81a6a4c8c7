"""The sweep: what has followed by itself is in the record once, dated with its own moment."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from audits.verification import differences
from complaints import pipeline
from complaints.lifecycle import Kind
from complaints.models import CaseEvent
from config.queue import beat_schedule
from records import clock as records_clock
from sla import pulse, sweeping, tasks
from tests.engine.cases import at
from tests.loop import Loop
from tests.sla.record import record_of
from tests.sla.silent import DUE, OVERDUE, RECEIVED, WARN, WARNED, followed


@pytest.fixture
def loop(db, clock) -> Loop:
    clock.set(RECEIVED)
    return Loop.new()


def test_an_event_is_dated_with_its_moment_and_recorded_with_the_sweeps(loop, clock):
    case = loop.register()
    swept = clock.set(at("03-02 14:20"))
    tasks.sweep()
    rows = CaseEvent.objects.filter(case=case, kind__startswith="derived.").order_by("seq")
    assert [(row.at, row.recorded_at) for row in rows] == [(WARN, swept), (DUE, swept)]
    assert [row.data["source"] for row in rows] == [["DALI-116"], ["DALI-116"]]
    assert {row.actor for row in rows} == {None}


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        pytest.param(WARN - timedelta(seconds=1), [], id="before-the-warning"),
        pytest.param(WARN, [WARNED], id="at-the-warning"),
        pytest.param(DUE, [WARNED], id="at-the-due-moment-a-stop-is-in-time"),
        pytest.param(DUE + timedelta(seconds=1), [WARNED, OVERDUE], id="one-second-later"),
    ],
)
def test_to_the_second(moment, expected, loop, clock):
    case = loop.register()
    clock.set(moment)
    tasks.sweep()
    assert followed(case) == expected


def test_a_case_that_cannot_be_judged_holds_nobody_up(loop, clock, caplog):
    bent, sound = loop.register(), loop.register()
    bad = CaseEvent(
        case=bent,
        seq=bent.event_count + 1,
        kind=Kind.RESPONDED,
        at=RECEIVED,
        recorded_at=RECEIVED,
        state=bent.state,
        data={"expected_at": "no moment"},
    )
    bad.seal(bent.head_hash)
    bad.save()
    swept = clock.set(at("03-02 11:20"))
    assert tasks.sweep() == 1
    assert followed(sound) == [WARNED, OVERDUE]
    assert followed(bent) == []
    assert [record.getMessage() for record in caplog.records] == [
        f"case {bent.pk} could not be swept"
    ]
    assert pulse.last() == swept


def test_more_cases_than_one_batch_are_swept(loop, clock, monkeypatch):
    monkeypatch.setattr(sweeping, "LARGEST_BATCH", 2)
    monkeypatch.setattr(sweeping, "FIRST_BATCH", 2)
    cases = [loop.register() for _number in range(5)]
    clock.set(at("03-02 10:41"))
    assert tasks.sweep() == 5
    assert {tuple(followed(case)) for case in cases} == {(WARNED,)}


def test_a_sweep_three_days_late_leaves_the_same_record(loop, clock):
    in_time, late = (loop.assign(loop.register()) for _case in range(2))
    end = at("03-06 09:00")
    in_time.refresh_from_db()
    while in_time.next_moment and in_time.next_moment <= end:
        clock.set(in_time.next_moment)
        pipeline.sweep(in_time.pk)
        in_time.refresh_from_db()
    clock.set(end)
    assert tasks.sweep() == 1
    assert record_of(late) == record_of(in_time)
    # 3 days from the 2nd end on the 5th at 24:00 (8.1, 物业类); 24 hours for the first answer
    # (4.1.1); 2 hours for the response and 24 for the plan, from the assignment (8.1).
    assert {(subject, moment) for kind, subject, moment in followed(late, "derived.overdue")} == {
        ("transfer:1:1", DUE),
        ("response:1:1", at("03-02 11:00")),
        ("plan:1:1", at("03-03 09:00")),
        ("response-cap:1:1", at("03-03 09:00")),
        ("close:1:1", at("03-06 00:00")),
    }
    assert list(differences()) == []


def test_an_act_after_three_silent_days_catches_up_first(loop, clock):
    case = loop.register()
    clock.set(at("03-05 09:00"))
    loop.do(case, Kind.NOTED, "zhoumin", note="补记")
    told = list(CaseEvent.objects.filter(case=case).order_by("seq"))
    assert told[-1].kind == Kind.NOTED
    assert tuple(followed(case)[:2]) == (WARNED, OVERDUE)
    assert tasks.sweep() == 0


def test_the_sweep_marks_its_pulse_though_nothing_was_due(loop, clock):
    cache.clear()
    assert pulse.last() is None
    moment = clock.set(at("03-02 09:10"))
    assert tasks.sweep() == 0
    assert pulse.last() == moment == records_clock.now()
    assert beat_schedule["sweep"]["task"] == tasks.sweep.name
