"""The sweep in batches: what it costs, what holds it up (nothing), and who shares it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints import pipeline
from complaints.lifecycle import Kind
from complaints.models import CaseEvent, Complaint
from complaints.standing import stand
from sla import sweeping, tasks
from sla.models import SetAside
from sla.sweeping import LARGEST_BATCH, SMALLEST_BATCH, Pace
from tests.engine.cases import at
from tests.loop import Loop
from tests.races.crowd import Meeting, sort_out, together
from tests.sla.silent import OVERDUE, RECEIVED, WARNED, followed


@pytest.fixture
def loop(db, clock) -> Loop:
    clock.set(RECEIVED)
    return Loop.new()


def poison(case) -> CaseEvent:
    """Give a case an event that the engine cannot read."""
    bad = CaseEvent(
        case=case,
        seq=case.event_count + 1,
        kind=Kind.RESPONDED,
        at=RECEIVED,
        recorded_at=RECEIVED,
        state=case.state,
        data={"expected_at": "no moment"},
    )
    bad.seal(case.head_hash)
    bad.save()
    return bad


def test_a_batch_costs_the_same_queries_for_2_cases_and_for_20(loop, clock):
    """Overdue with a fine: events, clocks, notices, ledger and case rows are all written."""
    costs = []
    for number, moment in ((2, "03-06 12:00"), (20, "03-13 12:00")):
        clock.set(at(moment) - timedelta(days=4))
        cases = [loop.accept(loop.assign(loop.register())).pk for _case in range(number)]
        clock.set(at(moment))
        with CaptureQueriesContext(connection) as queries:
            new = Complaint.objects.filter(pk__in=cases)
            swept = pipeline.sweep_batch(new, LARGEST_BATCH)
        costs.append((len(swept), len(queries)))
        breached = [one for one in swept if "derived.overdue" in {e.kind for e in one.appended}]
        assert len(breached) == number
    (few, cost), (many, same) = costs
    assert (few, many) == (2, 20)
    assert same == cost


def test_nothing_due_costs_one_probe_of_the_index(loop, clock):
    loop.register()
    with CaptureQueriesContext(connection) as queries:
        assert pipeline.sweep_batch(sweeping._candidates(), LARGEST_BATCH) == []
    claims = [one["sql"] for one in queries if "FOR UPDATE" in one["sql"]]
    assert len(claims) == 1
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {claims[0]}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    # As "Index Scan using" or "Bitmap Index Scan on", as the planner's statistics have it.
    assert "complaint_next_moment" in plan
    assert "Seq Scan on complaints_complaint" not in plan


def test_a_case_that_cannot_be_settled_is_set_aside_and_tried_less_and_less(loop, clock, caplog):
    bent, sound = loop.register(), loop.register()
    poison(bent)
    now = clock.set(at("03-02 11:20"))
    assert tasks.sweep() == 1
    assert (followed(sound), followed(bent)) == ([WARNED, OVERDUE], [])
    row = SetAside.objects.get()
    assert (row.case_id, row.attempts, row.since) == (bent.pk, 1, now)
    assert row.problem.startswith("ValueError in ")
    assert "no moment" not in row.problem
    waits = []
    for _attempt in range(12):
        waits.append(SetAside.objects.get().next_try - clock.now())
        clock.advance(waits[-1] - timedelta(seconds=1))
        tasks.sweep()
        assert SetAside.objects.get().attempts == len(waits)
        clock.advance(timedelta(seconds=1))
        tasks.sweep()
    minutes = [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360]
    assert [wait / timedelta(minutes=1) for wait in waits] == minutes


def test_what_was_set_aside_is_forgotten_once_it_settles(loop, clock, monkeypatch):
    case = loop.register()
    clock.set(at("03-02 10:41"))
    with monkeypatch.context() as bent:
        bent.setattr(pipeline, "update", lambda *rows: 1 / 0)
        assert tasks.sweep() == 0
    assert SetAside.objects.get().problem.startswith("ZeroDivisionError in ")
    assert tasks.sweep() == 0
    clock.advance(timedelta(minutes=1))
    assert tasks.sweep() == 1
    assert followed(case) == [WARNED]
    assert not SetAside.objects.exists()


def test_a_batch_that_fails_as_a_whole_leaves_nothing_of_itself(loop, clock, monkeypatch):
    """The settlers come last; what the batch wrote before them is undone with it."""
    case = loop.register()
    clock.set(at("03-02 10:41"))
    monkeypatch.setattr("penalties.settle.settle", lambda passages: 1 / 0)
    assert tasks.sweep() == 0
    assert followed(case) == []
    case.refresh_from_db()
    assert (case.event_count, case.next_moment) == (2, at("03-02 10:30"))


def test_a_verdict_that_is_due_again_at_once_does_not_sweep_for_ever(loop, clock, monkeypatch):
    case = loop.register()
    moment = clock.set(at("03-02 10:41"))

    def still_due(case, verdict):
        stand(case, verdict)
        case.next_moment = moment

    monkeypatch.setattr(pipeline, "stand", still_due)
    assert tasks.sweep() == 0
    assert SetAside.objects.get().case_id == case.pk


def test_the_pace_keeps_locks_short():
    """A batch aims at 150 ms of the 200 that it may hold its locks."""
    pace = Pace(50)
    pace.took(50, 0.075)  # 1.5 ms each: a hundred fit
    assert pace.size == 100
    pace.took(100, 0.5)
    assert pace.size == 30
    pace.took(25, 60)
    assert pace.size == SMALLEST_BATCH == 25
    for _batch in range(20):
        pace.took(pace.size, 0.000_1)
    assert pace.size == LARGEST_BATCH


@pytest.mark.race
def test_two_workers_share_one_backlog(fresh_db, clock, monkeypatch):
    """Both have claimed before either writes: no case is in both hands, none is left over."""
    clock.set(RECEIVED)
    loop = Loop.new()
    cases = [loop.register() for _number in range(8)]
    clock.set(at("03-02 10:41"))
    monkeypatch.setattr(sweeping, "FIRST_BATCH", 4)
    meeting, enter, hands = Meeting(2), pipeline.enter_due, []

    def entered(among, size):
        if passages := enter(among, size):
            hands.append({one.case.pk for one in passages})
            meeting.wait()
        return passages

    monkeypatch.setattr(pipeline, "enter_due", entered)
    changed, _none = sort_out(together(tasks.sweep, tasks.sweep))
    assert meeting.met == 2
    assert sum(changed) == 8
    assert set.union(*hands) == {case.pk for case in cases}
    assert sum(map(len, hands)) == 8
    assert {tuple(followed(case)) for case in cases} == {(WARNED,)}
