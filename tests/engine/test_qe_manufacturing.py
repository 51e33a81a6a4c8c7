"""营销品管: grades by hand, who approves the sheet and the measures, what closing waits for."""

import pytest

from tests.engine.asking import breaches, dues, missing, waits
from tests.engine.cases import at, clock, event, history
from tests.engine.qe_manufacturing import MAJOR, ORDINARY, judged, signed

# -- the grade (5.3.1, ambiguity 5)


@pytest.mark.feature("F093")
@pytest.mark.parametrize(
    ("data", "refused", "grade"),
    [
        pytest.param({}, None, None, id="nobody-has-graded"),
        pytest.param(MAJOR, None, "重大投诉", id="with-reason"),
        pytest.param({"grade": "重大投诉"}, "missing_data", None, id="without-reason"),
        pytest.param({"grade": "重大投诉", "reason": ""}, "missing_data", None, id="empty-reason"),
        pytest.param({"grade": "重大", "reason": "1"}, "unknown_grade", None, id="another-word"),
    ],
)
def test_a_grade_is_given_by_hand_and_with_its_reason(data, refused, grade):
    found = judged(signed("03-09 10:00", **data), "03-09 11:00")
    assert [row.reason for row in found.refused] == ([refused] if refused else [])
    assert found.grade.name == grade
    assert [flag.name for flag in found.flags] == ([] if grade else ["ungraded"])
    assert (set(dues(found)) == {"sheet"}) is (grade is None)


def test_a_grade_that_comes_late_counts_from_the_signature():
    told = signed("03-09 16:00", event("03-11 10:00 graded", **MAJOR))
    found = judged(told, "03-11 12:00")
    assert clock(found, "temporary").state == "overdue"
    assert clock(found, "permanent").due_at == at("03-12 00:00")
    assert breaches(found)["temporary:1:1"] == at("03-11 10:00")


def test_regrading_leaves_the_given_reply_and_starts_the_measures_from_the_signature():
    told = signed(
        "03-09 10:00",
        "03-10 09:00 department_responded",
        event("03-10 10:00 graded", **MAJOR),
        **ORDINARY,
    )
    found = judged(told, "03-10 11:00")
    # Monday 10 to 17 are seven hours, one on Tuesday
    expected = {"reply": "met", "temporary": "overdue", "permanent": "running"}
    assert {rule: clock(found, rule).state for rule in expected} == expected
    assert clock(found, "temporary").due_at == at("03-10 10:00")


# -- the corrective plan (4.3, 5.3.3)

PLAN = "03-10 10:00 plan_submitted"
QE_SIGNED = event("03-10 11:00 plan_approved", by="QE工程师")
GM_SIGNED = event("03-10 12:00 plan_approved", by="总经理")
REP_SIGNED = event("03-10 12:00 plan_approved", by="管理者代表")
REJECTED = event("03-10 13:00 plan_rejected", reason="1")
REJECTED_LATER = event("03-11 12:00 plan_rejected", reason="1")
BOTH = {("approval", "QE-22"), ("approval", "QE-05")}


@pytest.mark.parametrize(
    ("events", "waiting"),
    [
        pytest.param((), {("plan", "QE-21")}, id="no-plan"),
        pytest.param((PLAN,), BOTH, id="submitted"),
        pytest.param((PLAN, QE_SIGNED), {("approval", "QE-05")}, id="reviewed-by-qe"),
        pytest.param((PLAN, GM_SIGNED), {("approval", "QE-22")}, id="approved-above-only"),
        pytest.param((PLAN, QE_SIGNED, GM_SIGNED), set(), id="general-manager"),
        pytest.param((PLAN, QE_SIGNED, REP_SIGNED), set(), id="representative"),
        pytest.param(
            (PLAN, QE_SIGNED, event("03-10 12:00 plan_approved", by="营销副总")),
            {("approval", "QE-05")},
            id="another-post",
        ),
        pytest.param((PLAN, QE_SIGNED, REP_SIGNED, "03-10 13:00 plan_submitted"), BOTH, id="anew"),
        pytest.param((PLAN, QE_SIGNED, REJECTED), {("plan", "QE-21"), *BOTH}, id="sent-back"),
    ],
)
def test_what_carrying_the_plan_out_waits_for(events, waiting):
    assert waits(judged(signed("03-09 10:00", *events, **ORDINARY), "03-11 09:00"), "executed") == (
        waiting
    )


@pytest.mark.parametrize(
    ("events", "waiting"),
    [((), {("conclusion", "QE-20")}), ((event("03-09 15:00 investigated"),), set())],
)
def test_the_plan_waits_for_the_cause(events, waiting):
    found = judged(signed("03-09 10:00", *events, **ORDINARY), "03-10 09:00")
    assert waits(found, "plan_submitted") == waiting


DONE = (
    event("03-09 15:00 investigated", conclusion="属实"),
    PLAN,
    QE_SIGNED,
    GM_SIGNED,
    "03-11 10:00 executed",
    "03-11 11:00 customer_informed",
)


def test_a_plan_that_was_sent_back_is_no_plan():
    found = judged(signed("03-09 10:00", *DONE, REJECTED_LATER, **ORDINARY), "03-12 09:00")
    assert ("plan", "QE-21") in missing(found)


@pytest.mark.feature("F147")
@pytest.mark.parametrize(
    ("left_out", "expected"),
    [
        pytest.param(None, set(), id="all-there"),
        pytest.param(0, {("conclusion", "QE-20")}, id="cause-not-found"),
        pytest.param(2, {("approval", "QE-22")}, id="not-reviewed-by-qe"),
        pytest.param(3, {("approval", "QE-05")}, id="measures-not-approved"),
        pytest.param(4, {("execution", "QE-04")}, id="not-carried-out"),
        pytest.param(5, {("result", "QE-03")}, id="customer-not-told"),
    ],
)
def test_without_approved_measures_nothing_is_closed(left_out, expected):
    events = [one for number, one in enumerate(DONE) if number != left_out]
    found = judged(signed("03-09 10:00", *events, **ORDINARY), "03-12 09:00")
    assert missing(found) == waits(found, "closed") == expected
    assert found.closing.ready is (not expected)


# -- cause groups, offences


@pytest.mark.parametrize("category", ["销售和售后服务环节", "生产环节"])
def test_whatever_the_cause_the_sheet_goes_to_quality(category):
    found = judged(history("03-09 09:00 received", category=category), "03-09 09:30")
    assert found.responsible.first == "品管部"
    assert "QE-12" in found.responsible.source


def test_there_are_no_offences():
    told = signed("03-09 10:00", event("03-09 11:00 offence", source="QE-11"), **ORDINARY)
    found = judged(told, "03-20 09:00")
    assert ([row.reason for row in found.refused], found.penalties) == (["unknown_offence"], ())
