"""Penalties of 9 to 12 and of the table: per day, per occurrence, recorded; once for each offence."""

from decimal import Decimal

import pytest

from tests.engine.cases import HANDLED, at, estate, event, history, verdict

PREPARED = HANDLED[:4]


def priced(found):
    return [(row.source[0], row.subject, row.amount) for row in found.penalties]


# 物业类 is due on 5 March 24:00; 6 March is the first late day.
@pytest.mark.parametrize(
    ("now", "rows"),
    [
        pytest.param("03-06 00:00:00", [], id="24:00-in-time"),
        pytest.param("03-06 00:00:01", [(1, 1, "100.00")], id="a-started-day-counts"),
        pytest.param("03-12 23:59:59", [(1, 7, "700.00")], id="seven"),
        pytest.param("03-13 00:00:00", [(1, 7, "700.00"), (8, 8, "200.00")], id="eight"),
        pytest.param("03-20 12:00", [(1, 7, "700.00"), (8, 15, "1600.00")], id="fifteen"),
    ],
)
def test_overdue_days_each_at_the_rate_of_their_band(now, rows):
    found = [row for row in verdict(estate(*PREPARED), now).penalties if row.clock == "close:1:1"]
    assert [(*row.days, str(row.amount)) for row in found] == rows
    assert {row.subject for row in found} <= {"handler"}


def test_past_day_fifteen_handler_and_leaders_get_a_range_and_the_days_stop():
    found = verdict(estate(*PREPARED), "04-20 12:00").penalties
    charged = sum(row.amount for row in found if row.days)
    assert charged == Decimal("2300.00")
    ranges = [row for row in found if row.range]
    assert [row.subject for row in ranges] == ["handler", "leaders"]
    assert {row.range for row in ranges} == {(Decimal("500.00"), Decimal("1500.00"))}
    assert all(row.amount is None and row.days is None for row in ranges)


def test_days_that_were_late_stay_charged_when_a_regrading_moves_the_due_time():
    told = estate(*PREPARED, event("03-08 12:00 facts_changed", complainants=12))
    found = verdict(told, "03-09 12:00")
    # late since the 6th under 3日; 危机 is due on the 9th at 24:00
    assert next(row for row in found.clocks if row.rule == "close").state == "running"
    assert [(row.days, row.amount) for row in found.penalties] == [((1, 3), Decimal("300.00"))]


def test_two_missed_response_clocks_are_one_offence():
    told = estate()
    found = verdict(told, "03-03 09:00:01")
    assert [row.key for row in found.penalties if row.source[0] == "DALI-131"] == ["response:1"]


def test_each_task_that_misses_its_response_is_an_offence():
    told = estate(
        event("03-02 13:00 returned", reason="1"),
        event("03-02 14:00 assigned", department="项目工程部"),
        "03-02 16:00 department_responded",
        "03-02 16:10 plan_submitted",
    )
    found = verdict(told, "03-03 08:00")
    assert [row.key for row in found.penalties] == ["response:1", "response:2"]


@pytest.mark.parametrize(
    ("receiving", "rows"),
    [
        pytest.param("客户服务部", [("DALI-129", "customer_service", Decimal("200.00"))], id="9.2"),
        pytest.param("营销部", [("DALI-130", "responsible_person", Decimal("100.00"))], id="9.3"),
        pytest.param(
            "销售部", [("DALI-130", "responsible_person", Decimal("100.00"))], id="9.3-alias"
        ),
    ],
)
def test_information_not_passed(receiving, rows):
    told = history("03-02 09:00 received", receiving_department=receiving, out_of_duty=True)
    assert priced(verdict(told, "03-02 11:00:00")) == []
    assert priced(verdict(told, "03-02 11:00:01")) == rows


@pytest.mark.parametrize(
    ("source", "subject", "amount", "sanction"),
    [
        pytest.param("DALI-160", "department_head", "300.00", False, id="table-1"),
        pytest.param("DALI-128", "department_head", "300.00", False, id="9.1"),
        pytest.param("DALI-161", "department_head", "300.00", False, id="table-2"),
        pytest.param("DALI-136", "department_head", "500.00", True, id="10"),
        pytest.param("DALI-163", "responsible_person", "500.00", True, id="table-4"),
        pytest.param("DALI-164", "responsible_person", None, True, id="12"),
        pytest.param("DALI-32", "department", None, True, id="4.1.2"),
    ],
)
def test_recorded_offences(source, subject, amount, sanction):
    told = estate(*PREPARED, event("03-02 15:00 offence", source=source, subject=subject))
    (row,) = verdict(told, "03-02 16:00").penalties
    assert source in row.source
    assert (row.subject, row.amount) == (subject, Decimal(amount) if amount else None)
    assert bool(row.sanction) is sanction


def test_an_offence_found_by_clock_and_by_a_person_is_charged_once():
    recorded = event("03-02 13:00 offence", source="DALI-161", subject="department_head")
    before = verdict(estate("03-02 10:00 department_responded", recorded), "03-02 13:10")
    after = verdict(estate("03-02 10:00 department_responded", recorded), "03-02 13:40")
    assert [row.key for row in before.penalties] == ["plan:1"]
    assert [row.key for row in after.penalties] == ["plan:1"]
    twice = estate("03-02 10:00 department_responded", recorded, recorded)
    assert [row.key for row in verdict(twice, "03-02 13:40").penalties] == ["plan:1", "plan:2"]


def test_what_was_missed_before_a_case_turned_out_invalid_stays():
    told = estate(event("03-02 12:00 judged", valid=False, reason="DALI-17"))
    assert priced(verdict(told, "03-20 12:00")) == [
        ("DALI-131", "responsible_person", Decimal("200.00"))
    ]


def test_a_holiday_does_not_interrupt_late_days():
    told = history("09-22 09:00 received", category="物业服务", complainants=11)
    # five working days: 23, 24, 28, 29, 30 September; 1 to 7 October are holidays
    found = [row for row in verdict(told, "10-08 09:00").penalties if row.days]
    assert [row.days for row in found] == [(1, 7), (8, 8)]


def test_tobacco_has_no_amounts():
    told = history("03-02 09:00 received", category="服务类")
    assert verdict(told, "05-02 09:00", "tobacco-2026").penalties == ()


def test_a_follow_up_on_the_next_day_is_late_and_costs_nothing():
    told = estate(*HANDLED, event("03-04 09:00 followed_up", satisfaction="满意"))
    found = verdict(told, "03-04 10:00")
    row = next(row for row in found.clocks if row.stage == "followup")
    assert (row.due_at, row.state, row.late_days) == (at("03-04 00:00"), "late", 1)
    assert found.penalties == ()
