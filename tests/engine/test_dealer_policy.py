"""经销商制度: one working day for a plan, the general manager's approval, two flows to the end."""

import pytest

from tests.engine.asking import breaches, judged, missing, waits
from tests.engine.cases import at, clock, event, history, pack

CODE = "dealer-policy"
NOW = "03-12 12:00"
GRADED = event("03-09 09:00 graded", grade="一般", reason="客户关系经理判定")
MAJOR = event("03-09 09:00 graded", grade="重大", reason="客户关系经理判定")
ASSIGNED = event("03-09 11:00 assigned", department="售后部")
PLAN = event("03-10 10:00 plan_submitted")
APPROVED = event("03-10 15:00 plan_approved", by="总经理")


def complaint(*more, grade=GRADED, **facts):
    return history("03-09 09:00 received", "03-09 09:00 registered", grade, *more, **facts)


def plan(told, now, **chosen):
    rule = "plan-accepted" if chosen.get("plan_from") == "accepted" else "plan"
    row = clock(judged(CODE, told, now, **chosen), rule)
    return row and (row.due_at, row.state, row.late_days)


def sanctions(told, now=NOW):
    return [(row.source, row.subject) for row in judged(CODE, told, now).penalties]


# -- the plan (第四条 一般 3)


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


def test_informing_the_customer_quickly_has_no_figure():
    told = complaint(ASSIGNED, PLAN, APPROVED)
    row = clock(judged(CODE, told, "04-10 12:00"), "inform")
    assert (row.started_at, row.due_at, row.state) == (at("03-10 15:00"), None, "no_limit")
    assert clock(judged(CODE, complaint(ASSIGNED, PLAN), NOW), "inform") is None
    major = complaint(ASSIGNED, PLAN, APPROVED, grade=MAJOR)
    assert clock(judged(CODE, major, NOW), "inform") is None


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
    assert missing(judged(CODE, complaint(grade=grade), NOW)) == needs
    done = complaint(*DONE, REVIEWED, checked(True), grade=grade)
    assert judged(CODE, done, NOW).closing.ready


@pytest.mark.feature("F177")
@pytest.mark.parametrize("passed", [None, False])
def test_measures_that_did_not_take_effect_keep_a_complaint_open(passed):
    told = complaint(*DONE, REVIEWED, *([] if passed is None else [checked(passed)]))
    assert missing(judged(CODE, told, NOW)) == {("verification", "DLR-04")}


def test_a_failed_review_is_no_summary():
    told = complaint(*DONE, event("03-11 11:00 reviewed", passed=False), checked(True))
    assert missing(judged(CODE, told, NOW)) == {("review", "DLR-14")}


# -- penalties (第六条)


@pytest.mark.parametrize("subject", ["responsible_person", "department_head"])
def test_a_loss_is_charged_to_whom_the_record_names(subject):
    told = complaint(event("03-12 10:00 offence", source="DLR-21", subject=subject))
    (row,) = judged(CODE, told, NOW).penalties
    assert (row.source, row.subject, row.amount) == (("DLR-21",), subject, None)


def test_a_delay_that_is_recorded_as_well_is_charged_once():
    told = complaint(ASSIGNED, event("03-12 10:00 offence", source="DLR-22", subject="handler"))
    assert sanctions(told) == [(("DLR-22",), "handler")]
