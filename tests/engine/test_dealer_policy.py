"""经销商制度: grade and validity, the general manager's approval, two flows to the end."""

import pytest

from tests.engine.asking import judged, missing, waits
from tests.engine.cases import at, event, history, pack
from tests.engine.dealer_policy import (
    APPROVED,
    ASSIGNED,
    CODE,
    GRADED,
    MAJOR,
    NOW,
    PLAN,
    UNGRADED,
    complaint,
)

# -- grade and validity


@pytest.mark.feature("F071")
def test_only_the_grades_of_this_regulation_are_offered():
    assert [grade.name for grade in pack(CODE).grades] == ["一般", "重大"]
    told = complaint(grade=event("03-09 09:00 graded", grade="危机投诉", reason="1"))
    assert [row.reason for row in judged(CODE, told, NOW).refused] == ["unknown_grade"]


@pytest.mark.feature("F093")
@pytest.mark.parametrize(("reason", "grade"), [("损失较大", "重大"), ("", None), (None, None)])
def test_the_grade_is_given_by_hand_with_its_reason(reason, grade):
    told = complaint(grade=event("03-09 09:00 graded", grade="重大", reason=reason))
    found = judged(CODE, told, NOW)
    assert found.grade.name == grade
    assert [row.reason for row in found.refused] == ([] if grade else ["missing_data"])


def test_two_answers_come_before_the_grade():
    assert [one.key for one in pack(CODE).validity_questions] == ["sufficient", "reasonable"]
    told = history("03-09 09:00 received", "03-09 09:00 registered")
    assert waits(judged(CODE, told, NOW), "graded") == {("verification", "DLR-08")}
    told = told.with_event(event("03-09 09:30 judged", valid=True))
    assert waits(judged(CODE, told, NOW), "graded") == set()


def test_an_insufficient_reason_ends_the_complaint():
    told = complaint(
        ASSIGNED,
        event("03-09 15:00 judged", valid=False, reason="DLR-08"),
        event("03-09 15:10 closed", mode="invalid"),
    )
    found = judged(CODE, told, "03-20 12:00")
    assert {row.state for row in found.clocks} == {"void"}
    assert (found.penalties, found.approvals, found.counts_in_rate) == ((), (), False)
    assert found.closing.ready


# -- who is told, who signs


def test_a_major_complaint_goes_to_two_managers_and_a_meeting():
    found = judged(CODE, complaint(grade=MAJOR), NOW)
    assert {(row.to, row.at) for row in found.reports} == {
        ("责任部门经理", at("03-09 09:00")),
        ("总经理", at("03-09 09:00")),
    }
    assert {flag.name for flag in found.flags} == {"emergency_meeting"}
    ordinary = judged(CODE, complaint(), NOW)
    assert (ordinary.reports, ordinary.flags) == ((), ())


def test_they_are_told_from_the_regrading_on():
    told = complaint(event("03-10 10:00 graded", grade="重大", reason="1"))
    assert {row.at for row in judged(CODE, told, NOW).reports} == {at("03-10 10:00")}


@pytest.mark.parametrize(
    ("grade", "sources"),
    [
        pytest.param(GRADED, ("DLR-02", "DLR-12"), id="ordinary"),
        pytest.param(MAJOR, ("DLR-02",), id="major"),
        pytest.param(UNGRADED, ("DLR-02", "DLR-12"), id="not-graded-yet"),
    ],
)
@pytest.mark.parametrize(
    ("signer", "signed"), [("总经理", True), ("责任部门经理", False), ("客户关系经理", False)]
)
def test_the_general_manager_agrees_to_the_plan(grade, sources, signer, signed):
    told = complaint(ASSIGNED, PLAN, grade=grade)
    (row,) = [one for one in judged(CODE, told, NOW).approvals if one.what == "plan"]
    assert (row.by, row.at, row.source) == ("总经理", None, sources)
    told = told.with_event(event("03-10 15:00 plan_approved", by=signer))
    (row,) = [one for one in judged(CODE, told, NOW).approvals if one.what == "plan"]
    assert row.at == (at("03-10 15:00") if signed else None)


def test_read_otherwise_the_meeting_stands_for_the_approval():
    told = complaint(ASSIGNED, PLAN, grade=MAJOR)
    assert "plan" not in {
        row.what for row in judged(CODE, told, NOW, major_approval=False).approvals
    }
    assert ("approval", "DLR-02") not in missing(judged(CODE, told, NOW, major_approval=False))
    assert ("approval", "DLR-02") in missing(judged(CODE, told, NOW))
    ungraded = complaint(ASSIGNED, PLAN, grade=UNGRADED)
    assert ("approval", "DLR-02") in missing(judged(CODE, ungraded, NOW, major_approval=False))


@pytest.mark.feature("F158")
def test_the_customer_is_told_only_what_is_approved():
    told = complaint(ASSIGNED, PLAN)
    assert ("approval", "DLR-02") in waits(judged(CODE, told, NOW), "customer_informed")
    told = told.with_event(APPROVED)
    assert waits(judged(CODE, told, NOW), "customer_informed") == set()


@pytest.mark.feature("F147")
def test_preventive_measures_without_approval_keep_a_complaint_open():
    waiting = judged(CODE, complaint(ASSIGNED, PLAN), NOW)
    assert ("approval", "DLR-03") in waits(waiting, "closed")
    signed = complaint(
        ASSIGNED, PLAN, APPROVED, event("03-11 10:00 approved", what="measure", by="总经理")
    )
    assert ("approval", "DLR-03") not in waits(judged(CODE, signed, NOW), "closed")


@pytest.mark.parametrize("grade", [GRADED, MAJOR])
def test_only_an_approved_plan_is_carried_out(grade):
    talked = event("03-09 12:00 customer_talked", opinion="部分接受")
    told = complaint(ASSIGNED, talked, grade=grade)
    assert waits(judged(CODE, told, NOW), "executed") == {
        ("plan", "DLR-11"),
        ("approval", "DLR-02"),
    }
    told = complaint(ASSIGNED, talked, PLAN, grade=grade)
    assert waits(judged(CODE, told, NOW), "executed") == {("approval", "DLR-02")}
    told = complaint(ASSIGNED, talked, PLAN, APPROVED, grade=grade)
    assert waits(judged(CODE, told, NOW), "executed") == set()


def test_an_ordinary_plan_needs_no_negotiation_of_two_managers():
    told = complaint(ASSIGNED, PLAN, APPROVED)
    assert waits(judged(CODE, told, NOW), "executed") == set()


INFORMED = event("03-10 16:00 customer_informed")
DISSATISFIED = event("03-10 17:00 followed_up", satisfaction="不满意")


@pytest.mark.parametrize(
    ("grade", "events", "waiting"),
    [
        pytest.param(GRADED, (), True, id="not-told"),
        pytest.param(GRADED, (INFORMED,), False, id="told"),
        pytest.param(
            GRADED, (INFORMED, DISSATISFIED, "03-11 09:00 executed"), True, id="not-told-anew"
        ),
        pytest.param(UNGRADED, (), True, id="not-graded"),
        pytest.param(MAJOR, (), False, id="major-was-negotiated"),
    ],
)
def test_satisfaction_is_asked_once_the_result_is_known(grade, events, waiting):
    found = judged(CODE, complaint(ASSIGNED, *events, grade=grade), NOW)
    assert waits(found, "followed_up") == ({("result", "DLR-12")} if waiting else set())


def test_the_two_managers_negotiate_before_a_major_plan_is_carried_out():
    told = complaint(ASSIGNED, PLAN, APPROVED, grade=MAJOR)
    assert waits(judged(CODE, told, NOW), "executed") == {("agreement", "DLR-17")}
    told = told.with_event(event("03-11 10:00 customer_talked", opinion="接受"))
    assert waits(judged(CODE, told, NOW), "executed") == set()


# -- the end

DONE = (
    ASSIGNED,
    PLAN,
    APPROVED,
    event("03-10 16:00 customer_informed"),
    event("03-11 09:00 executed"),
    event("03-11 10:00 followed_up", satisfaction="满意"),
)
REVIEWED = event("03-11 11:00 reviewed", passed=True)


def checked(passed):
    return event("03-11 12:00 verified", check="DLR-04", passed=passed)


@pytest.mark.parametrize(
    ("grade", "needs"),
    [
        pytest.param(
            GRADED,
            {
                ("approval", "DLR-02"),
                ("result", "DLR-12"),
                ("followup", "DLR-13"),
                ("execution", "DLR-14"),
                ("review", "DLR-14"),
                ("verification", "DLR-04"),
            },
            id="ordinary",
        ),
        pytest.param(
            UNGRADED,
            {
                ("approval", "DLR-02"),
                ("result", "DLR-12"),
                ("followup", "DLR-13"),
                ("execution", "DLR-14"),
                ("review", "DLR-14"),
                ("verification", "DLR-04"),
            },
            id="not-graded",
        ),
        pytest.param(
            MAJOR,
            {
                ("approval", "DLR-02"),
                ("followup", "DLR-18"),
                ("execution", "DLR-19"),
                ("review", "DLR-19"),
                ("verification", "DLR-04"),
            },
            id="major",
        ),
    ],
)
def test_each_flow_has_its_own_end(grade, needs):
    found = judged(CODE, complaint(grade=grade), NOW)
    assert missing(found) == needs
    assert needs <= waits(found, "closed")
    done = complaint(*DONE, REVIEWED, checked(True), grade=grade)
    assert judged(CODE, done, NOW).closing.ready


@pytest.mark.feature("F177")
@pytest.mark.parametrize("passed", [None, False])
def test_measures_that_did_not_take_effect_keep_a_complaint_open(passed):
    told = complaint(*DONE, REVIEWED, *([] if passed is None else [checked(passed)]))
    assert missing(judged(CODE, told, NOW)) == {("verification", "DLR-04")}


@pytest.mark.parametrize(
    "last",
    [
        pytest.param(("03-11 12:30 plan_submitted",), id="a-new-plan"),
        pytest.param(
            (
                "03-11 12:30 plan_submitted",
                event("03-11 12:40 plan_approved", by="责任部门经理"),
            ),
            id="signed-by-another",
        ),
    ],
)
def test_a_plan_the_general_manager_has_not_agreed_to_keeps_it_open(last):
    told = complaint(*DONE, REVIEWED, checked(True), *last)
    assert missing(judged(CODE, told, NOW)) == {("approval", "DLR-02")}


def test_a_failed_review_is_no_summary():
    told = complaint(*DONE, event("03-11 11:00 reviewed", passed=False), checked(True))
    assert missing(judged(CODE, told, NOW)) == {("review", "DLR-14")}


# -- penalties (第六条)


@pytest.mark.parametrize("subject", ["responsible_person", "department_head"])
def test_a_loss_is_charged_to_whom_the_record_names(subject):
    told = complaint(event("03-12 10:00 offence", source="DLR-21", subject=subject))
    (row,) = judged(CODE, told, NOW).penalties
    assert (row.source, row.subject, row.amount) == (("DLR-21",), subject, None)
