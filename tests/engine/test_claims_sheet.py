"""客诉处理表: the combined opinion within a day, decision authority, what is not established."""

from datetime import date

import pytest

from tests.engine.asking import judged, missing, waits
from tests.engine.cases import at, clock, event, history, pack

CODE = "claims-sheet"
RECEIVED = ("03-09 09:00 received", "03-09 09:00 registered")
TALKED = event("03-10 08:30 customer_talked", opinion="部分接受")
RETURNED = "03-10 16:00 result_returned"
NOW = "03-11 12:00"


def claim(*more, **facts):
    return history(*RECEIVED, *more, **facts)


def opinion(told, now, ordinal=1, **chosen):
    row = clock(judged(CODE, told, now, **chosen), "combined-opinion", ordinal)
    return row and (row.due_at, row.state, row.late_days)


def signers(told, now=NOW, **chosen):
    """Return the open signature of the plan and who else may give it."""
    rows = judged(CODE, told, now, **chosen).approvals
    return [(row.by, row.at) for row in rows if row.what == "plan"]


# The sheet is back on 10 March; the day after it is 11 March, 24:00.
@pytest.mark.feature("F151")
@pytest.mark.parametrize(
    ("submitted", "now", "state", "late"),
    [
        pytest.param(None, "03-12 00:00:00", "running", 0, id="24:00-in-time"),
        pytest.param(None, "03-12 00:00:01", "overdue", 1, id="one-second-later"),
        pytest.param(None, "03-14 12:00", "overdue", 3, id="three-days"),
        pytest.param("03-10 16:00:00", "03-14 12:00", "met", 0, id="at-once"),
        pytest.param("03-12 00:00:00", "03-14 12:00", "met", 0, id="at-the-due-moment"),
        pytest.param("03-12 00:00:01", "03-14 12:00", "late", 1, id="a-second-late"),
    ],
)
def test_the_combined_opinion_takes_one_day(submitted, now, state, late):
    more = [event(f"{submitted} plan_submitted")] if submitted else []
    assert opinion(claim(TALKED, RETURNED, *more), now) == (at("03-12 00:00"), state, late)


@pytest.mark.parametrize(
    ("returned", "natural", "working"),
    [
        pytest.param("03-13 17:00", "03-15 00:00", "03-17 00:00", id="friday"),
        pytest.param("03-14 10:00", "03-16 00:00", "03-17 00:00", id="saturday"),
        pytest.param("02-13 10:00", "02-15 00:00", "02-15 00:00", id="make-up-saturday"),
        pytest.param("02-14 10:00", "02-16 00:00", "02-25 00:00", id="spring-festival"),
        pytest.param("02-28 10:00", "03-02 00:00", "03-03 00:00", id="month-end-saturday"),
        pytest.param("04-30 23:59:59", "05-02 00:00", "05-07 00:00", id="labour-day"),
    ],
)
def test_a_day_is_a_natural_day_unless_read_as_a_working_day(returned, natural, working):
    told = history("02-01 09:00 received", f"{returned} result_returned")
    assert opinion(told, returned)[0] == at(natural)
    assert opinion(told, returned, opinion_day="working")[0] == at(working)


def test_no_opinion_is_due_before_the_sheet_is_back():
    assert opinion(claim(TALKED), "04-10 12:00") is None


def test_a_sheet_that_comes_back_again_needs_its_own_opinion():
    told = claim(TALKED, RETURNED, "03-11 10:00 plan_submitted", "03-16 09:00 result_returned")
    assert opinion(told, "03-16 12:00") == (at("03-12 00:00"), "met", 0)
    assert opinion(told, "03-16 12:00", ordinal=2) == (at("03-18 00:00"), "running", 0)


def test_an_opinion_that_is_late_costs_nothing_by_itself():
    found = judged(CODE, claim(TALKED, RETURNED), "04-10 12:00")
    assert clock(found, "combined-opinion").state == "overdue"
    assert found.penalties == ()


@pytest.mark.parametrize("now", ["03-09 12:00", "12-09 12:00"])
def test_the_time_of_a_case_has_no_figure(now):
    row = clock(judged(CODE, claim(), now), "close")
    assert (row.source, row.due_at, row.state) == (("CLM-02",), None, "no_limit")


def test_a_time_of_the_house_gives_the_case_its_figure():
    row = clock(judged(CODE, claim(), "03-20 12:00", case_limit=10), "close")
    assert (row.due_at, row.state, row.late_days) == (at("03-20 00:00"), "overdue", 1)


def test_without_limits_any_of_the_three_posts_decides():
    told = (TALKED, RETURNED, event("03-11 09:00 plan_submitted"))
    assert signers(claim(*told, amount="900000")) == [("业务部经理", None)]
    for post in ("业务部经理", "副总经理", "副总", "总经理"):
        signed = event("03-11 10:00 plan_approved", by=post)
        assert signers(claim(*told, signed, amount="900000"))[0][1] == at("03-11 10:00")
    wrong = event("03-11 10:00 plan_approved", by="业务员")
    assert signers(claim(*told, wrong))[0][1] is None


# The house's limits: the manager up to 1000, the deputy up to 5000, both included.
@pytest.mark.parametrize(
    ("amount", "by", "too_low"),
    [
        pytest.param(None, "业务部经理", None, id="unknown"),
        pytest.param("1000.00", "业务部经理", None, id="manager-included"),
        pytest.param("1000.01", "副总经理", "业务部经理", id="above-the-manager"),
        pytest.param("5000", "副总经理", "业务部经理", id="deputy-included"),
        pytest.param("5000.01", "总经理", "副总经理", id="above-the-deputy"),
    ],
)
def test_the_loss_decides_who_decides(amount, by, too_low):
    limits = {"manager_limit": 1000, "deputy_limit": 5000}
    events = (TALKED, RETURNED, "03-11 09:00 plan_submitted")
    assert signers(claim(*events, amount=amount), **limits) == [(by, None)]
    higher = event("03-11 10:00 plan_approved", by="总经理")
    assert signers(claim(*events, higher, amount=amount), **limits)[0][1] is not None
    if too_low:
        lower = event("03-11 10:00 plan_approved", by=too_low)
        assert signers(claim(*events, lower, amount=amount), **limits)[0][1] is None


@pytest.mark.parametrize(("amount", "by"), [("5000", "业务部经理"), ("5000.01", "总经理")])
def test_one_limit_alone_leaves_out_the_post_between(amount, by):
    assert signers(claim(amount=amount), deputy_limit=5000) == [(by, None)]


def test_without_limits_the_amount_of_the_loss_changes_nothing():
    for amount in (None, "0", "1"):
        assert signers(claim(amount=amount)) == [("业务部经理", None)]


def test_only_a_decided_opinion_is_carried_out():
    assert waits(judged(CODE, claim(), NOW), "executed") == {
        ("plan", "CLM-13"),
        ("approval", "CLM-14"),
    }
    told = claim(TALKED, RETURNED, event("03-11 09:00 plan_submitted"))
    assert waits(judged(CODE, told, NOW), "executed") == {("approval", "CLM-14")}
    told = told.with_event(event("03-11 10:00 plan_approved", by="副总经理"))
    assert waits(judged(CODE, told, NOW), "executed") == set()


def test_a_reopened_case_has_no_figure_either():
    row = clock(judged(CODE, claim("03-11 09:00 reopened"), NOW), "close", cycle=2)
    assert (row.started_at, row.state) == (at("03-11 09:00"), "no_limit")


def test_the_supervisor_reviews_the_sheet_before_it_goes_back():
    found = judged(CODE, claim(), NOW)
    assert waits(found, "result_returned") == {("agreement", "CLM-12"), ("approval", "CLM-12")}
    by_another = claim(TALKED, event("03-10 09:00 approved", what="sheet", by="业务部经理"))
    assert waits(judged(CODE, by_another, NOW), "result_returned") == {("approval", "CLM-12")}
    told = claim(TALKED, event("03-10 09:00 approved", what="sheet", by="业务部主管"))
    assert waits(judged(CODE, told, NOW), "result_returned") == set()


def test_a_decided_case_may_be_closed():
    told = [TALKED, RETURNED, event("03-11 09:00 plan_submitted")]
    found = judged(CODE, claim(), NOW)
    assert missing(found) == {
        ("agreement", "CLM-12"),
        ("plan", "CLM-13"),
        ("approval", "CLM-14"),
    }
    assert {what for what, _ in waits(found, "closed")} == {"agreement", "plan", "approval"}
    assert missing(judged(CODE, claim(*told), NOW)) == {("approval", "CLM-14")}
    told.append(event("03-11 10:00 plan_approved", by="总经理"))
    assert judged(CODE, claim(*told), NOW).closing.ready
    told.append(event("03-11 11:00 plan_submitted"))  # a new opinion is decided anew
    assert missing(judged(CODE, claim(*told), NOW)) == {("approval", "CLM-14")}


@pytest.mark.parametrize(
    ("fact", "said", "subject"),
    [
        pytest.param("CLM-17", "department", "department", id="loss-of-the-department"),
        pytest.param("CLM-17", "responsible_person", "responsible_person", id="proposed"),
        pytest.param("CLM-18", "responsible_person", "responsible_person", id="decided"),
        pytest.param("CLM-19", "responsible_person", "responsible_person", id="administrative"),
    ],
)
def test_what_is_charged_is_recorded_without_a_tariff(fact, said, subject):
    told = claim(event("03-12 10:00 offence", source=fact, subject=said))
    (row,) = judged(CODE, told, "03-12 12:00").penalties
    assert (row.subject, row.amount, row.range, row.days) == (subject, None, None, None)
    assert fact in row.source
    assert row.sanction


@pytest.mark.feature("F178")
@pytest.mark.parametrize(
    ("tags", "readings", "tracked"),
    [
        pytest.param([], {}, True, id="by-default"),
        pytest.param(["CLM-16"], {}, False, id="carelessness-is-exempt"),
        pytest.param(["CLM-16"], {"carelessness_tracked": True}, True, id="read-otherwise"),
    ],
)
def test_improvement_is_tracked_but_for_carelessness(tags, readings, tracked):
    found = judged(CODE, claim(tags=tags), NOW, **readings)
    assert ("tracking" in {flag.name for flag in found.flags}) is tracked


@pytest.mark.parametrize("facts", [{"fault": "third_party"}, {"tags": ["CLM-21"]}])
def test_the_general_managers_office_is_told_of_a_liable_supplier(facts):
    found = judged(CODE, claim(**facts), NOW)
    assert [(row.to, row.source) for row in found.reports] == [("总经理室", ("CLM-21",))]
    assert "third_party" in {flag.name for flag in found.flags}
    ours = judged(CODE, claim(fault="ours"), NOW)
    assert (ours.reports, {flag.name for flag in ours.flags}) == ((), {"tracking"})


NOT_ESTABLISHED = event("03-10 10:00 judged", valid=False, reason="CLM-22")


def test_what_is_not_established_is_closed_and_the_receivable_collected():
    found = judged(CODE, claim(NOT_ESTABLISHED), "03-20 12:00")
    assert (found.closing.ready, found.counts_in_rate) == (True, False)
    assert {flag.name for flag in found.flags} == {"receivable"}
    assert {row.state for row in found.clocks} == {"void"}
    assert found.reports == ()


@pytest.mark.parametrize(
    ("talk", "told"),
    [("拒绝", [("业务部主管", at("03-10 11:00"))]), ("接受", [])],
)
def test_an_objection_to_it_goes_up_to_the_superior(talk, told):
    events = (NOT_ESTABLISHED, event("03-10 11:00 customer_talked", opinion=talk))
    found = judged(CODE, claim(*events), NOW)
    assert [(row.to, row.at) for row in found.reports] == told
    assert ("objection" in {flag.name for flag in found.flags}) is bool(told)


def test_a_refusal_before_that_is_no_objection():
    refused = event("03-10 11:00 customer_talked", opinion="拒绝")
    assert judged(CODE, claim(refused), NOW).reports == ()
    ended = claim(NOT_ESTABLISHED, "03-10 10:30 withdrawn", refused)
    assert judged(CODE, ended, NOW).reports == ()


@pytest.mark.parametrize(
    ("day", "serial", "number"),
    [
        pytest.param(date(2026, 3, 9), 1, "260301", id="two-digits-each"),
        pytest.param(date(2026, 12, 31), 99, "261299", id="the-last-of-two-digits"),
        pytest.param(date(2027, 1, 1), 100, "2701100", id="the-hundredth-grows"),
    ],
)
def test_numbers_are_year_month_and_running_number(day, serial, number):
    numbering = pack(CODE).numbering
    assert (numbering.number(day, serial), numbering.reset) == (number, "month")
    assert not numbering.setting


def test_the_sheet_lists_who_gets_a_copy():
    (sheet,) = [form for form in pack(CODE).forms if form.key == "sheet"]
    assert sheet.copies == ("质量管理部", "制造部门")


def test_any_unit_may_be_the_one_where_it_happened():
    told = claim(event("03-09 10:00 assigned", department="包装班"))
    assert judged(CODE, told, NOW).responsible.first == "包装班"
