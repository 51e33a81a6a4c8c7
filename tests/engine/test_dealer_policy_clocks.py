"""经销商制度: one working day for a plan, what a delay costs, how quickly the customer hears."""

import pytest

from tests.engine.asking import breaches, judged
from tests.engine.cases import at, clock, event, history
from tests.engine.dealer_policy import APPROVED, ASSIGNED, CODE, MAJOR, NOW, PLAN, complaint


def plan(told, now, **chosen):
    rule = "plan-accepted" if chosen.get("plan_from") == "accepted" else "plan"
    row = clock(judged(CODE, told, now, **chosen), rule)
    return row and (row.due_at, row.state, row.late_days)


def sanctions(told, now=NOW):
    return [(row.source, row.subject) for row in judged(CODE, told, now).penalties]


@pytest.mark.parametrize(
    ("assigned", "due"),
    [
        pytest.param("03-09 16:00", "03-11 00:00", id="monday"),
        pytest.param("03-09 00:00:00", "03-11 00:00", id="the-start-day-does-not-count"),
        pytest.param("03-06 11:00", "03-10 00:00", id="friday"),
        pytest.param("03-07 11:00", "03-10 00:00", id="saturday"),
        pytest.param("02-13 11:00", "02-15 00:00", id="make-up-saturday-is-open"),
        pytest.param("02-14 11:00", "02-25 00:00", id="spring-festival"),
        pytest.param("09-24 11:00", "09-29 00:00", id="mid-autumn"),
        pytest.param("09-30 11:00", "10-09 00:00", id="national-day"),
    ],
)
def test_the_plan_takes_one_working_day(assigned, due):
    told = history(
        f"{assigned} received",
        event(f"{assigned} graded", grade="一般", reason="1"),
        event(f"{assigned} assigned", department="售后部"),
    )
    assert plan(told, assigned) == (at(due), "running", 0)


def test_a_working_day_of_a_year_not_announced_is_provisional():
    told = complaint(event("2026-12-31 11:00 assigned", department="售后部"))
    found = clock(judged(CODE, told, "2026-12-31 12:00"), "plan")
    assert (found.due_at, found.calendar) == (at("2027-01-02 00:00"), "provisional")


@pytest.mark.feature("F212")
@pytest.mark.parametrize(
    ("submitted", "state", "late", "charged"),
    [
        pytest.param("03-11 00:00:00", "met", 0, [], id="at-24:00"),
        pytest.param("03-11 00:00:01", "late", 1, [(("DLR-22",), "handler")], id="a-second-late"),
        pytest.param("03-12 09:00:00", "late", 2, [(("DLR-22",), "handler")], id="two-days"),
    ],
)
def test_a_delayed_plan_is_a_charge_on_the_handler(submitted, state, late, charged):
    told = complaint(ASSIGNED, f"{submitted} plan_submitted")
    assert plan(told, "03-13 12:00") == (at("03-11 00:00"), state, late)
    assert sanctions(told, "03-13 12:00") == charged


@pytest.mark.feature("F212")
def test_a_plan_still_missing_is_charged_once_and_without_figure():
    told = complaint(ASSIGNED)
    assert sanctions(told, "03-11 00:00:00") == []
    (row,) = judged(CODE, told, "03-20 12:00").penalties
    assert (row.subject, row.amount, row.days) == ("handler", None, None)
    assert row.sanction


@pytest.mark.parametrize("now", ["03-09 12:00", "03-20 12:00"])
def test_a_major_or_ungraded_complaint_has_no_working_day(now):
    for told in (
        complaint(ASSIGNED, grade=MAJOR),
        history("03-09 09:00 received", "03-09 09:00 registered", ASSIGNED),
    ):
        assert plan(told, now) is None
        assert sanctions(told, now) == []


def test_a_complaint_regraded_to_ordinary_counts_from_its_assignment():
    told = complaint(ASSIGNED, event("03-10 16:00 graded", grade="一般", reason="1"), grade=MAJOR)
    assert plan(told, "03-10 12:00") is None
    assert plan(told, "03-10 17:00") == (at("03-11 00:00"), "running", 0)


def test_a_regrading_to_major_ends_the_day_but_not_its_breach():
    told = complaint(ASSIGNED, event("03-11 10:00 graded", grade="重大", reason="1"))
    found = judged(CODE, told, NOW)
    assert clock(found, "plan") is None
    assert breaches(found) == {"plan:1:1": at("03-11 00:00")}
    assert sanctions(told) == [(("DLR-22",), "handler")]


def test_a_returned_task_is_void_and_the_next_one_has_its_own_day():
    told = complaint(
        ASSIGNED,
        event("03-09 15:00 returned", reason="1"),
        event("03-10 09:00 assigned", department="销售部"),
    )
    found = judged(CODE, told, NOW)
    assert clock(found, "plan").state == "void"
    second = clock(found, "plan", ordinal=2)
    assert (second.due_at, second.department) == (at("03-12 00:00"), "销售部")
    assert (second.state, second.late_days) == ("overdue", 1)


@pytest.mark.parametrize("end", ["withdrawn", "merged"])
def test_a_complaint_that_ends_in_time_costs_nothing(end):
    told = complaint(ASSIGNED, f"03-10 10:00 {end}")
    assert plan(told, "03-20 12:00")[1] == "void"
    assert sanctions(told, "03-20 12:00") == []


def test_a_reopened_complaint_has_a_new_day():
    told = complaint(ASSIGNED, PLAN, "03-16 09:00 reopened")
    row = clock(judged(CODE, told, "03-16 12:00"), "plan", cycle=2)
    assert (row.due_at, row.state) == (at("03-18 00:00"), "running")


def test_read_otherwise_the_day_starts_when_the_department_accepts():
    told = complaint(ASSIGNED, event("03-10 09:00 accepted", handler="1"))
    assert plan(told, NOW, plan_from="accepted") == (at("03-12 00:00"), "overdue", 1)
    assert clock(judged(CODE, told, NOW, plan_from="accepted"), "plan") is None


def test_read_otherwise_each_acceptance_and_reopening_has_its_day():
    told = complaint(
        event("03-13 09:00 accepted", handler="1"),  # a Friday
        event("03-14 09:00 accepted", handler="2"),
        "03-16 09:00 reopened",
    )
    found = judged(CODE, told, "03-16 12:00", plan_from="accepted")
    dues = [clock(found, "plan-accepted", ordinal).due_at for ordinal in (1, 2)]
    assert dues == [at("03-17 00:00"), at("03-17 00:00")]
    assert clock(found, "plan-accepted", cycle=2).due_at == at("03-18 00:00")


def test_no_extension_is_provided_for():
    told = complaint(
        ASSIGNED,
        event(
            "03-10 09:00 extended",
            source="DLR-11",
            stage="plan",
            until=at("03-13 18:00"),
            signed_by="总经理",
            reason="配件未到",
        ),
    )
    found = judged(CODE, told, NOW)
    assert clock(found, "plan").due_at == at("03-11 00:00")
    assert [row.reason for row in found.refused] == ["not_provided"]


def test_a_delay_that_is_recorded_as_well_is_charged_once():
    told = complaint(ASSIGNED, event("03-12 10:00 offence", source="DLR-22", subject="handler"))
    assert sanctions(told) == [(("DLR-22",), "handler")]


def test_informing_the_customer_quickly_has_no_figure():
    told = complaint(ASSIGNED, PLAN, APPROVED)
    row = clock(judged(CODE, told, "04-10 12:00"), "inform")
    assert (row.started_at, row.due_at, row.state) == (at("03-10 15:00"), None, "no_limit")
    for by in (None, "责任部门经理"):
        told = complaint(ASSIGNED, PLAN, event("03-10 15:00 plan_approved", by=by))
        assert (clock(judged(CODE, told, NOW), "inform") is None) is (by is not None)
    again = complaint(ASSIGNED, PLAN, APPROVED, "03-11 09:00 plan_submitted")
    again = again.with_event(event("03-11 10:00 plan_approved", by="总经理"))
    assert clock(judged(CODE, again, NOW), "inform", ordinal=2) is not None
    major = complaint(ASSIGNED, PLAN, APPROVED, grade=MAJOR)
    assert clock(judged(CODE, major, NOW), "inform") is None
