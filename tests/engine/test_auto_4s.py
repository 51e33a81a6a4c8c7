"""4S店: seven criteria of 重大, managers by topic and grade, who is told, who decides."""

import pytest

from tests.engine.asking import breaches, missing, waits
from tests.engine.auto_4s import DISPATCH, HANDOVER, judged, passed_on, received
from tests.engine.cases import at, clock, event

# -- grades (四1.1.3)


@pytest.mark.feature("F087")
@pytest.mark.parametrize("tag", [f"A4S-{number}" for number in range(16, 23)])
def test_each_criterion_that_a_person_ticks_makes_major(tag):
    grade = judged(received("03-10 09:00", tags=[tag]), "03-10 09:05").grade
    assert (grade.name, grade.source) == ("重大", (tag,))


@pytest.mark.feature("F084")
@pytest.mark.feature("F085")
@pytest.mark.parametrize(
    ("facts", "sources"),
    [
        pytest.param({}, None, id="nothing"),
        pytest.param({"amount": "0"}, None, id="no-compensation"),
        pytest.param({"amount": "0.01"}, {"A4S-16"}, id="any-compensation"),
        pytest.param({"amount_contractor": "50"}, {"A4S-16"}, id="the-other-share"),
        pytest.param({"safety_risk": True}, {"A4S-17"}, id="safety"),
        pytest.param({"safety_risk": False}, None, id="no-safety"),
        pytest.param({"major_harm": True}, {"A4S-17", "A4S-18"}, id="harm-or-loss"),
        pytest.param({"authority": True}, {"A4S-20"}, id="authority"),
        pytest.param({"media": "actual"}, {"A4S-20"}, id="media-there"),
        pytest.param({"legal": "actual"}, {"A4S-20"}, id="lawyer-there"),
        pytest.param({"media": "possible"}, {"A4S-21"}, id="media-possible"),
        pytest.param({"legal": "possible"}, {"A4S-21"}, id="court-possible"),
        pytest.param({"media": "none", "legal": "none"}, None, id="neither"),
        pytest.param({"channel": "工商部门转办"}, {"A4S-22"}, id="forwarded"),
        pytest.param({"complainants": 9, "urgency": "紧急"}, None, id="urgency-is-no-grade"),
        pytest.param(
            {"authority": True, "legal": "possible"}, {"A4S-20", "A4S-21"}, id="two-at-once"
        ),
    ],
)
def test_grade_by_facts(facts, sources):
    grade = judged(received("03-10 09:00", **facts), "03-10 09:05").grade
    assert grade.name == ("重大" if sources else "一般")
    assert set(grade.source) == (sources or {"A4S-06"})


@pytest.mark.parametrize(
    ("amount", "sources"),
    [("10000", {"A4S-16"}), ("10000.01", {"A4S-16", "A4S-18"})],
)
def test_a_large_damage_is_what_the_house_sets(amount, sources):
    told = received("03-10 09:00", amount=amount)
    assert set(judged(told, "03-10 09:05", damage_amount=10000).grade.source) == sources


def test_a_grade_by_hand_stands_until_something_new_comes_up():
    by_hand = event("03-10 09:20 graded", grade="一般", reason="1")
    assert judged(passed_on(by_hand, authority=True), "03-10 09:30").grade.name == "一般"
    later = event("03-10 09:40 facts_changed", safety_risk=True)
    grade = judged(passed_on(by_hand, later, authority=True), "03-10 09:50").grade
    assert (grade.name, grade.source) == ("重大", ("A4S-17",))


@pytest.mark.feature("F071")
@pytest.mark.parametrize("name", ["重大投诉", "重要", "A级"])
def test_only_its_own_grades_are_offered(name):
    found = judged(passed_on(event("03-10 09:20 graded", grade=name, reason="1")), "03-10 09:30")
    assert [(row.reason, row.accepted) for row in found.refused] == [
        ("unknown_grade", "一般、重大")
    ]
    assert found.grade.name == "一般"


@pytest.mark.parametrize(("facts", "flags"), [({}, []), ({"authority": True}, ["watched"])])
def test_a_major_complaint_is_watched(facts, flags):
    assert [one.name for one in judged(passed_on(**facts), "03-10 09:20").flags] == flags


# -- who answers (三2 to 三7)


@pytest.mark.feature("F102")
@pytest.mark.parametrize(
    ("category", "major", "manager", "fact"),
    [
        pytest.param("销售", False, "销售经理", "A4S-05", id="sales"),
        pytest.param("销售", True, "销售经理", "A4S-05", id="sales-major"),
        pytest.param("维修", False, "业务经理", "A4S-06", id="repair"),
        pytest.param("维修", True, "服务经理", "A4S-07", id="repair-major"),
        pytest.param("客户部", False, "综合部经理", "A4S-08", id="owner"),
        pytest.param("综合部", True, "综合部经理", "A4S-08", id="other-spelling"),
        pytest.param("财务", True, "财务经理", "A4S-10", id="finance"),
        pytest.param("备品", False, "备品主管", "A4S-11", id="parts"),
    ],
)
def test_topic_and_grade_lead_to_a_manager(category, major, manager, fact):
    told = received("03-10 09:00", category=category, tags=["A4S-20"] if major else [])
    found = judged(told, "03-10 09:05").responsible
    assert found.first == manager
    assert found.source[0] == fact


@pytest.mark.parametrize(
    ("department", "first"),
    [
        pytest.param("维修部", "业务经理", id="its-department"),
        pytest.param("销售部", "销售部", id="another-one"),
        pytest.param("二手车部", "二手车部", id="one-that-the-text-does-not-name"),
    ],
)
def test_an_assignment_stands_before_the_topic(department, first):
    told = passed_on(event("03-10 09:20 assigned", department=department), category="维修")
    found = judged(told, "03-10 09:30")
    assert (found.responsible.first, found.refused) == (first, ())


# -- who is told (三1, 四1.1.3, 四1.4)


@pytest.mark.parametrize(
    ("when", "facts", "told_to"),
    [
        pytest.param("03-10 10:00", {}, set(), id="ordinary"),
        pytest.param("03-10 10:00", {"urgency": "紧急"}, set(), id="urgent-at-work"),
        pytest.param("03-14 10:00", {}, set(), id="weekend-not-urgent"),
        pytest.param("03-14 10:00", {"urgency": "紧急"}, {"公司领导"}, id="urgent-weekend"),
        pytest.param("03-10 22:00", {"urgency": "紧急"}, {"公司领导"}, id="urgent-at-night"),
        pytest.param("05-04 10:00", {"urgency": "紧急"}, {"公司领导"}, id="urgent-holiday"),
        pytest.param("05-09 10:00", {"urgency": "紧急"}, set(), id="urgent-make-up-day"),
        pytest.param("03-10 10:00", {"authority": True}, {"客户部"}, id="major"),
    ],
)
def test_who_is_told_at_the_receipt(when, facts, told_to):
    found = judged(received(when, **facts), when)
    assert {row.to for row in found.reports} == told_to


@pytest.mark.parametrize(("chosen", "copied"), [({}, True), ({"quality_copy": "none"}, False)])
def test_every_registered_complaint_is_copied_to_quality(chosen, copied):
    found = judged(passed_on(), "03-10 09:20", **chosen)
    assert [row.at for row in found.reports] == ([at("03-10 09:15")] if copied else [])


# -- 总经理, closing, appraisal (三5, 三8)


@pytest.mark.parametrize(
    ("approved", "left"),
    [
        pytest.param((), {("approval", "A4S-12")}, id="open"),
        pytest.param(
            (event("03-10 11:00 plan_approved", by="服务经理"),),
            {("approval", "A4S-12")},
            id="another-post",
        ),
        pytest.param((event("03-10 11:00 plan_approved", by="总经理"),), set(), id="decided"),
        pytest.param(
            (event("03-10 11:00 plan_approved", by="总经理"), "03-10 12:00 plan_submitted"),
            {("approval", "A4S-12")},
            id="a-new-plan-anew",
        ),
    ],
)
def test_the_general_manager_decides_the_plan(approved, left):
    found = judged(passed_on("03-10 10:00 plan_submitted", *approved), "03-10 14:00")
    assert waits(found, "executed") == left


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        pytest.param((), {("execution", "A4S-12"), ("result", "A4S-03")}, id="nothing-yet"),
        pytest.param(("03-11 09:00 executed",), {("result", "A4S-03")}, id="not-told"),
        pytest.param(("03-11 09:00 executed", "03-11 10:00 customer_informed"), set(), id="told"),
        pytest.param(
            (event("03-10 10:00 closed", mode="invalid"),),
            {("verification", "A4S-02")},
            id="invalid",
        ),
    ],
)
def test_closing(events, expected):
    assert missing(judged(passed_on(*events), "03-12 09:00")) == expected


@pytest.mark.parametrize(
    "end", [event("03-10 09:20 closed", mode="invalid"), "03-10 09:20 withdrawn"]
)
def test_what_has_ended_leaves_nothing_overdue(end):
    found = judged(passed_on(end), "03-12 09:00")
    assert [(row.rule, row.state) for row in found.clocks] == [
        (HANDOVER, "met"),
        (DISPATCH, "void"),
    ]
    assert not breaches(found)


def test_a_reopened_case_is_not_handed_over_again():
    told = passed_on(
        event("03-10 09:20 assigned", department="维修部"),
        event("03-12 09:00 closed", mode="agreed"),
        "03-12 10:00 archived",
        "03-20 09:00 reopened",
    )
    found = judged(told, "03-25 09:00")
    assert [(row.cycle, row.state) for row in found.clocks] == [(1, "met"), (1, "met")]


def test_nobody_may_extend_the_half_hour():
    extended = event(
        "03-10 09:20 extended",
        source="A4S-27",
        until=at("03-10 12:00"),
        signed_by="总经理",
        reason="1",
    )
    found = judged(passed_on(extended), "03-10 09:30")
    assert [row.reason for row in found.refused] == ["not_provided"]
    assert clock(found, DISPATCH).due_at == at("03-10 09:40")


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("responsible_person", "responsible_person"),
        ("department", "department"),
        (None, "responsible_person"),
    ],
)
def test_the_appraisal_has_no_amount(subject, expected):
    told = passed_on(event("03-12 09:00 offence", source="A4S-09", subject=subject))
    (row,) = judged(told, "03-12 10:00").penalties
    assert (row.subject, row.amount, row.range) == (expected, None, None)
    assert row.sanction
