"""INV-3: each penalty or reward is posted exactly once, whatever is run again."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum

from accounts.models import Department
from audits.verification import differences
from complaints import pipeline
from complaints.histories import history_of, verdict_of
from complaints.models import Complaint
from config import queue
from config.celery import app
from penalties import procedure
from penalties.closing import close
from penalties.models import Award, Entry, Month
from penalties.periods import Span
from penalties.scoring import give_platform_score
from records import clock as database_clock
from regulations.engine.charges import charges
from tests.loop import Loop
from tests.penalties.house import entries, followed, items, late, offence, prepared, stand, sweep

OWNER, MARCH = "linxiaoyun", Span.named("2026-03")
TIMES = [50, pytest.param(1000, marks=pytest.mark.long)]


@pytest.fixture
def loop(db, clock):
    return Loop.new()


def closed_march(loop) -> Complaint:
    """Return a case with days, a range and a sanction, its month closed with a reward."""
    case = late(loop, 16)
    offence(loop, case, "DALI-32")
    for item in items(case):
        if item.root.low is None:
            procedure.confirm(item.root.pk, actor=loop.actor(OWNER))
    followed(loop, 9)
    version, place = loop.versions["dali-tourism"], loop.department("物业公司")
    give_platform_score(version, place, MARCH, Decimal(100), loop.actor("zhoumin"))
    stand("04-10 09:00")
    close(loop.organisation.tourism, MARCH, actor=loop.actor("tangxue"))
    return case


def posted() -> tuple:
    """Return every row of money, and its sum."""
    rows = list(Entry.objects.order_by("pk").values_list("pk", "hash"))
    awards = list(Award.objects.order_by("pk").values_list("pk", "amount"))
    return rows, awards, Entry.objects.aggregate(sum=Sum("amount"))["sum"]


@pytest.mark.parametrize("times", TIMES)
def test_inv_3_running_any_task_again_posts_nothing(times, loop):
    """All that beat starts, with every case due each time, as after a restart in the middle."""
    closed_march(loop)
    app.loader.import_default_modules()
    tasks = sorted({line["task"] for line in queue.beat_schedule.values()})
    assert "sla.tasks.sweep" in tasks
    app.tasks["sla.tasks.sweep"]()  # what has come true until today
    before = posted()
    assert before[2] > 0
    for _time in range(times):
        Complaint.objects.filter(next_moment__isnull=False).update(next_moment=database_clock.now())
        for name in tasks:
            app.tasks[name]()
    assert posted() == before


@pytest.mark.parametrize("times", TIMES)
def test_inv_3_settling_the_same_history_again_posts_nothing(times, loop):
    case = closed_march(loop)
    before = posted()
    for _time in range(times):
        pipeline.act(case.pk, [], actor=None)
    assert posted() == before


def test_inv_3_replaying_the_record_gives_the_proposals_that_are_stored(loop):
    for days in (1, 7, 8, 15, 16):
        case = late(loop, days)
        case.refresh_from_db()
        verdict = verdict_of(case, history_of(case.events.order_by("seq")), case.settled_at)
        replayed = {(one.identity, one.amount, one.range) for one in charges(verdict.penalties)}
        stored = {
            (e.identity, e.amount, (e.low, e.high) if e.low is not None else None)
            for e in entries(case)
        }
        assert stored == replayed
        assert len(stored) == len(entries(case))
    assert list(differences()) == []


def again(row, **changes):
    """Insert a copy of a row as another one."""
    row.pk = row._state.adding = None
    for name, value in changes.items():
        setattr(row, name, value)
    with transaction.atomic():
        row.save(force_insert=True)


def test_inv_3_the_database_refuses_the_second_of_each(loop):
    """Proposal by rule, case, cycle, day and person's role; posting by month; reward; month."""
    case = closed_march(loop)
    unit = Department.objects.get(pk=case.unit_id)
    proposal, posting = Entry.objects.items().first(), Entry.objects.filter(kind="posted").first()
    for row, name, changes in (
        (proposal, "offence_charged_once", {"seq": 900}),
        (posting, "item_posted_once_a_month", {"seq": 901}),
        (Award.objects.get(), "award_once", {}),
        (Month.objects.get(unit=unit), "month_closed_once", {}),
    ):
        with pytest.raises(IntegrityError, match=name):
            again(row, **changes)


def test_inv_3_a_day_of_two_people_is_two_offences_and_of_one_is_one(loop):
    """A range of one delay costs handler and leaders each once (9.5.3)."""
    case = prepared(loop)
    sweep(case, "04-20 12:00")
    ranges = [entry for entry in entries(case) if entry.low is not None]
    assert sorted(entry.subject for entry in ranges) == ["handler", "leaders"]
    days = [entry.day for entry in entries(case) if entry.day is not None]
    assert days == list(range(1, 16))


@pytest.mark.parametrize("finish", range(1, 19))
def test_a_later_finish_never_costs_less(finish, loop):
    def cost(days):
        return sum(item.root.amount or item.root.low or 0 for item in items(late(loop, days)))

    assert cost(finish) <= cost(finish + 1)


def test_the_order_of_unrelated_events_changes_nothing_in_the_ledger(loop):
    """Notes, an objection elsewhere and an offence, before or after: the days stay what they are."""

    def told(case, *acts):
        for act in acts:
            act(case)
        return {(e.identity, e.amount, e.person_id) for e in entries(case)}

    def note(case):
        loop.do(case, "noted", "zhoumin", note="催办")

    def refusal(case):
        offence(loop, case, "DALI-32")

    def swept(case):
        sweep(case, "03-08 12:00")

    ways = [
        (note, refusal, swept),
        (refusal, note, swept),
        (swept, refusal, note),
        (swept, note, refusal),
    ]
    found = [told(prepared(loop), *way) for way in ways]
    assert all(one == found[0] for one in found)
    assert len(found[0]) == 4  # three days and the refusal
