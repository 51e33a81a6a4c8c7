"""食品厂: urgency by its facts, transfer, first contact, sampling, report, investigation."""

import pytest

from tests.engine.asking import breaches, dues, waits
from tests.engine.cases import at, clock, event, history, pack
from tests.engine.food_factory import CODE, EXPECTED, complaint, judged, to

# -- urgency and transfer (三1)


@pytest.mark.parametrize(
    ("facts", "urgent"),
    [
        pytest.param({}, False, id="nothing-known"),
        pytest.param({"food_safety": False, "serious_use_impact": False}, False, id="neither"),
        pytest.param({"food_safety": True}, True, id="food-safety"),
        pytest.param({"serious_use_impact": True}, True, id="use"),
        pytest.param({"urgency": "紧急"}, True, id="said"),
        pytest.param({"urgency": "一般"}, False, id="said-general"),
        pytest.param({"urgency": "一般", "food_safety": True}, True, id="the-facts-go-further"),
    ],
)
@pytest.mark.feature("F105")
def test_an_urgent_case_goes_on_at_once_and_a_general_one_within_the_hour(facts, urgent):
    due = dues(judged(complaint(**facts), "03-10 09:10"))
    if urgent:
        assert due["emergency"] == at("03-10 09:10")
        assert "transfer" not in due
    else:
        assert due["transfer"] == at("03-10 10:00")
        assert "emergency" not in due


@pytest.mark.parametrize(
    ("stop", "data", "state"),
    [
        pytest.param("10:00:00 assigned", {"department": "物流部"}, "met", id="at-the-due-moment"),
        pytest.param("10:00:01 assigned", {"department": "物流部门"}, "late", id="a-second-later"),
        pytest.param("09:50 transferred", {"to": "质控部"}, "met", id="another-spelling"),
        pytest.param("09:50 transferred", {"to": "管理层"}, "overdue", id="not-to-a-handler"),
        pytest.param("09:50 transferred", {"to": "客服中心"}, "overdue", id="to-the-first-contact"),
    ],
)
def test_the_transfer_reaches_the_handling_department(stop, data, state):
    found = judged(complaint(event(f"03-10 {stop}", **data)), "03-10 12:00")
    assert clock(found, "transfer").state == state


def test_the_emergency_procedure_begins_with_the_entry():
    late = judged(complaint(*to("物流部门", "03-10 09:10:01"), food_safety=True), "03-10 12:00")
    assert clock(late, "emergency").state == "late"
    met = judged(complaint(*to("物流部门", "03-10 09:10"), food_safety=True), "03-10 12:00")
    row = clock(met, "emergency")
    assert (row.started_at, row.due_at, row.state) == (at("03-10 09:10"), at("03-10 09:10"), "met")


@pytest.mark.parametrize(
    ("again", "state"),
    [
        pytest.param((), "overdue", id="the-ordinary-transfer-is-no-emergency-notice"),
        pytest.param(to("质量控制部门", "03-10 14:00"), "met", id="told-at-once"),
        pytest.param(to("质量控制部门", "03-10 14:05"), "late", id="five-minutes-later"),
    ],
)
def test_a_case_that_turns_urgent_starts_the_procedure_then(again, state):
    told = complaint(
        *to("质量控制部门"),
        event("03-10 14:00 facts_changed", food_safety=True),
        *again,
        category="产品质量",
    )
    found = judged(told, "03-10 15:00")
    row = clock(found, "emergency")
    assert (row.started_at, row.due_at, row.state) == (at("03-10 14:00"), at("03-10 14:00"), state)
    assert clock(found, "transfer").state == "met"  # stopped as a general one, and stays so


def test_a_case_that_proves_less_urgent_has_the_hour_again():
    told = complaint(event("03-10 09:40 facts_changed", food_safety=False), food_safety=True)
    found = judged(told, "03-10 09:50")
    assert clock(found, "emergency") is None
    assert clock(found, "transfer").due_at == at("03-10 10:00")
    assert breaches(found)["emergency:1:1"] == at("03-10 09:10")


@pytest.mark.parametrize(
    ("category", "departments"),
    [
        pytest.param("产品质量", {"质量控制部门", "生产部门"}, id="quality"),
        pytest.param("生产延误", {"生产部门"}, id="delay"),
        pytest.param("运输配送", {"物流部门"}, id="transport"),
        pytest.param("服务", set(), id="service-has-none"),
    ],
)
def test_the_handling_departments_are_told_of_an_urgent_case(category, departments):
    told = complaint(event("03-10 11:00 facts_changed", food_safety=True), category=category)
    assert judged(told, "03-10 10:59:59").reports == ()
    rows = {(row.to, row.at) for row in judged(told, "03-10 11:00").reports}
    assert rows == {(department, at("03-10 11:00")) for department in departments}


def test_the_hour_is_an_example_that_the_house_may_change():
    found = judged(complaint(), "03-10 09:30", transfer_hours=2)
    assert dues(found)["transfer"] == at("03-10 11:00")
    assert {row.key for row in pack(CODE).readings if row.setting} == {
        "warn_before",
        "transfer_hours",
        "progress_days",
    }


def test_hours_run_over_midnight_and_the_end_of_a_month():
    told = history("02-28 23:30 received", "02-28 23:40 registered", category="服务")
    found = judged(told, "03-01 00:30")
    assert dues(found) == {"transfer": at("03-01 00:30"), "contact": at("03-01 00:10")}
    assert clock(found, "transfer").state == "running"
    assert (clock(found, "contact").state, clock(found, "contact").late_days) == ("overdue", 0)


# -- first contact (三1)


@pytest.mark.feature("F025")
def test_the_first_contact_gives_an_expected_time():
    found = judged(complaint("03-10 09:20 responded"), "03-10 09:40:01")
    assert [(row.reason, row.source[0]) for row in found.refused] == [("missing_data", "FOOD-26")]
    row = clock(found, "contact")
    assert (row.due_at, row.state, row.stopped_at) == (at("03-10 09:40"), "overdue", None)
    assert breaches(found)["contact:1:1"] == at("03-10 09:40")


@pytest.mark.parametrize(
    ("when", "state"),
    [
        pytest.param("09:40:00", "met", id="at-the-due-moment"),
        pytest.param("09:40:01", "late", id="a-second-later"),
    ],
)
def test_contact_within_thirty_minutes_of_acceptance(when, state):
    told = complaint(event(f"03-10 {when} responded", **EXPECTED))
    assert clock(judged(told, "03-10 12:00"), "contact").state == state


def test_a_contact_before_acceptance_is_not_the_one_asked_for():
    told = history(
        "03-10 09:00 received", event("03-10 09:05 responded", **EXPECTED), "03-10 09:10 registered"
    )
    assert clock(judged(told, "03-10 09:40"), "contact").state == "running"


# -- investigation (三2)


@pytest.mark.feature("F121")
@pytest.mark.parametrize(
    ("category", "expected"),
    [
        pytest.param(
            "产品质量", {"sampling": "03-11 09:30", "report": "03-12 09:30"}, id="quality"
        ),
        pytest.param("运输配送", {"investigation": "03-11 09:30"}, id="transport"),
        pytest.param("生产延误", {"investigation": "03-11 09:30"}, id="delay"),
        pytest.param("服务", {"investigation": "03-11 09:30"}, id="service"),
        pytest.param("其他", {"investigation": "03-11 09:30"}, id="other"),
        pytest.param(None, {}, id="unknown"),
    ],
)
def test_clocks_of_the_investigation(category, expected):
    found = dues(judged(complaint(*to("质量控制部门"), category=category), "03-10 10:00"))
    own = {rule: due for rule, due in found.items() if rule not in ("transfer", "contact")}
    assert own == {rule: at(due) for rule, due in expected.items()}


@pytest.mark.parametrize(
    ("seconds", "state"), [pytest.param(0, "met", id="due"), pytest.param(1, "late", id="later")]
)
def test_sample_and_report_at_the_due_moment(seconds, state):
    told = complaint(
        *to("质量控制部门"),
        f"03-11 09:30:0{seconds} sampled",
        f"03-12 09:30:0{seconds} report_issued",
        category="产品质量",
    )
    found = judged(told, "03-20 09:00")
    assert [clock(found, rule).state for rule in ("sampling", "report")] == [state, state]


def test_under_the_other_reading_the_report_follows_the_sample():
    told = complaint(*to("质量控制部门"), "03-10 15:00 sampled", category="产品质量")
    taken, other = judged(told, "03-10 16:00"), judged(told, "03-10 16:00", report_start="取样")
    assert dues(taken)["report"] == at("03-12 09:30")
    assert "report" not in dues(other)
    assert dues(other)["report-after-sampling"] == at("03-12 15:00")
    early = complaint(*to("质量控制部门"), category="产品质量")
    found = judged(early, "03-10 16:00", report_start="取样")
    assert {"report", "report-after-sampling"}.isdisjoint(dues(found))


def test_another_category_brings_other_clocks_from_the_same_hand_over():
    told = complaint(
        *to("质量控制部门"),
        event("03-10 16:00 facts_changed", category="运输"),
        category="产品质量",
    )
    found = dues(judged(told, "03-10 16:00"))
    assert found["investigation"] == at("03-11 09:30")
    assert {"sampling", "report"}.isdisjoint(found)


@pytest.mark.parametrize(
    ("category", "hours"),
    [
        pytest.param("运输配送", {"investigation": "03-11 13:00"}, id="transport"),
        pytest.param(
            "产品质量", {"sampling": "03-11 13:00", "report": "03-12 13:00"}, id="quality"
        ),
    ],
)
def test_a_task_handed_back_ends_its_clocks_and_the_next_one_has_its_own(category, hours):
    told = complaint(
        *to("物流部门"),
        event("03-10 11:00 returned", reason="1"),
        *to("生产部门", "03-10 13:00"),
        category=category,
    )
    found = judged(told, "03-10 14:00")
    for rule, due in hours.items():
        assert clock(found, rule).state == "void"
        second = clock(found, rule, ordinal=2)
        assert (second.due_at, second.department) == (at(due), "生产部门")
    assert found.responsible.first == "生产部门"


@pytest.mark.parametrize(
    ("category", "first", "supporting", "source"),
    [
        pytest.param("产品质量", "质量控制部门", ("生产部门",), "FOOD-09", id="quality"),
        pytest.param("生产原因", "生产部门", (), "FOOD-12", id="production"),
        pytest.param("运输/配送", "物流部门", (), "FOOD-13", id="transport"),
        pytest.param("服务问题", None, (), "FOOD-30", id="service-has-none"),
        pytest.param("其他", None, (), "FOOD-30", id="other-has-none"),
    ],
)
def test_department_of_a_category(category, first, supporting, source):
    found = judged(complaint(category=category), "03-10 09:30").responsible
    assert (found.first, found.supporting) == (first, supporting)
    assert source in found.source


@pytest.mark.parametrize("department", ["客服中心", "工程部"])
def test_a_service_complaint_goes_where_it_is_sent(department):
    told = complaint(event("03-10 09:40 assigned", department=department), category="服务")
    found = judged(told, "03-10 09:45")
    assert (found.responsible.first, found.refused) == (department, ())


@pytest.mark.feature("F123")
def test_a_quality_case_stays_until_its_report_is_there():
    told = complaint(
        *to("质量控制部门"), "03-10 15:00 sampled", "03-11 10:00 report_issued", category="产品质量"
    )
    assert waits(judged(told, "03-11 09:59:59"), "investigated") == {("report", "FOOD-29")}
    assert waits(judged(told, "03-11 10:00"), "investigated") == set()
    assert waits(judged(complaint(*to("物流部门")), "03-10 10:00"), "investigated") == set()
