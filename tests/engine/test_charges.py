"""The ledger's lines: each overdue day once, at the rate of its day, and the sums of 9.5."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulations.engine.charges import charges
from tests.engine.cases import HANDLED, at, estate, event, verdict

PREPARED = HANDLED[:4]


def finished(day: int, *before):
    """A 物业服务 case due on 5 March 24:00, confirmed by the customer `day` days after that."""
    told = estate(*PREPARED, *before)
    return verdict(told, f"03-{5 + day:02d} 12:00")


def late(found):
    return [row for row in charges(found.penalties) if row.rule == "overdue"]


def money(rows):
    return sum((row.amount for row in rows if row.amount is not None), Decimal(0))


@pytest.mark.feature("F205")
@pytest.mark.parametrize(
    ("days", "due"), [(3, 300), (7, 700), (8, 900), (10, 1300), (15, 2300), (16, 2300)]
)
def test_the_worked_examples(days, due):
    rows = late(finished(days))
    assert money(rows) == due
    counted = [row.day for row in rows if row.day]
    assert counted == list(range(1, min(days, 15) + 1))
    ranges = [row.range for row in rows if row.range]
    assert ranges == ([(500, 1500)] * 2 if days == 16 else [])


@pytest.mark.feature("F258")
def test_days_count_from_the_extended_due_time():
    granted = event(
        "03-04 09:00 extended",
        source="DALI-113",
        stage="close",
        until=at("03-09 00:00"),
        signed_by="部门负责人",
        reason="等待配件",
    )
    rows = late(verdict(estate(*PREPARED, granted), "03-09 12:00"))
    assert [(row.day, row.amount) for row in rows] == [(1, Decimal("100.00"))]


def test_each_day_is_dated_with_its_own_start():
    rows = late(finished(3))
    assert [row.at for row in rows] == [at("03-06 00:00"), at("03-07 00:00"), at("03-08 00:00")]


def test_a_day_that_was_late_keeps_its_date_when_a_regrading_moves_the_due_time():
    regraded = event("03-08 12:00 facts_changed", complainants=12)  # 危机: due on 9 March 24:00
    rows = late(verdict(estate(*PREPARED, regraded), "03-13 12:00"))
    assert [row.at.day for row in rows] == [6, 7, 8, 13]


@settings(max_examples=40, deadline=None)
@given(one=st.integers(0, 25), other=st.integers(0, 25))
def test_later_never_costs_less_and_keeps_every_earlier_line(one, other):
    sooner, later = (late(finished(day)) for day in sorted((one, other)))
    assert money(sooner) <= money(later)
    assert {row.identity for row in sooner} <= {row.identity for row in later}


@settings(max_examples=25, deadline=None)
@given(minutes=st.permutations([1, 2, 3]), days=st.integers(0, 20))
def test_the_order_of_unrelated_events_changes_nothing(minutes, days):
    kinds = ["responded", "visited", "department_responded"]
    extra = [
        event(f"03-02 12:{minute:02d} {kind}")
        for minute, kind in sorted(zip(minutes, kinds, strict=True))
    ]
    assert charges(finished(days, *extra).penalties) == charges(finished(days).penalties)


@settings(max_examples=25, deadline=None)
@given(days=st.integers(0, 25))
def test_the_lines_add_up_to_the_rows_of_the_verdict(days):
    found = finished(days)
    assert money(charges(found.penalties)) == sum(
        (row.amount for row in found.penalties if row.amount is not None), Decimal(0)
    )
    rows = charges(found.penalties)
    assert len({row.identity for row in rows}) == len(rows)
