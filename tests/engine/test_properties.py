"""What holds of every history: nothing that followed is taken back, and only arguments count."""

import time
from datetime import UTC, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulations.engine.calendar import SHANGHAI, WorkCalendar, official
from regulations.engine.history import Event, History
from regulations.engine.judge import judge
from tests.engine.cases import at, estate, pack

START = at("03-02 09:00")
DEPARTMENTS = st.sampled_from(["物业公司", "营销部", "项目工程部"])
GRADES = st.sampled_from(["一般投诉", "重要投诉", "重大投诉", "危机投诉"])
CATEGORIES = st.sampled_from(["物业服务", "维保修类", "规划设计类", "其他类", "服务态度类"])

KINDS = st.one_of(
    st.tuples(
        st.sampled_from(
            [
                "registered",
                "responded",
                "department_responded",
                "plan_submitted",
                "plan_rejected",
                "executed",
                "result_returned",
                "customer_informed",
                "archived",
                "reopened",
                "staff_plan_submitted",
                "staff_plan_confirmed",
                "accepted",
            ]
        ),
        st.just({}),
    ),
    st.tuples(st.just("assigned"), st.fixed_dictionaries({"department": DEPARTMENTS})),
    st.tuples(st.just("returned"), st.just({"reason": "x"})),
    st.tuples(st.just("graded"), st.fixed_dictionaries({"grade": GRADES})),
    st.tuples(st.just("judged"), st.just({"valid": True})),
    st.tuples(st.just("judged"), st.just({"valid": False, "reason": "DALI-17"})),
    st.tuples(
        st.just("facts_changed"), st.fixed_dictionaries({"complainants": st.integers(1, 12)})
    ),
    st.tuples(st.just("facts_changed"), st.fixed_dictionaries({"category": CATEGORIES})),
    st.tuples(st.just("facts_changed"), st.fixed_dictionaries({"safety_risk": st.booleans()})),
    st.tuples(st.just("transferred"), st.just({"to": "部门负责人"})),
    st.tuples(st.just("confirmed"), st.just({"by": "customer", "form": "written"})),
    st.tuples(st.just("closed"), st.just({"mode": "agreed"})),
    st.tuples(
        st.just("followed_up"),
        st.sampled_from([{"satisfaction": "满意"}, {"satisfaction": "不满意"}]),
    ),
    st.tuples(
        st.just("extended"),
        st.just(
            {
                "source": "DALI-113",
                "until": at("03-20 00:00"),
                "signed_by": "部门负责人",
                "reason": "x",
            }
        ),
    ),
    st.tuples(st.just("offence"), st.just({"source": "DALI-161", "subject": "department_head"})),
    st.tuples(st.sampled_from(["withdrawn", "derived.warned"]), st.just({})),
)
GAPS = st.one_of(
    st.sampled_from([timedelta(0), timedelta(seconds=1), timedelta(hours=1), timedelta(days=3)]),
    st.timedeltas(timedelta(0), timedelta(days=9)).map(
        lambda gap: timedelta(seconds=gap // timedelta(seconds=1))
    ),
)


@st.composite
def histories(draw) -> History:
    moment, events = START, [Event(START, "received")]
    for gap, (kind, data) in draw(st.lists(st.tuples(GAPS, KINDS), max_size=10)):
        moment += gap
        events.append(Event(moment, kind, data))
    facts = draw(
        st.fixed_dictionaries(
            {"category": CATEGORIES, "receiving_department": DEPARTMENTS},
            optional={"complainants": st.integers(1, 12), "against_staff": st.booleans()},
        )
    )
    return History("A", facts, tuple(events))


def seen(told: History, now):
    return judge(pack(), told, official(), now)


@given(histories(), GAPS)
def test_a_later_event_changes_nothing_of_what_a_moment_saw(told, gap):
    now = START + gap * 3
    earlier = History("A", told.facts, tuple(one for one in told.events if one.at <= now))
    assert seen(told, now) == seen(earlier, now)


@given(histories(), GAPS)
def test_what_has_followed_is_never_taken_back(told, gap):
    for number in range(1, len(told.events)):
        before = History("A", told.facts, told.events[:number])
        moment = told.events[number].at
        if moment == told.events[number - 1].at:
            continue
        then = seen(before, moment - timedelta(seconds=1))
        later = seen(told, told.events[-1].at + gap)
        assert {row.key for row in then.derived} <= {row.key for row in later.derived}
        assert {row.key for row in then.penalties} <= {row.key for row in later.penalties}


@given(histories(), GAPS)
def test_derived_rows_have_come_by_now_and_have_one_key_each(told, gap):
    now = told.events[-1].at + gap
    rows = seen(told, now).derived
    assert all(row.at <= now for row in rows)
    assert len({row.key for row in rows}) == len(rows)


@given(histories(), GAPS)
@settings(max_examples=60)
def test_between_now_and_the_next_moment_nothing_follows(told, gap):
    now = told.events[-1].at + gap
    found = seen(told, now)
    if found.next_moment is None:
        until = now + timedelta(days=60)
    else:
        assert found.next_moment > now
        until = found.next_moment - timedelta(seconds=1)
    then = seen(told, until)
    assert (then.grade, then.derived, then.penalties) == (
        found.grade,
        found.derived,
        found.penalties,
    )


@given(histories(), st.lists(GAPS, max_size=4))
@settings(max_examples=60)
def test_sweeping_often_or_once_ends_in_the_same_rows(told, gaps):
    end = told.events[-1].at + sum(gaps, timedelta(days=1))
    swept, now = {}, told.events[-1].at
    for gap in gaps:
        now += gap
        swept |= {row.key: row for row in seen(told, min(now, end)).derived}
    once = {row.key: row for row in seen(told, end).derived}
    assert swept | once == once


@given(histories())
def test_the_same_arguments_give_the_same_verdict(told):
    now = told.events[-1].at + timedelta(days=2)
    turned = History("A", dict(reversed(told.facts.items())), told.events)
    assert seen(told, now) == seen(told, now) == seen(turned, now)


@given(histories(), st.frozensets(st.dates(START.date(), at("06-01 00:00").date()), max_size=20))
@settings(max_examples=60)
def test_more_closed_days_never_make_a_clock_due_earlier(told, more):
    now = told.events[-1].at
    base = official()
    stricter = WorkCalendar(base.closed | more, base.opened, known_until=base.known_until)
    strict = {row.key: row for row in judge(pack(), told, stricter, now).clocks}
    for row in seen(told, now).clocks:
        other = strict.get(row.key)
        # An extension or another grade may apply where the base calendar had let a clock run out.
        if (
            other
            and row.due_at
            and other.due_at
            and row.source == other.source
            and not other.extended
        ):
            assert other.due_at >= row.due_at or row.extended


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of the process cannot be set here")
def test_the_zone_of_the_process_does_not_count(monkeypatch):
    told, now = estate("03-02 10:00 department_responded"), at("03-10 12:00")
    here = seen(told, now)
    for zone in ("UTC", "America/Los_Angeles", "Pacific/Kiritimati"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        assert seen(told, now) == here
    monkeypatch.undo()
    time.tzset()


def test_the_offset_in_which_a_time_is_written_does_not_count():
    told = estate()
    moved = History(
        "A",
        told.facts,
        tuple(Event(one.at.astimezone(UTC), one.kind, one.data) for one in told.events),
    )
    now = at("03-05 10:00")
    assert judge(pack(), moved, official(), now.astimezone(UTC)) == seen(told, now)
    assert all(row.started_at.tzinfo is SHANGHAI for row in seen(moved, now).clocks)


def test_a_time_without_offset_is_refused():
    with pytest.raises(ValueError, match="without offset"):
        judge(pack(), estate(), official(), at("03-05 10:00").replace(tzinfo=None))


def test_an_empty_history_has_a_verdict():
    found = judge(pack(), History("A"), official(), START)
    assert (found.grade.name, found.clocks, found.next_moment) == ("一般投诉", (), None)


def test_a_history_of_twelve_events_is_judged_in_little_time():
    told = estate("03-02 10:00 department_responded", "03-02 11:00 plan_submitted")
    begun = time.process_time()
    for _ in range(50):
        seen(told, at("03-10 12:00"))
    assert (time.process_time() - begun) / 50 < 0.01
