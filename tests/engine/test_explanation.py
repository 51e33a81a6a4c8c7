"""How a clock was counted, day by day, and when it would be due under the other reading."""

from datetime import timedelta
from functools import cache

from hypothesis import given

from regulations.engine.calendar import official
from regulations.engine.explanation import explain, other_packs
from tests.engine.cases import HANDLED, PACKS, at, estate, event, pack
from tests.engine.test_properties import GAPS, histories

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@cache
def others():
    return other_packs((PACKS / "dali-tourism.yaml").read_text(encoding="utf-8"))


def explained(told, now, rule):
    rows = explain(pack(), told, official(), at(now), others())
    return next(row for row in rows if row.key.startswith(f"{rule}:"))


def test_deferred_hours_show_what_ran_on_each_day():
    """24 hours from Friday 6 March 17:30, holidays deferred: 6.5 h, nothing, nothing, 17.5 h."""
    told = estate()
    told = type(told)(told.case, told.facts, (event("03-06 17:30 received"),))
    row = explained(told, "03-06 18:00", "response-cap")
    assert row.due_at == at("03-09 17:30")
    assert [(one.day.day, one.is_open, one.counted) for one in row.days] == [
        (6, True, 6.5 * HOUR),
        (7, False, 0 * HOUR),
        (8, False, 0 * HOUR),
        (9, True, 17.5 * HOUR),
    ]


def test_natural_days_do_not_count_the_first():
    row = explained(estate(), "03-02 10:00", "close")
    assert [(one.day.day, one.counted) for one in row.days] == [
        (2, 0 * DAY), (3, DAY), (4, DAY), (5, DAY),
    ]  # fmt: skip
    assert (row.started_by, row.source, row.extended) == ("received", ("DALI-113",), False)


def test_an_extension_shows_beside_what_was_counted():
    until = at("03-08 12:00")
    told = estate(
        event("03-03 10:00 extended", source="DALI-113", until=until, signed_by="部门负责人", reason="等材料")
    )  # fmt: skip
    row = explained(told, "03-04 10:00", "close")
    assert row.due_at == at("03-09 00:00")
    assert row.extended
    assert row.days[-1].day.day == 5


def test_the_other_reading_says_when_the_clock_would_be_due():
    """A repair standard is not set, so the closing clock has no limit; no alternative sets one."""
    row = explained(estate(category="维保修类"), "03-02 10:00", "close")
    assert row.due_at is None
    assert {reading.key for reading in row.readings} == {"repair_standard"}
    assert row.others == ()


@given(histories(), GAPS)
def test_what_counted_adds_up_to_the_period(told, gap):
    now = told.events[-1].at + gap
    for row in explain(pack(), told, official(), now):
        if row.period is None:
            continue
        total = sum((one.counted for one in row.days), timedelta(0))
        if row.period.unit in ("days", "working_days", "same_day"):
            assert total == timedelta(days=row.period.limit)
        elif not row.period.in_days:
            assert total == row.period.span(row.period.limit)


def test_a_handled_case_explains_all_its_clocks():
    rows = explain(pack(), estate(*HANDLED), official(), at("03-04 10:00"))
    assert [row.key for row in rows] == [
        "transfer:1:1", "response:1:1", "response-cap:1:1", "plan:1:1", "close:1:1", "followup:1:1",
    ]  # fmt: skip


def test_another_reading_that_counts_otherwise_is_shown_with_its_due_moment():
    """10,000 read as 'or more' leaves 8,000 a general complaint: 4 hours for the plan, not 24."""
    row = explained(estate(amount="8000"), "03-02 10:00", "plan")
    assert row.due_at == at("03-03 09:30")
    assert [(one.key, one.value, one.due_at) for one in row.others] == [
        ("amount_direction", "at_least", at("03-02 13:30"))
    ]
