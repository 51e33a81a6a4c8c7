"""食品厂: the plan and its date, importance, satisfaction, closing."""

import pytest

from regulations.engine.facts import DERIVED, KNOWN
from tests.engine.asking import dues, missing, waits
from tests.engine.cases import at, clock, event, history, pack
from tests.engine.food_factory import CODE, COURSE, asked, complaint, handled, judged, to

# -- plan, promise, importance


@pytest.mark.feature("F256")
@pytest.mark.parametrize(
    ("done", "state", "late"),
    [
        pytest.param("03-15 18:00", "met", 0, id="on-the-day"),
        pytest.param("03-16 00:00:00", "met", 0, id="24:00"),
        pytest.param("03-16 00:00:01", "late", 1, id="a-second-later"),
        pytest.param(None, "overdue", 5, id="not-at-all"),
    ],
)
def test_the_date_in_the_plan_is_its_clock(done, state, late):
    told = complaint(
        *COURSE[:4],
        event("03-11 10:00 plan_submitted", finishes_on="2026-03-15"),
        *([f"{done} executed"] if done else []),
    )
    row = clock(judged(told, "03-20 09:00"), "execution")
    assert (row.due_at, row.state, row.late_days) == (at("03-16 00:00"), state, late)


def test_a_plan_without_a_date_has_no_limit_until_one_is_set_by_hand():
    plan = event("03-11 10:00 plan_submitted")
    row = clock(judged(complaint(*COURSE[:4], plan), "04-20 09:00"), "execution")
    assert (row.due_at, row.state, row.stage) == (None, "no_limit", "execution")
    set_ = event("03-11 11:00 extended", source="FOOD-31", until="2026-03-15T00:00:00+08:00")
    row = clock(judged(complaint(*COURSE[:4], plan, set_), "03-20 09:00"), "execution")
    assert (row.due_at, row.state, row.late_days) == (at("03-15 00:00"), "overdue", 6)


def test_a_new_plan_replaces_the_date_of_the_old_one():
    told = complaint(
        *COURSE[:4],
        event("03-11 10:00 plan_submitted", finishes_on="2026-03-12"),
        event("03-12 10:00 plan_submitted", finishes_on="2026-03-18"),
    )
    found = judged(told, "03-14 09:00")
    first, second = clock(found, "execution"), clock(found, "execution", ordinal=2)
    assert (first.state, first.stopped_at) == ("met", at("03-12 10:00"))
    assert (second.state, second.due_at) == ("running", at("03-19 00:00"))


@pytest.mark.feature("F163")
def test_the_next_report_promised_to_the_customer():
    talk = event("03-11 11:00 customer_talked", opinion="接受", next_report_on="2026-03-13")
    told = complaint(*COURSE[:4], "03-11 10:00 plan_submitted", talk)
    row = clock(judged(told, "03-14 09:00"), "progress")
    assert (row.due_at, row.state) == (at("03-14 00:00"), "overdue")
    met = history(*told.events, "03-13 16:00 customer_informed", **told.facts)
    assert clock(judged(met, "03-14 09:00"), "progress").state == "met"


def test_the_interval_of_reports_is_the_house_s():
    told = complaint(
        *COURSE[:4],
        "03-11 10:00 plan_submitted",
        event("03-11 11:00 customer_talked", opinion="接受"),
    )
    row = clock(judged(told, "03-20 09:00"), "progress")
    assert (row.due_at, row.state, row.source) == (None, "no_limit", ("FOOD-33",))
    row = clock(judged(told, "03-20 09:00", progress_days=3), "progress")
    assert (row.due_at, row.late_days) == (at("03-15 00:00"), 6)
    again = history(
        *told.events, event("03-12 11:00 customer_talked", opinion="部分接受"), **told.facts
    )
    second = clock(judged(again, "03-12 12:00", progress_days=3), "progress", ordinal=2)
    assert second.due_at == at("03-16 00:00")
    refused = complaint(event("03-11 11:00 customer_talked", opinion="拒绝"))
    assert clock(judged(refused, "03-20 09:00"), "progress") is None


@pytest.mark.feature("F139")
def test_management_decides_on_a_major_complaint():
    graded = event("03-10 09:15 graded", grade="重大", reason="1")
    told = complaint(
        graded, *COURSE[:5], event("03-11 12:00 plan_approved", by="管理层"), category="运输配送"
    )
    pending, signed = judged(told, "03-11 11:00"), judged(told, "03-11 12:00")
    assert (pending.grade.name, pending.grade.source) == ("重大", ("FOOD-22",))
    assert [(row.what, row.by, row.at) for row in pending.approvals] == [("plan", "管理层", None)]
    assert waits(pending, "executed") == {("approval", "FOOD-18")}
    assert ("approval", "FOOD-18") in missing(pending)
    assert [row.at for row in signed.approvals] == [at("03-11 12:00")]
    assert waits(signed, "executed") == set()


@pytest.mark.feature("F090")
@pytest.mark.parametrize(
    ("grade", "line", "decides"),
    [
        pytest.param(None, False, False, id="nobody-graded"),
        pytest.param("一般", False, False, id="ordinary"),
        pytest.param("重要", True, False, id="important"),
        pytest.param("重大", False, True, id="major"),
    ],
)
def test_importance_is_set_by_hand_beside_the_urgency(grade, line, decides):
    graded = [event("03-10 09:15 graded", grade=grade, reason="1")] if grade else []
    found = judged(complaint(*graded, food_safety=True), "03-10 09:20")
    assert found.grade.name == grade
    assert ("direct_line" in {row.name for row in found.flags}) is line
    assert ("管理层" in {row.by for row in found.approvals}) is decides
    assert "emergency" in dues(found)


# -- feedback and closing (三3)


@pytest.mark.feature("F161")
def test_the_customer_is_asked_within_an_hour_of_the_result():
    told = complaint(*COURSE[:-1])  # the result came back at 16:30
    row = clock(judged(told, "03-11 17:30"), "inform")
    assert (row.due_at, row.state) == (at("03-11 17:30"), "running")
    assert clock(judged(told, "03-11 17:30:01"), "inform").state == "overdue"


def test_a_case_that_went_the_whole_way_may_be_closed():
    for satisfaction in ("满意", "基本满意"):
        found = judged(complaint(*COURSE, asked(satisfaction)), "03-11 18:00")
        assert (found.closing.ready, waits(found, "closed")) == (True, set())
    assert found.counts_in_rate


@pytest.mark.parametrize(
    ("kind", "what", "source"),
    [
        pytest.param("investigated", "conclusion", "FOOD-30", id="investigation"),
        pytest.param("plan_submitted", "plan", "FOOD-31", id="plan"),
        pytest.param("executed", "execution", "FOOD-35", id="execution"),
        pytest.param("customer_informed", "result", "FOOD-36", id="result"),
        pytest.param("followed_up", "followup", "FOOD-36", id="satisfaction"),
    ],
)
def test_what_closing_waits_for(kind, what, source):
    whole = complaint(*COURSE, asked("满意"))
    told = history(*(one for one in whole.events if one.kind != kind), **whole.facts)
    assert missing(judged(told, "03-11 18:00")) == {(what, source)}


def test_a_quality_case_is_not_closed_without_its_report():
    found = judged(complaint(*COURSE, asked("满意"), category="产品质量"), "03-11 18:00")
    assert missing(found) == {("report", "FOOD-29")}


@pytest.mark.feature("F162")
def test_a_dissatisfied_customer_brings_a_new_plan():
    told = complaint(*COURSE, asked("不满意"))
    found = judged(told, "03-11 18:00")
    assert missing(found) == {("followup", "FOOD-37")}
    assert waits(found, "executed") == {("plan", "FOOD-31")}
    assert ("execution", "FOOD-35") in waits(found, "result_returned")
    again = history(*told.events, *handled("03-12"), **told.facts)
    found = judged(again, "03-12 18:00")
    assert clock(found, "inform", ordinal=2).due_at == at("03-12 17:30")
    assert missing(found) == {("followup", "FOOD-37")}
    twice = history(*again.events, asked("不满意", "03-12 17:00"), **told.facts)
    assert missing(judged(twice, "03-12 18:00")) == {("followup", "FOOD-37")}
    done = history(*again.events, asked("基本满意", "03-12 17:00"), **told.facts)
    assert judged(done, "03-12 18:00").closing.ready


@pytest.mark.parametrize(
    ("by", "ready"),
    [
        pytest.param("行政主管部门", True, id="administration"),
        pytest.param("管理层", True, id="management"),
        pytest.param("物流部门", False, id="the-department-itself"),
    ],
)
def test_the_loop_ends_when_administration_or_management_decides(by, ready):
    told = complaint(
        *COURSE, asked("不满意"), event("03-12 09:00 approved", what="exception", by=by)
    )
    found = judged(told, "03-12 10:00")
    assert found.closing.ready is ready
    assert [(row.what, row.by, row.at is not None) for row in found.approvals] == [
        ("exception", "行政主管部门", ready)
    ]
    before = complaint(
        *COURSE[:4],
        event("03-11 09:30 approved", what="exception", by=by),
        *handled(),
        asked("不满意"),
    )
    assert not judged(before, "03-12 10:00").closing.ready


def test_under_the_other_reading_dissatisfaction_is_only_recorded():
    found = judged(complaint(*COURSE, asked("不满意")), "03-11 18:00", dissatisfied="只作记录")
    assert found.closing.ready
    assert "exception" not in {row.what for row in found.approvals}


def test_an_invalid_complaint_lets_its_clocks_go():
    told = complaint(*to("物流部门"), event("03-10 10:00 judged", valid=False))
    found = judged(told, "03-20 09:00")
    assert {clock(found, rule).state for rule in ("contact", "investigation")} == {"void"}
    assert clock(found, "transfer").state == "met"
    assert (found.closing.ready, found.counts_in_rate) == (True, False)


@pytest.mark.parametrize(
    ("category", "expected"),
    [
        pytest.param("运输配送", {"investigation": "04-01 23:45"}, id="transport"),
        pytest.param(
            "产品质量", {"sampling": "04-01 23:45", "report": "04-02 23:45"}, id="quality"
        ),
    ],
)
def test_a_reopened_case_is_contacted_and_investigated_anew(category, expected):
    told = complaint(
        *COURSE, asked("满意"), "03-12 09:00 archived", "03-31 23:45 reopened", category=category
    )
    rows = [row for row in judged(told, "03-31 23:50").clocks if row.cycle == 2]
    wanted = {"contact": "04-01 00:15", **expected}
    assert {row.rule: row.due_at for row in rows} == {rule: at(due) for rule, due in wanted.items()}


def test_steps_that_wait():
    before = judged(complaint(*COURSE[:-1]), "03-11 17:00")
    assert waits(before, "followed_up") == {("result", "FOOD-36")}
    told = judged(complaint(*COURSE), "03-11 17:00")
    assert waits(told, "followed_up") == set()
    assert waits(told, "closed") == {("followup", "FOOD-36")}
    assert waits(told, "archived") == {("approval", "FOOD-36")}
    closed = complaint(*COURSE, asked("满意"), event("03-12 09:00 closed", mode="agreed"))
    assert waits(judged(closed, "03-12 09:00"), "archived") == set()


def test_a_report_of_progress_is_not_the_result():
    told = complaint(
        *COURSE[:5], "03-11 11:00 customer_informed", *COURSE[5:-1], asked("满意", "03-11 17:00")
    )
    found = judged(told, "03-11 18:00")
    assert missing(found) == waits(found, "followed_up") == {("result", "FOOD-36")}
    assert clock(found, "inform").state == "overdue"


def test_after_a_dissatisfied_follow_up_the_new_result_is_told_again():
    told = complaint(*COURSE, asked("不满意"), *handled("03-12")[:-1])
    assert waits(judged(told, "03-12 16:45"), "followed_up") == {("result", "FOOD-36")}


def test_no_extension_is_provided_for():
    asked_for = event(
        "03-10 10:00 extended",
        source="FOOD-30",
        stage="investigation",
        until="2026-03-12T09:30:00+08:00",
        signed_by="管理层",
        reason="1",
    )
    found = judged(complaint(*to("物流部门"), asked_for), "03-10 12:00")
    assert [row.reason for row in found.refused] == ["not_provided"]
    assert clock(found, "investigation").due_at == at("03-11 09:30")


def test_every_fact_that_a_rule_asks_for_can_be_entered():
    own = pack(CODE)
    assert own.asked & (KNOWN - DERIVED) <= {field.fact for field in own.intake}
