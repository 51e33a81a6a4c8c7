"""通用企业: grades by four conditions, checks, routing, agreement, closing."""

import pytest

from regulations.engine.facts import DERIVED, KNOWN
from tests.engine.asking import dues, missing, waits
from tests.engine.cases import at, clock, event, history, pack
from tests.engine.general_enterprise import CODE, COURSE, ORDINARY, complaint, judged

# -- grades (二(一)1)


@pytest.mark.parametrize(
    ("facts", "grade", "source"),
    [
        pytest.param(ORDINARY, "一般投诉", ("GEN-31", "GEN-32", "GEN-33", "GEN-34"), id="all-four"),
        pytest.param({}, "一般投诉", ("GEN-31", "GEN-34"), id="unknown-counts-as-fulfilled"),
        pytest.param({"amount": "5000.00"}, "一般投诉", ("GEN-31",), id="5000-included"),
        pytest.param({"amount": "0"}, "一般投诉", ("GEN-31",), id="no-amount"),
        pytest.param(
            {"amount_company": "4000", "amount_contractor": "1000"},
            "一般投诉",
            ("GEN-31",),
            id="both-shares-reach-5000",
        ),
        pytest.param(
            {"amount_company": "4000", "amount_contractor": "1000.01"},
            "重大投诉",
            ("GEN-31",),
            id="both-shares-above-5000",
        ),
        pytest.param({"complainants": 1}, "一般投诉", ("GEN-32",), id="one-customer"),
        pytest.param({"same_issue_complainants": 1}, "一般投诉", ("GEN-32",), id="the-first"),
        pytest.param({"media": "none"}, "一般投诉", ("GEN-32",), id="no-media"),
        pytest.param({"media": "possible"}, "一般投诉", ("GEN-32",), id="media-only-possible"),
        pytest.param({"legal": "none"}, "一般投诉", ("GEN-34",), id="nothing-announced"),
        pytest.param(
            {"business_affected": True}, "一般投诉", ("GEN-31",), id="affected-business-is-no-grade"
        ),
        pytest.param(
            {"amount": "5000.01", "spread": True, "authority": True},
            "重大投诉",
            ("GEN-31", "GEN-32", "GEN-34"),
            id="three-fail",
        ),
    ],
)
def test_grade(facts, grade, source):
    found = judged(history("03-10 09:00 received", **facts), "03-10 09:30").grade
    assert found.name == grade
    assert set(source) <= set(found.source)


@pytest.mark.feature("F083")
@pytest.mark.parametrize(
    ("facts", "failed"),
    [
        pytest.param({"amount": "5000.01"}, "GEN-31", id="above-5000"),
        pytest.param({"complainants": 2}, "GEN-32", id="two-in-one-complaint"),
        pytest.param({"same_issue_complainants": 2}, "GEN-32", id="a-second-of-the-same-issue"),
        pytest.param({"spread": True}, "GEN-32", id="spread"),
        pytest.param({"media": "actual"}, "GEN-32", id="media-is-spread"),
        pytest.param({"routine_solvable": False}, "GEN-33", id="not-by-routine"),
        pytest.param({"legal": "possible"}, "GEN-34", id="legal-announced"),
        pytest.param({"legal": "actual"}, "GEN-34", id="legal-begun"),
        pytest.param({"authority": True}, "GEN-34", id="regulator"),
    ],
)
def test_one_condition_that_fails_makes_a_major_complaint(facts, failed):
    found = judged(complaint(**facts), "03-10 09:30").grade
    assert (found.name, found.source) == ("重大投诉", (failed,))


def test_a_condition_that_holds_again_takes_the_grade_back():
    told = complaint(event("03-10 10:00 facts_changed", amount="4999"), amount="6000")
    assert judged(told, "03-10 09:59:59").grade.name == "重大投诉"
    assert judged(told, "03-10 10:00").grade.name == "一般投诉"


def test_a_grade_by_hand_stands_until_a_further_condition_fails():
    told = complaint(
        event("03-10 09:10 graded", grade="一般投诉", reason="1"),
        event("03-10 11:00 facts_changed", authority=True),
        amount="6000",
    )
    by_hand, later = judged(told, "03-10 10:00").grade, judged(told, "03-10 11:00").grade
    assert (by_hand.name, by_hand.source) == ("一般投诉", ("GEN-30",))
    assert (later.name, later.source) == ("重大投诉", ("GEN-34",))


def test_under_the_other_reading_possible_exposure_is_a_risk_of_spread():
    told = complaint(media="possible")
    found = judged(told, "03-10 09:30", spread_risk=True).grade
    assert (found.name, found.source) == ("重大投诉", ("GEN-32",))
    assert judged(complaint(), "03-10 09:30", spread_risk=True).grade.name == "一般投诉"


# -- truth (一(三))

CHECKS = {("verification", "GEN-26"), ("verification", "GEN-27"), ("verification", "GEN-29")}


@pytest.mark.feature("F062")
@pytest.mark.parametrize(
    ("facts", "checked"),
    [
        pytest.param({"amount": "5001"}, True, id="5001"),
        pytest.param({"amount": "5000.01"}, True, id="above-5000"),
        pytest.param({"amount": "5000"}, False, id="5000"),
        pytest.param({"business_affected": True}, True, id="business"),
        pytest.param({"legal": "possible"}, True, id="legal-possible"),
        pytest.param({"legal": "actual"}, True, id="legal-actual"),
        pytest.param({"authority": True}, False, id="a-regulator-is-no-lawsuit"),
        pytest.param({"complainants": 9}, False, id="major-by-its-size"),
    ],
)
def test_three_checks_where_the_clause_asks_for_them(facts, checked):
    found = judged(complaint(**facts), "03-10 09:30")
    assert missing(found) & CHECKS == (CHECKS if checked else set())
    rows = [row for row in found.closing.missing if row.what == "verification"]
    assert all("GEN-25" in row.source for row in rows)


@pytest.mark.feature("F063")
def test_the_case_goes_on_when_each_check_has_its_result():
    checks = [
        event(f"03-10 10:{minute} verified", check=check, passed=passed)
        for minute, check, passed in (
            (10, "GEN-26", True),
            (20, "GEN-27", False),
            (30, "GEN-29", True),
        )
    ]
    told = complaint(COURSE["assigned"], COURSE["accepted"], *checks, amount="6000")
    before = judged(told, "03-10 10:20")
    for step in ("investigated", "plan_submitted"):
        assert waits(before, step) & CHECKS == {("verification", "GEN-29")}
    after = judged(told, "03-10 10:30")
    assert not waits(after, "investigated")
    assert not missing(after) & CHECKS


# -- routing (GEN-36)


@pytest.mark.parametrize(
    ("category", "first", "source"),
    [
        pytest.param("产品质量缺陷", "品控部", "GEN-36", id="quality"),
        pytest.param("产品质量问题", "品控部", "GEN-36", id="quality-as-二(一)1-has-it"),
        pytest.param("服务问题", "运营部", "GEN-36", id="service"),
        pytest.param("交付问题", None, "GEN-06", id="delivery-by-hand"),
        pytest.param("售后支持不足", None, "GEN-07", id="after-sales-by-hand"),
        pytest.param("其他", None, "GEN-08", id="other-by-hand"),
    ],
)
def test_department_of_a_category(category, first, source):
    found = judged(complaint(category=category), "03-10 09:30").responsible
    assert found.first == first
    assert source in found.source


def test_customer_service_may_choose_a_department_that_the_text_does_not_name():
    told = complaint(event("03-10 09:30 assigned", department="物流部"), category="交付问题")
    found = judged(told, "03-10 09:45")
    assert (found.responsible.first, found.refused) == ("物流部", ())
    assert clock(found, "dispatch").state == "met"


def test_a_change_of_category_moves_the_case_and_not_its_clocks():
    told = complaint(event("03-10 11:00 facts_changed", category="服务流程问题"))
    found = judged(told, "03-10 11:00")
    assert found.responsible.first == "运营部"
    assert dues(found) == dues(judged(complaint(), "03-10 11:00"))
    assert [row.id for row in found.tasks] == ["secure_video"]


# -- plan, agreement, closing


@pytest.mark.feature("F138")
@pytest.mark.feature("F158")
def test_an_unapproved_solution_is_not_told_to_the_customer():
    told = complaint(*list(COURSE.values())[:5])
    submitted, approved = judged(told, "03-10 14:30"), judged(told, "03-10 15:00")
    for step in ("customer_talked", "customer_informed"):
        assert ("approval", "GEN-41") in waits(submitted, step)
        assert not waits(approved, step)
    assert [(row.what, row.by, row.at) for row in submitted.approvals] == [
        ("plan", "部门负责人", None)
    ]
    assert [row.at for row in approved.approvals] == [at("03-10 15:00")]


def test_a_new_plan_is_signed_anew():
    told = complaint(*list(COURSE.values())[:5], "03-10 16:00 plan_submitted")
    found = judged(told, "03-10 16:30")
    assert [row.at for row in found.approvals] == [None]
    assert ("approval", "GEN-41") in missing(found)
    assert clock(found, "plan").stopped_at == at("03-10 15:00")  # the loop gives no new time


@pytest.mark.parametrize(
    ("talks", "agreed", "partly"),
    [
        pytest.param(["接受"], True, True, id="accepted"),
        pytest.param(["部分接受"], False, True, id="partly"),
        pytest.param(["拒绝"], False, False, id="refused"),
        pytest.param(["拒绝", "接受"], True, True, id="changed-their-mind"),
        pytest.param(["接受", "拒绝"], False, False, id="the-last-word-counts"),
        pytest.param(["拒绝", None], False, False, id="new-plan-not-talked-over"),
        pytest.param(["接受", None], False, False, id="accepted-the-plan-before"),
        pytest.param(["拒绝", None, "接受"], True, True, id="second-round"),
        pytest.param(["部分接受", None, "部分接受"], False, True, id="partly-twice"),
    ],
)
def test_agreement(talks, agreed, partly):
    """None stands for a new plan."""
    more = [
        event(f"03-10 {16 + hour}:00 customer_talked", opinion=one)
        if one
        else event(f"03-10 {16 + hour}:00 plan_submitted")
        for hour, one in enumerate(talks)
    ]
    told = complaint(*list(COURSE.values())[:5], *more)
    found = judged(told, "03-10 20:00")
    other = judged(told, "03-10 20:00", partial_acceptance="达成")
    for answer, wanted in ((found, agreed), (other, partly)):
        assert (("agreement", "GEN-43") not in missing(answer)) is wanted
        assert (("agreement", "GEN-43") not in waits(answer, "executed")) is wanted
    assert clock(found, "talk").stopped_at == at("03-10 16:00")  # the first talk stops it


def test_a_case_that_went_the_whole_way_may_be_closed():
    found = judged(complaint(*COURSE.values()), "03-11 10:00")
    assert (found.closing.ready, found.closing.missing) == (True, ())
    assert waits(found, "closed") == set()
    assert {row.state for row in found.clocks} == {"met"}
    assert found.counts_in_rate


@pytest.mark.parametrize(
    ("left_out", "what", "source"),
    [
        pytest.param("investigated", "conclusion", "GEN-39", id="conclusion"),
        pytest.param("plan_approved", "approval", "GEN-41", id="approval"),
        pytest.param("customer_talked", "agreement", "GEN-43", id="agreement"),
        pytest.param("executed", "execution", "GEN-44", id="execution"),
        pytest.param("followed_up", "followup", "GEN-45", id="followup"),
    ],
)
def test_what_closing_waits_for(left_out, what, source):
    told = complaint(*(one for kind, one in COURSE.items() if kind != left_out))
    found = judged(told, "03-11 10:00")
    assert missing(found) == {(what, source)}
    assert waits(found, "closed") == {(what, source)}


@pytest.mark.parametrize(
    ("steps", "step", "expected"),
    [
        pytest.param(3, "customer_talked", {"plan", "approval"}, id="no-plan-to-talk-over"),
        pytest.param(3, "executed", {"plan", "approval", "agreement"}, id="no-plan-to-execute"),
        pytest.param(4, "executed", {"approval", "agreement"}, id="not-approved"),
        pytest.param(5, "executed", {"agreement"}, id="not-agreed"),
        pytest.param(6, "executed", set(), id="agreed"),
        pytest.param(6, "result_returned", {"execution"}, id="not-executed"),
        pytest.param(7, "result_returned", set(), id="executed"),
        pytest.param(9, "archived", {"approval"}, id="not-closed"),
    ],
)
def test_steps_that_wait(steps, step, expected):
    found = judged(complaint(*list(COURSE.values())[:steps]), "03-11 12:00")
    assert {what for what, _ in waits(found, step)} == expected


def test_a_dissatisfied_follow_up_asks_for_handling_again_before_its_result():
    told = complaint(
        *list(COURSE.values())[:8], event("03-11 10:00 followed_up", satisfaction="不满意")
    )
    assert waits(judged(told, "03-11 12:00"), "result_returned") == {("execution", "GEN-44")}


def test_a_check_without_a_conclusion_does_not_lead_to_a_plan():
    steps = [COURSE["assigned"], COURSE["accepted"]]
    empty = judged(complaint(*steps, "03-10 12:00 investigated"), "03-10 12:30")
    assert waits(empty, "plan_submitted") == {("conclusion", "GEN-39")}
    for conclusion in ("属实", "部分属实", "不属实"):
        told = complaint(*steps, event("03-10 12:00 investigated", conclusion=conclusion))
        assert waits(judged(told, "03-10 12:30"), "plan_submitted") == set()


def test_ended_by_hand_because_key_data_is_refused():
    told = complaint(
        COURSE["assigned"],
        event("03-10 10:00 judged", valid=False, reason="GEN-18"),
        amount="6000",
    )
    found = judged(told, "03-20 09:00")
    states = {row.rule: row.state for row in found.clocks}
    assert {states.pop("registration"), states.pop("dispatch")} == {"met"}
    assert set(states.values()) == {"void"}
    assert found.closing.ready  # the three checks are no longer asked for
    assert not found.counts_in_rate
    other = complaint(event("03-10 10:00 judged", valid=False, reason="GEN-25"))
    assert [row.reason for row in judged(other, "03-10 11:00").refused] == [
        "unknown_invalid_reason"
    ]


@pytest.mark.parametrize("end", ["withdrawn", "merged"])
def test_a_complaint_that_ends_lets_its_clocks_go(end):
    found = judged(complaint(COURSE["assigned"], f"03-10 10:00 {end}"), "03-20 09:00")
    assert clock(found, "plan").state == "void"
    assert clock(found, "dispatch").state == "met"


# -- what is kept, and what can be entered


def test_evidence_is_kept_three_years_and_video_thirty_days():
    kept = {row.source[0]: row.period for row in pack(CODE).retention}
    assert (kept["GEN-24"].unit, kept["GEN-24"].limit) == ("months", 36)
    assert (kept["GEN-28"].unit, kept["GEN-28"].limit) == ("days", 30)


def test_every_fact_that_a_rule_asks_for_can_be_entered():
    own = pack(CODE)
    entered = {field.fact for field in own.intake}
    assert own.asked & (KNOWN - DERIVED) <= entered
    assert "amount" in entered  # the compensation of GEN-31 and GEN-25
