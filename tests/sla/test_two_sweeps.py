"""Two workers sweep at once, or beside an act: what follows is recorded once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction

from audits.verification import differences
from complaints import pipeline
from complaints.lifecycle import Kind
from complaints.models import CaseEvent, Complaint
from complaints.pipeline import Act
from notices.models import Notice, Topic
from sla import tasks
from sla.models import Clock
from tests.databases import used
from tests.engine.cases import at
from tests.loop import Loop
from tests.races.crowd import Meeting, sort_out, together
from tests.sla.silent import DUE, OVERDUE, RECEIVED, WARNED, followed

pytestmark = pytest.mark.race


@pytest.fixture
def loop(fresh_db, clock) -> Loop:
    clock.set(RECEIVED)
    return Loop.new()


def test_two_sweeps_at_once_record_a_warning_and_a_breach_once(loop, clock):
    case = loop.register()
    clock.set(at("03-02 10:41"))
    changed, _none = sort_out(together(tasks.sweep, tasks.sweep))
    assert sorted(changed) == [0, 1]
    assert followed(case) == [WARNED]
    clock.set(at("03-02 11:20"))
    changed, _none = sort_out(together(tasks.sweep, tasks.sweep))
    assert sorted(changed) == [0, 1]
    assert followed(case) == [WARNED, OVERDUE]
    assert tasks.sweep() == 0
    row = Clock.objects.get(case=case, stage="transfer")
    assert (row.state, row.due_at, row.late_days) == ("overdue", DUE, 0)
    assert list(differences()) == []


@pytest.mark.parametrize("guard", ["none", "constraint", "lock"])
def test_the_lock_keeps_two_sweeps_apart(guard, loop, fresh_db, clock, monkeypatch):
    """Both workers have read the case before either of them writes.

    With no guard both record the warning. Without the lock the database still takes it once, and
    the other worker's whole passage is undone; with the lock the second leaves the case alone.
    """
    case = loop.register()
    clock.set(at("03-02 10:41"))
    if guard == "none":
        with used(fresh_db, owner=True), connection.cursor() as cursor:
            for name in ("event_place_once", "derived_event_once"):
                cursor.execute(f"ALTER TABLE complaints_caseevent DROP CONSTRAINT {name}")
    if guard != "lock":
        unguarded = type(Complaint.objects.all())
        monkeypatch.setattr(unguarded, "select_for_update", lambda rows, **options: rows)
    meeting, enter = Meeting(2), pipeline.enter_due

    def entered(among, size):
        if passages := enter(among, size):
            meeting.wait()
        return passages

    monkeypatch.setattr(pipeline, "enter_due", entered)
    changed, _none = sort_out(together(tasks.sweep, tasks.sweep))
    assert meeting.met == (0 if guard == "lock" else 2)
    assert sum(changed) == (2 if guard == "none" else 1)
    assert followed(case) == [WARNED] * sum(changed)
    assert Notice.objects.filter(topic=Topic.WARNED, channel="in_app").count() == 1


def test_an_act_and_a_sweep_at_once_record_a_breach_once(loop, clock):
    case = loop.register()
    clock.set(at("03-02 11:20"))
    actor = loop.actor("zhoumin")
    transfer = Act(Kind.TRANSFERRED, {"to": "人力运营副总"})
    sort_out(together(lambda: pipeline.act(case.pk, [transfer], actor=actor), tasks.sweep))
    assert followed(case) == [WARNED, OVERDUE]
    told = [event.kind for event in CaseEvent.objects.filter(case=case).order_by("seq")]
    assert told[-3:] == ["derived.warned", "derived.overdue", "transferred"]
    assert Clock.objects.get(case=case, stage="transfer").state == "late"


def test_a_case_that_somebody_has_locked_holds_nobody_up(loop, clock):
    """Whoever has it locked catches up himself; else the next sweep does."""
    held, free = loop.register(), loop.register()
    clock.set(at("03-02 10:41"))

    def swept():
        try:
            return tasks.sweep()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            pipeline.enter(held.pk)
            found = pool.submit(swept).result(timeout=20)
        assert (found, followed(free), followed(held)) == (1, [WARNED], [])
    assert tasks.sweep() == 1
    assert followed(held) == [WARNED]


def test_a_late_entry_that_makes_a_breach_untrue_reverses_it_once(loop, clock):
    case = loop.register()
    clock.set(at("03-02 11:20"))
    tasks.sweep()
    breach = CaseEvent.objects.get(case=case, kind="derived.overdue")
    late = Act(
        Kind.TRANSFERRED,
        {"to": "人力运营副总"},
        {"late_reason": "十点四十已电话上报，忘记登记"},
        at("03-02 10:40"),
    )
    pipeline.act(case.pk, [late], actor=loop.actor("zhoumin"))
    clock.set(at("03-02 12:00"))
    Complaint.objects.filter(pk=case.pk).update(next_moment=at("03-02 12:00"))
    sort_out(together(tasks.sweep, tasks.sweep))
    (reversal,) = CaseEvent.objects.filter(case=case, kind="derived.reversed")
    assert reversal.data == {"refers": breach.seq}
    assert CaseEvent.objects.filter(pk=breach.pk).exists()
    assert Clock.objects.get(case=case, stage="transfer").state == "met"
    assert list(differences()) == []
