"""Three days of silence over a weekend: the record is what it would have been (INV-14).

Beat stops on Friday 27 February 2026 at noon and comes back on Monday 2 March. Saturday the 28th is
worked, to make up for the Spring Festival; Sunday is not.
"""

from datetime import timedelta

import pytest

from audits.verification import differences
from complaints import pipeline
from complaints.models import CaseEvent, Complaint
from penalties.models import Entry
from sla import tasks
from sla.models import Outage, SetAside
from tests.engine.cases import at
from tests.loop import LATE_DELIVERY, Loop
from tests.penalties.house import ONE
from tests.races.crowd import sort_out, together
from tests.sla.record import record_of

STOPS, STARTS = at("02-27 12:00"), at("03-02 12:00")


def stories(loop: Loop, clock) -> list[Complaint]:
    """Return cases of two regulations in several states, some on their way to a fine."""
    clock.set(at("02-23 09:00"))
    fined = loop.accept(loop.assign(loop.register(ONE)))
    clock.set(at("02-26 16:00"))
    return [
        fined,
        loop.register(),
        loop.assign(loop.register()),
        loop.to("resolving"),
        loop.register(LATE_DELIVERY, code="tobacco-2026", by="xujing"),
    ]


def live(cases: list[Complaint], clock, until) -> None:
    """Let an undisturbed beat be: each case is swept at the very moment at which it changes."""
    while True:
        rows = Complaint.objects.filter(pk__in=[case.pk for case in cases]).due(until)
        first = rows.first()
        if first is None:
            break
        clock.set(max(first.next_moment, clock.now()))
        pipeline.sweep(first.pk)


def test_inv_14_a_silent_weekend_leaves_the_record_of_an_undisturbed_twin(db, clock):
    loop = Loop.new()
    undisturbed, silent = stories(loop, clock), stories(loop, clock)
    live(undisturbed + silent, clock, STOPS)
    clock.set(STOPS)
    tasks.sweep()
    live(undisturbed, clock, STARTS)
    clock.set(STARTS)
    tasks.sweep()
    for twin, case in zip(undisturbed, silent, strict=True):
        pipeline.act(twin.pk, [], actor=None)  # both are judged at the same moment
        expected, found = record_of(twin), record_of(case)
        for part in expected:
            assert found[part] == expected[part], (case.number, part)
    derived = CaseEvent.objects.filter(case__in=silent, recorded_at=STARTS)
    assert derived.count() > 10
    assert Entry.objects.filter(case__in=silent, recorded_at=STARTS).count() >= 3
    assert set(derived.values_list("at", flat=True)) != {STARTS}
    assert list(differences()) == []
    assert not SetAside.objects.exists()
    assert Outage.objects.filter(since=STOPS, until=STARTS).exists()


@pytest.mark.race
def test_inv_14_two_beats_started_together_catch_up_once(fresh_db, clock):
    loop = Loop.new()
    alone, cases = stories(loop, clock), stories(loop, clock)
    clock.set(STARTS)
    for case in alone:
        pipeline.sweep(case.pk)
    sort_out(together(tasks.sweep, tasks.sweep))
    for twin, case in zip(alone, cases, strict=True):
        assert record_of(case) == record_of(twin)
    assert list(differences()) == []


def test_inv_14_what_fell_due_in_the_silence_keeps_its_moment(db, clock):
    loop = Loop.new()
    clock.set(at("02-27 13:00"))
    case = loop.register()
    clock.set(STARTS)
    tasks.sweep()
    due = CaseEvent.objects.get(case=case, kind="derived.overdue", data__subject="transfer:1:1")
    # 8.1: a 重大投诉 is passed on within 2 hours.
    assert due.at == at("02-27 15:00")
    assert due.recorded_at - due.at == timedelta(days=2, hours=21)
