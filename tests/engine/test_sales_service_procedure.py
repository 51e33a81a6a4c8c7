"""投诉处理程序: the visit in two working days, 营销副总's decision, improvement in a set time."""

from datetime import datetime

import pytest

from regulations.engine.calendar import SHANGHAI, official
from regulations.engine.history import Event, History
from regulations.engine.judge import judge
from tests.engine import asking
from tests.engine.asking import breaches, missing, waits
from tests.engine.cases import at, clock, event, history, pack

CODE = "sales-service-procedure"
QUALITY = {"category": "产品质量"}


def judged(told, now, **chosen):
    return asking.judged(CODE, told, now, **chosen)


def registered(when, *more, **facts):
    """Return a case registered at a moment, received at 00:10 of that day."""
    day = when.split()[0]
    told = (f"{day} 00:10 received", f"{when} registered", *more)
    return history(*told, **{**QUALITY, **facts})


# -- the visit (4.2)


@pytest.mark.feature("F117")
@pytest.mark.parametrize(
    ("when", "due"),
    [
        pytest.param("03-09 10:00", "03-12 00:00", id="within-a-week"),
        pytest.param("03-09 23:59", "03-12 00:00", id="late-in-the-evening"),
        pytest.param("03-06 10:00", "03-11 00:00", id="over-a-weekend"),
        # 4 to 6 April closed: Tuesday 7, Wednesday 8
        pytest.param("04-03 10:00", "04-09 00:00", id="over-qingming"),
        # Friday 8 and Saturday 9 May, open for the holiday
        pytest.param("05-07 10:00", "05-10 00:00", id="ends-on-a-make-up-day"),
        # Tuesday 24 and Wednesday 25 February
        pytest.param("02-14 10:00", "02-26 00:00", id="from-a-make-up-day"),
        # 25 to 27 September closed: Monday 28, Tuesday 29
        pytest.param("09-25 10:00", "09-30 00:00", id="registered-on-a-holiday"),
        # 1 to 7 October closed: Thursday 8, Friday 9
        pytest.param("09-30 10:00", "10-10 00:00", id="over-national-day"),
    ],
)
def test_the_visit_is_due_two_working_days_after_registration(when, due):
    row = clock(judged(registered(when), when), "visit")
    assert (row.stage, row.due_at, row.source) == ("visit", at(due), ("SSP-08",))


@pytest.mark.parametrize(
    ("visited", "state", "late"),
    [
        pytest.param("03-12 00:00:00", "met", 0, id="at-the-due-moment"),
        pytest.param("03-12 00:00:01", "late", 1, id="one-second-late"),
        pytest.param("03-16 10:00:00", "late", 5, id="monday"),
        pytest.param(None, "overdue", 9, id="never"),
    ],
)
def test_when_the_visit_is_late(visited, state, late):
    told = registered("03-09 10:00", *([f"{visited} visited"] if visited else []))
    row = clock(judged(told, "03-20 09:00"), "visit")
    assert (row.state, row.late_days) == (state, late)


@pytest.mark.parametrize("category", ["客户服务行为", "营业人员专业工作事务", None])
def test_every_class_is_visited(category):
    row = clock(judged(registered("03-09 10:00", category=category), "03-09 11:00"), "visit")
    assert row.due_at == at("03-12 00:00")


def test_nothing_runs_before_the_registration():
    assert judged(history("03-06 20:00 received", **QUALITY), "03-09 09:00").clocks == ()


def test_the_other_reading_starts_the_visit_at_the_receipt():
    told = history("03-06 20:00 received", "03-09 10:00 registered", **QUALITY)
    found = judged(told, "03-09 11:00", visit_start="received")
    # Monday 9, Tuesday 10
    assert [(row.stage, row.due_at) for row in found.clocks] == [("visit", at("03-11 00:00"))]


def test_a_year_that_is_not_announced_is_counted_by_weekends():
    moment = datetime(2027, 2, 5, 10, tzinfo=SHANGHAI)  # a Friday
    told = History("A", QUALITY, (Event(moment, "received"), Event(moment, "registered")))
    (row,) = judge(pack(CODE), told, official(), moment).clocks
    assert (row.due_at, row.calendar) == (datetime(2027, 2, 10, tzinfo=SHANGHAI), "provisional")


def test_a_reopened_case_is_visited_again():
    told = registered(
        "03-09 10:00",
        "03-10 10:00 visited",
        event("03-12 10:00 closed", mode="agreed"),
        "03-20 10:00 reopened",
    )
    found = judged(told, "03-21 09:00")
    assert clock(found, "visit").state == "met"
    assert clock(found, "visit", cycle=2).due_at == at("03-25 00:00")
    other = judged(told, "03-21 09:00", visit_start="received")
    assert clock(other, "visit-from-receipt", cycle=2).due_at == at("03-25 00:00")


@pytest.mark.parametrize(
    "end", [event("03-10 09:00 closed", mode="invalid"), "03-10 09:00 withdrawn"]
)
def test_what_has_ended_leaves_nothing_overdue(end):
    found = judged(registered("03-09 10:00", end), "03-20 09:00")
    assert [row.state for row in found.clocks] == ["void"]
    assert (breaches(found), found.counts_in_rate) == ({}, False)


# -- improvement in a set time (4.5)

APPROVED = event("03-11 10:00 plan_approved", by="营销副总")
SET = event("03-12 09:00 extended", source="SSP-14", until=at("03-20 17:00"), reason="1")


@pytest.mark.feature("F150")
@pytest.mark.feature("F256")
@pytest.mark.parametrize(
    ("events", "now", "due", "state", "late"),
    [
        pytest.param((), "04-20 09:00", None, "no_limit", 0, id="no-time-set"),
        pytest.param((SET,), "03-21 00:00", "03-21 00:00", "running", 0, id="the-day-that-was-set"),
        pytest.param((SET,), "03-21 00:00:01", "03-21 00:00", "overdue", 1, id="one-second-over"),
        pytest.param(
            (SET, "03-20 23:00 executed"), "03-30 09:00", "03-21 00:00", "met", 0, id="in-time"
        ),
        pytest.param(
            (SET, "03-23 09:00 permanent_measure"),
            "03-30 09:00",
            "03-21 00:00",
            "late",
            3,
            id="three-days-late",
        ),
    ],
)
def test_improvement_is_due_on_the_day_that_is_set(events, now, due, state, late):
    found = judged(registered("03-09 10:00", "03-10 10:00 visited", APPROVED, *events), now)
    row = clock(found, "improvement")
    assert (row.source, row.due_at) == (("SSP-14",), due and at(due))
    assert (row.state, row.late_days) == (state, late)
    assert ("improvement:1:1" in breaches(found)) is (state in ("overdue", "late"))
    assert found.refused == ()


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        pytest.param((SET,), "no_such_clock", id="before-the-approval"),
        pytest.param(
            (
                APPROVED,
                SET,
                event("03-13 09:00 extended", source="SSP-14", until=at("04-20 17:00"), reason="1"),
            ),
            "not_provided",
            id="the-set-time-is-not-put-off",
        ),
        pytest.param(
            (event("03-10 09:00 extended", source="SSP-08", until=at("03-20 17:00"), reason="1"),),
            "not_provided",
            id="the-visit-is-not-put-off",
        ),
    ],
)
def test_times_that_cannot_be_set(events, reason):
    found = judged(registered("03-09 10:00", *events), "03-13 10:00")
    assert [row.reason for row in found.refused] == [reason]


# -- who is told of a quality complaint (4.6)


@pytest.mark.feature("F148")
@pytest.mark.parametrize("improved", ["executed", "permanent_measure"])
def test_the_event_the_opinion_and_the_improvement_are_told_one_after_the_other(improved):
    told = registered("03-09 10:00", APPROVED, f"03-13 09:00 {improved}")
    found = judged(told, "03-14 09:00").reports
    moments = [at("03-09 10:00"), at("03-11 10:00"), at("03-13 09:00")]
    for post in ("管理者代表", "总经理"):
        rows = [row for row in found if row.to == post]
        assert [row.at for row in rows] == moments
        assert all("SSP-15" in row.source for row in rows)


@pytest.mark.parametrize(
    ("events", "facts", "since"),
    [
        pytest.param((), {"category": "客户服务行为"}, None, id="no-quality"),
        pytest.param(
            (APPROVED, "03-13 09:00 executed", "03-13 10:00 permanent_measure"),
            {"category": "客户服务行为"},
            None,
            id="no-quality-to-the-end",
        ),
        pytest.param((), {"category": None}, None, id="unknown-class"),
        pytest.param(
            (event("03-10 15:00 facts_changed", category="产品质量"),),
            {"category": "客户服务行为"},
            "03-10 15:00",
            id="turns-out-to-be-quality",
        ),
    ],
)
def test_only_quality_is_told(events, facts, since):
    found = judged(registered("03-09 10:00", *events, **facts), "03-14 09:00").reports
    assert {row.at for row in found} == ({at(since)} if since else set())


# -- who decides the reply (3.2, 4.1, 4.5)

PLAN = "03-10 15:00 plan_submitted"
HEAD_SIGNED = event("03-11 09:00 plan_approved", by="部门负责人")
OPEN = ("approval", "SSP-13")
MISUSE = event("03-10 12:00 investigated", conclusion="使用不当")
CLOSES = {"misuse": "closes"}


def test_under_the_other_reading_misuse_needs_no_decision():
    told = registered("03-09 10:00", MISUSE)
    assert judged(told, "03-11 09:00", **CLOSES).approvals == ()
    assert waits(judged(told, "03-11 09:00", **CLOSES), "customer_informed") == set()
    assert waits(judged(told, "03-11 09:00"), "customer_informed") == {OPEN}


@pytest.mark.feature("F158")
@pytest.mark.parametrize(
    ("events", "chosen", "waiting"),
    [
        pytest.param((), {}, {OPEN}, id="nothing-decided"),
        pytest.param((PLAN,), {}, {OPEN}, id="submitted"),
        pytest.param((PLAN, APPROVED), {}, set(), id="decided"),
        pytest.param((PLAN, HEAD_SIGNED), {}, {OPEN}, id="another-post"),
        pytest.param((PLAN, APPROVED, "03-12 09:00 plan_submitted"), {}, {OPEN}, id="a-new-plan"),
        pytest.param(
            (PLAN, APPROVED),
            {"approval_levels": "two"},
            {("approval", "SSP-05")},
            id="two-levels-first-open",
        ),
        pytest.param(
            (PLAN, HEAD_SIGNED, APPROVED), {"approval_levels": "two"}, set(), id="two-levels"
        ),
    ],
)
def test_the_customer_is_told_only_what_is_approved(events, chosen, waiting):
    found = judged(registered("03-09 10:00", *events), "03-12 10:00", **chosen)
    assert waits(found, "customer_informed") == waits(found, "executed") == waiting


# -- the cause, misuse and closing (4.2, ambiguity 2)

QUALITY_FOUND = event("03-10 12:00 investigated", conclusion="产品质量问题")
INFORMED = "03-12 10:00 customer_informed"


@pytest.mark.parametrize(
    ("events", "chosen", "expected"),
    [
        pytest.param((), {}, {("conclusion", "SSP-09"), OPEN, ("result", "SSP-07")}, id="nothing"),
        pytest.param((QUALITY_FOUND, APPROVED, INFORMED), {}, set(), id="decided-and-told"),
        pytest.param((APPROVED, INFORMED), {}, {("conclusion", "SSP-09")}, id="no-cause"),
        pytest.param((QUALITY_FOUND, APPROVED), {}, {("result", "SSP-07")}, id="not-told"),
        pytest.param((MISUSE, INFORMED), {}, {OPEN}, id="misuse-still-needs-the-decision"),
        pytest.param((MISUSE, APPROVED, INFORMED), {}, set(), id="misuse-decided"),
        pytest.param((MISUSE, INFORMED), CLOSES, set(), id="misuse-closes"),
        pytest.param((QUALITY_FOUND, INFORMED), CLOSES, {OPEN}, id="only-misuse-closes"),
        pytest.param(
            (QUALITY_FOUND, APPROVED, INFORMED),
            {"approval_levels": "two"},
            {("approval", "SSP-05")},
            id="two-levels",
        ),
        pytest.param(
            (event("03-10 12:00 closed", mode="invalid"),),
            {},
            {("verification", "SSP-03")},
            id="invalid-not-judged",
        ),
    ],
)
def test_closing(events, chosen, expected):
    found = judged(registered("03-09 10:00", *events), "03-13 09:00", **chosen)
    assert missing(found) == expected
    assert found.closing.ready is (not expected)


# -- classes (3.2, 5.1)


@pytest.mark.parametrize(
    ("category", "events", "first"),
    [
        pytest.param("产品质量", (), "质检部门", id="quality"),
        pytest.param("客户服务行为", (), None, id="service-by-case"),
        pytest.param("营业人员专业工作", (), None, id="staff-by-case-other-spelling"),
        pytest.param(
            "客户服务行为",
            (event("03-09 11:00 assigned", department="公司服务部"),),
            "售后服务部",
            id="chosen-at-dispatch",
        ),
        pytest.param(
            "营业人员专业工作事务",
            (event("03-09 11:00 assigned", department="市场部"),),
            "市场部",
            id="a-functional-department-not-named",
        ),
    ],
)
def test_each_class_has_its_department(category, events, first):
    found = judged(registered("03-09 10:00", *events, category=category), "03-09 12:00")
    assert found.responsible.first == first
    assert (found.grade.name, found.refused) == (None, ())
