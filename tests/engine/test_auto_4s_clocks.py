"""4S店: half an hour to 客户部, half an hour on to the manager, and what waits for Monday."""

import pytest

from tests.engine.asking import breaches
from tests.engine.auto_4s import DISPATCH, HANDOVER, ON_SITE, TO_OWNER, judged, passed_on, received
from tests.engine.cases import at, clock, event

# -- to 客户部 in half an hour (四1.1.1, 四1.1.3, 四1.4)


@pytest.mark.parametrize(
    ("when", "facts", "due", "fact"),
    [
        pytest.param("03-10 10:00", {}, "03-10 10:30", "A4S-13", id="ordinary"),
        pytest.param("03-10 10:00", {"amount": "1"}, "03-10 10:30", "A4S-23", id="major"),
        pytest.param("03-10 17:59:59", {}, "03-10 18:29:59", "A4S-13", id="elapsed-past-closing"),
        pytest.param("03-10 18:00", {}, "03-11 09:30", "A4S-13", id="closing-time-is-outside"),
        pytest.param("03-10 08:59:59", {}, "03-10 09:30", "A4S-13", id="before-opening"),
        pytest.param("03-10 12:10", {}, "03-10 14:00", "A4S-13", id="in-the-break"),
        pytest.param("03-14 10:00", {"amount": "1"}, "03-16 09:30", "A4S-23", id="major-saturday"),
        # 清明: 4 to 6 April closed; Labour Day: 1 to 5 May closed, Saturday 9 May open
        pytest.param("04-03 19:00", {}, "04-07 09:30", "A4S-13", id="over-qingming"),
        pytest.param("04-30 20:00", {}, "05-06 09:30", "A4S-13", id="over-labour-day"),
        pytest.param("05-09 10:00", {}, "05-09 10:30", "A4S-13", id="make-up-saturday"),
        pytest.param(
            "03-14 22:00", {"urgency": "紧急"}, "03-14 22:30", "A4S-13", id="urgent-at-night"
        ),
        pytest.param(
            "03-14 22:00",
            {"urgency": "紧急", "safety_risk": True},
            "03-14 22:30",
            "A4S-23",
            id="urgent-and-major-at-night",
        ),
        pytest.param(
            "03-14 22:00", {"urgency": "轻微"}, "03-16 09:30", "A4S-13", id="no-word-of-this-text"
        ),
    ],
)
def test_handover_is_due(when, facts, due, fact):
    row = clock(judged(received(when, **facts), when), HANDOVER)
    assert (row.stage, row.due_at, row.source[0]) == ("transfer", at(due), fact)


@pytest.mark.feature("F027")
@pytest.mark.parametrize(
    ("stop", "state", "breach"),
    [
        pytest.param("10:30:00", "met", None, id="at-the-due-moment"),
        pytest.param("10:30:01", "late", "10:30", id="one-second-late"),
        pytest.param("10:31:00", "late", "10:30", id="a-minute-late"),
    ],
)
def test_a_workshop_that_hands_over_late_breaches(stop, state, breach):
    told = received(
        "03-10 10:00",
        event(f"03-10 {stop} transferred", to="客服部"),
        receiving_department="维修部",
    )
    found = judged(told, "03-10 11:00")
    row = clock(found, HANDOVER)
    assert (row.state, row.department) == (state, "维修部")
    assert breaches(found) == ({"handover:1:1": at(f"03-10 {breach}")} if breach else {})


@pytest.mark.parametrize(
    ("events", "stopped"),
    [
        pytest.param((event("03-10 09:10 transferred", to="服务经理"),), None, id="to-another"),
        pytest.param(
            (event("03-10 09:10 assigned", department="维修部"),), "09:10", id="with-task"
        ),
        pytest.param((event("03-10 09:10 closed", mode="agreed"),), "09:10", id="settled-before"),
    ],
)
def test_what_ends_the_handover(events, stopped):
    row = clock(judged(received("03-10 09:00", *events), "03-10 09:20"), HANDOVER)
    assert row.stopped_at == (stopped and at(f"03-10 {stopped}"))


@pytest.mark.parametrize("department", ["客户部", "客服部"])
def test_what_the_owner_receives_itself_needs_no_handover(department):
    told = passed_on(receiving_department=department)
    assert clock(judged(told, "03-10 09:20"), HANDOVER) is None


@pytest.mark.parametrize(
    ("change", "due", "fact"),
    [
        pytest.param({"safety_risk": True}, "03-14 10:30", "A4S-23", id="major-meanwhile"),
        pytest.param({"urgency": "一般"}, "03-16 09:30", "A4S-13", id="not-urgent-after-all"),
    ],
)
def test_changed_facts_recount_from_the_receipt(change, due, fact):
    changed = event("03-14 10:10 facts_changed", **change)
    told = received("03-14 10:00", changed, urgency="紧急")
    row = clock(judged(told, "03-14 10:20"), HANDOVER)
    assert (row.due_at, row.source[0], row.state) == (at(due), fact, "running")


def test_a_case_that_turns_urgent_at_the_weekend_is_late_now_and_told():
    told = received("03-14 10:00", event("03-14 11:00 facts_changed", urgency="紧急"))
    found = judged(told, "03-14 11:05")
    assert clock(found, HANDOVER).state == "overdue"
    assert breaches(found) == {"handover:1:1": at("03-14 11:00")}
    assert [row.at for row in found.reports if row.to == "公司领导"] == [at("03-14 11:00")]


def test_a_stopped_handover_keeps_its_row_when_the_case_becomes_major():
    told = passed_on(event("03-10 09:20 facts_changed", authority=True))
    row = clock(judged(told, "03-10 09:25"), HANDOVER)
    assert (row.source[0], row.state) == ("A4S-13", "met")


# -- the sheet to the manager in half an hour (四1.3)


@pytest.mark.feature("F109")
@pytest.mark.parametrize(
    ("stop", "state"),
    [
        pytest.param("09:40:00", "met", id="30-minutes"),
        pytest.param("09:41:00", "late", id="31-minutes"),
        pytest.param(None, "overdue", id="never"),
    ],
)
def test_the_sheet_goes_to_the_manager_in_half_an_hour(stop, state):
    stops = [event(f"03-10 {stop} assigned", department="维修部")] if stop else []
    found = judged(passed_on(*stops), "03-10 09:50")
    row = clock(found, DISPATCH)
    assert (row.started_at, row.due_at, row.state) == (at("03-10 09:10"), at("03-10 09:40"), state)
    assert ("sheet-to-manager:1:1" in breaches(found)) is (state != "met")


@pytest.mark.parametrize(
    ("events", "due"),
    [
        pytest.param(("09:05 registered", "09:20 transferred"), "09:35", id="registered-first"),
        pytest.param(("09:05 transferred", "09:20 registered"), "09:35", id="handed-over-first"),
        pytest.param(("09:20 registered",), "09:50", id="registered-only"),
        pytest.param((), None, id="neither"),
    ],
)
def test_the_second_half_hour_runs_from_what_comes_first(events, due):
    told = received("03-10 09:00", *(event(f"03-10 {one}", **TO_OWNER) for one in events))
    row = clock(judged(told, "03-10 09:25"), DISPATCH)
    assert (row and row.due_at) == (due and at(f"03-10 {due}"))


# -- settled on site by 业务经理 (四1.1.1, ambiguity 5)


@pytest.mark.parametrize(
    ("facts", "chosen", "clocks"),
    [
        pytest.param({}, {}, set(), id="one-step"),
        pytest.param({"amount": "200"}, {}, {HANDOVER, DISPATCH}, id="major-goes-its-way"),
        pytest.param({}, {"on_site": "usual"}, {HANDOVER, DISPATCH}, id="other-reading"),
        pytest.param({"tags": []}, {}, {HANDOVER, DISPATCH}, id="not-on-site"),
    ],
)
def test_what_is_settled_on_site_is_logged_afterwards(facts, chosen, clocks):
    told = received(
        "03-10 09:00", "03-10 09:20 executed", "03-10 14:00 registered", **{**ON_SITE, **facts}
    )
    found = judged(told, "03-10 14:00", **chosen)
    assert {row.rule for row in found.clocks} == clocks
    assert found.closing.ready is (not clocks)
    assert bool(found.approvals) is bool(clocks)


# -- the other readings of half an hour and of a quiet evening (ambiguities 3, 4)


@pytest.mark.parametrize(
    ("when", "facts", "chosen", "due"),
    [
        # 15 minutes of Tuesday, 15 of Wednesday
        ("03-10 17:45", {}, {"half_hour": "working"}, "03-11 09:15"),
        ("03-10 17:45", {"authority": True}, {"half_hour": "working"}, "03-11 09:15"),
        ("03-14 22:00", {"urgency": "紧急"}, {"half_hour": "working"}, "03-16 09:30"),
        ("03-14 10:00", {}, {"out_of_hours": "now"}, "03-14 10:30"),
        ("03-14 10:00", {"authority": True}, {"out_of_hours": "now"}, "03-14 10:30"),
    ],
)
def test_other_readings_of_the_handover(when, facts, chosen, due):
    assert clock(judged(received(when, **facts), when, **chosen), HANDOVER).due_at == at(due)


def test_other_reading_of_the_sheet():
    told = received("03-10 17:30", "03-10 17:45 registered")
    row = clock(judged(told, "03-10 17:50", half_hour="working"), DISPATCH)
    assert row.due_at == at("03-11 09:15")
