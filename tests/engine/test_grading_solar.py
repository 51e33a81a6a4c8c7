"""组件分级: a valid complaint is graded by eight inputs, a demand is only typed and counted apart."""

import pytest

from tests.engine.asking import judged, missing
from tests.engine.cases import event, history, pack

CODE = "grading-solar"
NOW = "03-10 12:00"
VALID = event("03-09 15:00 judged", valid=True, reason="SOL-05")
INPUTS = [f"SOL-{number}" for number in range(11, 19)]


def demand(reason):
    return event("03-09 15:00 judged", valid=False, reason=reason)


def complaint(*more, **facts):
    return history("03-09 09:00 received", "03-09 09:10 registered", *more, **facts)


def graded(told, now=NOW, **chosen):
    found = judged(CODE, told, now, **chosen).grade
    return found.name, set(found.source)


@pytest.mark.parametrize("item", INPUTS)
def test_each_input_that_a_person_ticks_is_recorded(item):
    assert graded(complaint(VALID, tags=[item])) == ("重大", {item})


@pytest.mark.parametrize(
    ("facts", "source"),
    [
        pytest.param({}, set(), id="nothing-known"),
        pytest.param({"legal": "actual"}, {"SOL-13"}, id="c-litigation"),
        pytest.param({"legal": "possible"}, set(), id="c-not-yet"),
        pytest.param(
            {"safety_risk": True}, {"SOL-16"}, marks=pytest.mark.feature("F085"), id="f-safety"
        ),
        pytest.param({"safety_risk": False}, set(), id="f-known-not-to-be"),
        pytest.param({"brand_harm": True}, {"SOL-17"}, id="j-brand"),
        pytest.param({"media": "possible"}, {"SOL-17"}, id="j-media-may-report"),
        pytest.param({"media": "actual"}, {"SOL-17"}, id="j-media-report"),
        pytest.param({"media": "none"}, set(), id="j-no-media"),
        pytest.param(
            {"tags": ["SOL-18"]}, {"SOL-18"}, marks=pytest.mark.feature("F087"), id="h-other"
        ),
        pytest.param({"amount": "5000000.00"}, set(), id="a-without-threshold"),
        pytest.param({"complainants": 12}, set(), id="e-is-seen-by-a-person"),
        pytest.param({"tags": ["SOL-19"]}, set(), id="a-defect-level-alone-is-no-grade"),
        pytest.param(
            {"legal": "actual", "brand_harm": True, "tags": ["SOL-14"]},
            {"SOL-13", "SOL-14", "SOL-17"},
            id="each-is-named",
        ),
    ],
)
def test_inputs(facts, source):
    found = judged(CODE, complaint(VALID, **facts), NOW)
    assert (found.grade.name, set(found.grade.source)) == ("重大" if source else None, source)
    assert found.counts_in_rate


@pytest.mark.parametrize(
    ("amounts", "grade"),
    [
        pytest.param({"amount": "99999.99"}, None, id="below"),
        pytest.param({"amount": "100000"}, "重大", id="included"),
        pytest.param({"amount_company": "60000", "amount_contractor": "40000"}, "重大", id="sum"),
        pytest.param({}, None, id="unknown"),
    ],
)
def test_a_threshold_of_the_house_grades_the_cost(amounts, grade):
    assert graded(complaint(VALID, **amounts), cost_limit=100000)[0] == grade


@pytest.mark.parametrize("reason", ["SOL-03", "SOL-06", "SOL-07", "SOL-08", "SOL-09", "SOL-10"])
def test_what_is_judged_a_demand_gets_no_grade_and_does_not_count(reason):
    found = judged(CODE, complaint(demand(reason), tags=["SOL-13"], safety_risk=True), NOW)
    assert (found.grade.name, found.counts_in_rate, found.refused) == (None, False, ())
    assert "demand" in {flag.name for flag in found.flags}


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"kind": "咨询"}, id="enquiry"),
        pytest.param({"kind": "建议"}, id="suggestion"),
        pytest.param({"category": "求助型"}, id="help"),
        pytest.param({"category": "咨询型"}, id="question"),
        pytest.param({"category": "发泄型"}, id="venting"),
    ],
)
def test_a_demand_by_its_type_gets_no_grade_and_does_not_count(facts):
    found = judged(CODE, complaint(legal="actual", **facts), NOW)
    assert (found.grade.name, found.counts_in_rate) == (None, False)
    assert "demand" in {flag.name for flag in found.flags}


def test_a_complaint_not_judged_yet_is_graded_and_counts():
    for facts in ({}, {"category": "有效投诉"}, {"kind": "投诉"}):
        found = judged(CODE, complaint(legal="actual", **facts), NOW)
        assert (found.grade.name, found.counts_in_rate, found.flags) == ("重大", True, ())


def test_a_complaint_found_valid_after_all_gets_its_grade_back():
    told = complaint(
        demand("SOL-07"), event("03-09 17:00 judged", valid=True, reason="SOL-05"), legal="actual"
    )
    assert graded(told, "03-09 16:00") == (None, set())
    assert graded(told, "03-09 18:00") == ("重大", {"SOL-13"})


def test_read_otherwise_demands_are_graded_as_well():
    told = complaint(demand("SOL-06"), legal="actual")
    assert graded(told, demands_graded=True) == ("重大", {"SOL-13"})
    enquiry = complaint(kind="咨询", tags=["SOL-15"])
    assert graded(enquiry, demands_graded=True) == ("重大", {"SOL-15"})


def test_the_grade_is_given_by_hand_where_no_threshold_is_stored():
    by_hand = event("03-09 16:00 graded", grade="重大", reason="费用较大")
    name, source = graded(complaint(VALID, by_hand, amount="5000000"))
    assert (name, source) == ("重大", {"SOL-11", "SOL-12"})
    assert graded(complaint(demand("SOL-06"), by_hand))[0] is None


@pytest.mark.feature("F071")
def test_only_the_grade_of_this_regulation_is_offered():
    assert [grade.name for grade in pack(CODE).grades] == ["重大"]
    told = complaint(event("03-09 16:00 graded", grade="一般", reason="1"))
    assert [row.reason for row in judged(CODE, told, NOW).refused] == ["unknown_grade"]


def test_an_enquiry_ends_with_its_answer():
    assert missing(judged(CODE, complaint(kind="咨询"), NOW)) == {("result", "SOL-06")}
    told = complaint("03-09 10:00 responded", kind="咨询")
    assert judged(CODE, told, NOW).closing.ready


def test_a_demand_ends_when_it_is_judged_one():
    told = complaint(event("03-09 16:00 closed", mode="invalid"))
    assert missing(judged(CODE, told, NOW)) == {("verification", "SOL-04")}
    assert judged(CODE, complaint(demand("SOL-07")), NOW).closing.ready


def test_the_text_asks_nothing_of_a_closing():
    assert judged(CODE, complaint(VALID), NOW).closing.ready


def test_nothing_runs_and_nothing_costs_whatever_time_passes():
    found = judged(CODE, complaint(VALID, legal="actual"), "12-09 12:00")
    assert (found.clocks, found.penalties, found.next_moment) == ((), (), None)


def test_a_reason_that_the_text_does_not_list_is_refused():
    found = judged(CODE, complaint(demand("SOL-13")), NOW)
    assert [row.reason for row in found.refused] == ["unknown_invalid_reason"]
    assert found.counts_in_rate


def test_the_three_costs_and_the_defect_level_are_asked_for():
    asked = {field.key: field for field in pack(CODE).intake}
    assert {"module_value", "correction_cost", "commercial_cost", "total_cost"} <= set(asked)
    level = asked["defect_level"]
    assert level.required
    assert level.when.holds({"category": "有效投诉"})
    assert [value for value, _ in level.options] == ["none", "1", "2", "3"]
