"""Grades of 6.1: criteria, the highest wins, by hand, by badly handling, by time."""

import pytest

from tests.engine.cases import at, estate, event, history, verdict

NOW = "03-02 10:00"


@pytest.mark.parametrize(
    ("facts", "grade", "source"),
    [
        pytest.param({}, "一般投诉", ("DALI-95",), id="6.1.4-nothing-known"),
        pytest.param({"complainants": 2}, "一般投诉", ("DALI-95",), id="6.1.2.3-two-are-no-group"),
        pytest.param({"complainants": 3}, "重大投诉", ("DALI-85",), id="6.1.2.3-three"),
        pytest.param({"complainants": 9}, "重大投诉", ("DALI-85",), id="6.1.2.3-nine"),
        pytest.param({"complainants": 10}, "危机投诉", ("DALI-79",), id="6.1.1.1-ten"),
        pytest.param({"amount": "0"}, "一般投诉", ("DALI-95",), id="6.1.2.1-no-compensation"),
        pytest.param({"amount": "0.01"}, "重大投诉", ("DALI-83",), id="6.1.2.1-any"),
        pytest.param({"amount": "10000.00"}, "重大投诉", ("DALI-83",), id="6.1.2.1-limit-included"),
        pytest.param({"amount": "10000.01"}, "危机投诉", ("DALI-80",), id="6.1.1.2-above"),
        pytest.param(
            {"amount_company": "6000", "amount_contractor": "4000.01"},
            "危机投诉",
            ("DALI-80",),
            id="6.1.2.1-both-shares",
        ),
        pytest.param({"amount_contractor": "1"}, "重大投诉", ("DALI-83",), id="6.1.2.1-one-share"),
        pytest.param({"legal": "actual"}, "重大投诉", ("DALI-86",), id="6.1.2.4-counts-as-one"),
        pytest.param(
            {"legal": "actual", "exposure_people": 3}, "危机投诉", ("DALI-81",), id="6.1.1.3-three"
        ),
        pytest.param({"legal": "possible"}, "重要投诉", ("DALI-92",), id="6.1.3.3-possible"),
        pytest.param({"major_harm": True}, "危机投诉", ("DALI-80",), id="6.1.1.2-harm"),
        pytest.param({"same_issue_complainants": 3}, "重大投诉", ("DALI-84",), id="6.1.2.2"),
        pytest.param({"same_target_complaints": 2}, "一般投诉", ("DALI-95",), id="6.1.3.1-two"),
        pytest.param({"same_target_complaints": 3}, "重要投诉", ("DALI-90",), id="6.1.3.1-three"),
        pytest.param({"mishandled": True}, "重要投诉", ("DALI-94",), id="6.1.3.5-one-step"),
        pytest.param(
            {"mishandled": True, "authority": True}, "重大投诉", ("DALI-88",), id="6.1.2.6"
        ),
        pytest.param(
            {"mishandled": True, "brand_harm": True}, "危机投诉", ("DALI-82",), id="nothing-above"
        ),
        pytest.param({"tags": ["DALI-82"]}, "危机投诉", ("DALI-82",), id="ticked-by-a-person"),
    ],
)
def test_criteria(facts, grade, source):
    found = verdict(estate(**facts), NOW).grade
    assert (found.name, found.source) == (grade, source)


def test_all_criteria_of_the_grade_are_named():
    found = verdict(estate(complainants=3, same_issue_complainants=4), NOW).grade
    assert set(found.source) == {"DALI-84", "DALI-85"}


def test_a_decision_by_hand_stands_against_what_was_known():
    told = estate(event("03-02 10:00 graded", grade="一般投诉"), complainants=3)
    assert verdict(told, "03-02 11:00").grade.name == "一般投诉"
    assert verdict(told, "03-02 11:00").grade.source == ("DALI-51",)
    assert verdict(told, "03-02 09:59").grade.name == "重大投诉"


def test_what_comes_up_after_a_decision_reaches_higher():
    told = estate(
        event("03-02 10:00 graded", grade="一般投诉"),
        event("03-02 11:00 facts_changed", authority=True),
        event("03-02 12:00 facts_changed", complainants=12),
        complainants=3,
    )
    assert verdict(told, "03-02 11:30").grade.name == "重要投诉"
    assert verdict(told, "03-02 12:30").grade.name == "危机投诉"


def test_unknown_grade_by_hand_is_refused():
    found = verdict(estate(event("03-02 10:00 graded", grade="特大")), "03-02 11:00")
    assert [(row.index, row.reason) for row in found.refused] == [(6, "unknown_grade")]
    assert found.grade.name == "一般投诉"


# 2 March + one week = 9 March 24:00; the next second it is unresolved for more than a week.
@pytest.mark.parametrize(
    ("now", "facts", "grade"),
    [
        pytest.param("03-10 00:00:00", {}, "一般投诉", id="at-24:00-in-time"),
        pytest.param("03-10 00:00:01", {}, "重要投诉", id="one-second-later"),
        pytest.param("03-10 00:00:01", {"fault": "ours"}, "重要投诉", id="our-fault"),
        pytest.param("03-10 00:00:01", {"fault": "customer"}, "一般投诉", id="not-our-fault"),
        pytest.param("03-10 00:00:01", {"complainants": 3}, "重大投诉", id="higher-already"),
    ],
)
def test_one_week_unresolved(now, facts, grade):
    assert verdict(estate(**facts), now).grade.name == grade


def test_the_upgrade_follows_by_itself_at_the_end_of_the_week():
    before = verdict(estate(category="其他类"), "03-09 12:00")
    assert all(row.kind != "derived.upgraded" for row in before.derived)
    after = verdict(estate(category="其他类"), "03-10 00:00:01")
    (row,) = [row for row in after.derived if row.kind == "derived.upgraded"]
    assert (row.at.isoformat(), row.subject) == ("2026-03-10T00:00:00+08:00", "重要投诉")
    assert row.source == ("DALI-93",)


def test_the_end_of_the_week_is_a_moment_to_look_again():
    told = estate("03-02 10:00 responded", "03-02 11:00 plan_submitted", category="其他类")
    assert verdict(told, "03-10 00:00:00").next_moment == at("03-10 00:00:01")
    not_ours = estate(
        "03-02 10:00 responded", "03-02 11:00 plan_submitted", category="其他类", fault="customer"
    )
    # the limit of 7至15日 is the next thing to happen: 17 March 24:00
    assert verdict(not_ours, "03-10 00:00:00").next_moment == at("03-18 00:00:01")


def test_a_resolved_case_is_not_upgraded():
    told = estate(event("03-09 18:00 confirmed", by="customer", form="written"))
    assert verdict(told, "03-20 09:00").grade.name == "一般投诉"


def test_a_case_resolved_after_the_week_stays_upgraded():
    told = estate(event("03-10 18:00 confirmed", by="customer", form="written"))
    assert verdict(told, "03-20 09:00").grade.name == "重要投诉"


def test_an_invalid_case_is_not_upgraded():
    told = estate(event("03-02 12:00 judged", valid=False, reason="DALI-06"))
    assert verdict(told, "03-20 09:00").grade.name == "一般投诉"


def test_no_threshold_is_invented_for_tobacco():
    told = history("03-02 09:00 received", amount="99999999", complainants=500)
    assert verdict(told, NOW, "tobacco-2026").grade.name == "常规投诉"


@pytest.mark.parametrize(
    ("facts", "assigned", "first", "supporting"),
    [
        pytest.param({"category": "维保修类"}, None, "物业公司", ("项目工程部",), id="4.1.2.7"),
        pytest.param(
            {"category": "服务态度类", "receiving_department": "销售部"},
            None,
            "营销部",
            (),
            id="4.1.2.8",
        ),
        pytest.param({"category": "其他类"}, None, None, (), id="4.1.2.9-open"),
        pytest.param({"category": "其他类"}, "财务部", "财务部", (), id="4.1.2.9-assigned"),
        pytest.param(
            {"category": "延期交楼类"},
            "物管公司",
            "物业公司",
            ("营销部",),
            id="4.1.1-named-by-客服部",
        ),
        pytest.param({}, None, None, (), id="category-unknown"),
    ],
)
def test_responsible(facts, assigned, first, supporting):
    events = ["03-02 09:00 received"]
    if assigned:
        events.append(event("03-02 09:30 assigned", department=assigned))
    found = verdict(history(*events, **facts), NOW).responsible
    assert (found.first, found.supporting) == (first, supporting)


def test_unknown_category_is_refused_and_stays_unknown():
    found = verdict(history("03-02 09:00 received", category="没有这类"), NOW)
    assert [(row.index, row.reason, row.accepted) for row in found.refused] == [
        (-1, "bad_value", "category")
    ]
    assert found.responsible.first is None
