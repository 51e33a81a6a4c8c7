"""What the engine decides of 大理文旅 and 烟草2026, row by row of the feature matrix: each test
asserts what the row's proof says."""

from datetime import timedelta

import pytest

from regulations.engine.calendar import official
from regulations.engine.judge import judge
from regulations.engine.reading import read_pack
from tests.engine.cases import HANDLED, PACKS, at, clock, estate, event, history, pack, verdict

NOW = "03-02 10:00"
CLOSED = (
    event("03-03 12:00 confirmed", by="customer", form="written"),
    event("03-03 13:00 followed_up", satisfaction="满意"),
)


def grade(**facts):
    return verdict(estate(**facts), NOW).grade


def due(found, rule):
    return clock(found, rule).due_at


def fresh(**facts):
    """A complaint received and registered at 09:00 of Monday 2 March, and nothing more."""
    return history("03-02 09:00 received", "03-02 09:00 registered", **facts)


# -- grading and categories


@pytest.mark.feature("F073")
@pytest.mark.feature("F074")
@pytest.mark.parametrize(
    ("people", "name", "clause"),
    [(10, "危机投诉", "6.1.1.1"), (9, "重大投诉", "6.1.2.3"), (2, "一般投诉", "6.1.4")],
)
def test_group_sizes_have_their_clause(people, name, clause):
    found = grade(complainants=people)
    assert found.name == name
    assert [pack().facts[one].clause for one in found.source] == [clause]


@pytest.mark.feature("F075")
@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"media": "actual", "exposure_people": 3}, "危机投诉"),
        ({"media": "actual", "exposure_people": 2}, "重大投诉"),
        ({"media": "possible"}, "重要投诉"),
    ],
)
def test_exposure_by_the_number_of_people(facts, name):
    assert grade(**facts).name == name


@pytest.mark.feature("F076")
def test_the_direction_of_the_amount_is_data():
    assert [grade(amount=amount).name for amount in ("10000", "10001")] == ["重大投诉", "危机投诉"]
    flipped = read_pack(PACKS / "dali-tourism.yaml", chosen={"amount_direction": "at_least"})
    found = judge(flipped, estate(amount="10001"), official(), at(NOW)).grade
    assert found.name == "重大投诉"


@pytest.mark.feature("F077")
def test_both_shares_of_the_compensation_count():
    assert grade(amount_company="6000", amount_contractor="5000").name == "危机投诉"
    assert grade(amount_company="6000", amount_contractor="4000").name == "重大投诉"


@pytest.mark.feature("F078")
@pytest.mark.feature("F079")
@pytest.mark.parametrize(
    ("fact", "name"),
    [("same_issue_complainants", "重大投诉"), ("same_target_complaints", "重要投诉")],
)
def test_the_third_of_the_same_raises_the_grade(fact, name):
    assert [grade(**{fact: count}).name for count in (2, 3)] == ["一般投诉", name]


@pytest.mark.feature("F080")
def test_a_handled_important_complaint_that_recurs_is_major():
    assert grade(recurs_from="重要投诉").name == "重大投诉"


@pytest.mark.feature("F081")
def test_bad_handling_raises_one_step():
    assert grade(mishandled=True).name == "重要投诉"
    assert grade(mishandled=True, authority=True).name == "重大投诉"


@pytest.mark.feature("F082")
@pytest.mark.parametrize(("fault", "name"), [("ours", "重要投诉"), ("customer", "一般投诉")])
def test_a_week_unresolved_by_our_fault(fault, name):
    assert verdict(estate(fault=fault), "03-10 09:00").grade.name == name


@pytest.mark.feature("F094")
@pytest.mark.feature("F136")
def test_regrading_recounts_the_plan_from_its_own_start():
    general = verdict(estate(), NOW)
    assert due(general, "plan") == at("03-02 13:30")
    crisis = verdict(estate(event("03-02 09:50 graded", grade="危机投诉")), NOW)
    assert due(crisis, "plan") == at("03-04 09:30")
    assert crisis.grade.source == ("DALI-51",)


@pytest.mark.feature("F095")
def test_the_first_axis_fills_the_second():
    """租赁管理类 is counted as 招商类: 3 days to close, which a case of 其他类 would not have."""
    found = verdict(estate(category="租赁管理类"), NOW)
    assert due(found, "close") == at("03-06 00:00")
    own = verdict(estate(category="租赁管理类", clock_category="其他类"), NOW)
    assert due(own, "close") == at("03-18 00:00")


# -- who answers


@pytest.mark.feature("F099")
def test_the_category_decides_first_and_supporting_departments():
    found = verdict(fresh(category="延期交楼类"), NOW).responsible
    assert (found.first, set(found.supporting)) == ("项目工程部", {"营销部", "物业公司"})


@pytest.mark.feature("F100")
def test_an_attitude_case_goes_to_whoever_dealt_with_the_customer():
    found = verdict(fresh(category="服务态度类", receiving_department="营销部"), NOW).responsible
    assert found.first == "营销部"


@pytest.mark.feature("F101")
def test_a_category_without_a_rule_names_nobody():
    assert verdict(fresh(category="其他类"), NOW).responsible.first is None


@pytest.mark.feature("F106")
def test_a_major_complaint_is_reported_to_management_with_its_dispatch():
    told = history(
        "03-02 09:00 received",
        "03-02 09:10 registered",
        event("03-02 10:00 assigned", department="销售部门"),
        category="服务类",
        media="actual",
    )
    reports = verdict(told, "03-02 10:00", "tobacco-2026").reports
    assert ("公司管理层", at("03-02 10:00")) in {(row.to, row.at) for row in reports}
    routine = verdict(
        history(*told.events, category="服务类"), "03-02 10:00", "tobacco-2026"
    ).reports
    assert {row.to for row in routine} == {"部门负责人"}


@pytest.mark.feature("F114")
@pytest.mark.feature("F260")
@pytest.mark.parametrize("department", ["物业公司", "酒管公司"])
def test_a_plan_about_the_person_is_due_eight_hours_after_it_is_valid(department):
    told = history(
        "03-02 09:00 received",
        event("03-02 09:30 judged", valid=True),
        event("03-02 10:00 assigned", department=department),
        category="服务态度类",
        receiving_department=department,
        against_staff=True,
    )
    assert due(verdict(told, "03-02 11:00"), "staff-plan") == at("03-02 17:30")


@pytest.mark.feature("F115")
def test_the_investigation_waits_for_the_plan_about_the_person():
    told = estate(against_staff=True)
    assert "staff_plan" in {g.what for g in verdict(told, NOW).gates if g.step == "investigated"}
    settled = estate(
        event("03-02 09:45 staff_plan_submitted"),
        event("03-02 09:50 staff_plan_confirmed"),
        against_staff=True,
    )
    assert not [gate for gate in verdict(settled, NOW).gates if gate.step == "investigated"]


# -- signatures


@pytest.mark.feature("F140")
@pytest.mark.parametrize(
    ("facts", "what", "by"),
    [
        ({}, "plan", "部门负责人"),
        ({"authority": True}, "plan", "客服部负责人"),
        ({"complainants": 3}, "plan_organiser", "客服部负责人"),
        ({"complainants": 10}, "plan_organiser", "人力运营中心副总经理"),
    ],
)
def test_the_grade_names_the_signer_of_the_plan_and_another_one_does_not_count(facts, what, by):
    plan = event("03-02 10:00 plan_submitted")
    told = estate(plan, **facts)
    wanted = {(row.what, row.by) for row in verdict(told, "03-02 11:00").approvals}
    assert (what, by) in wanted
    wrong = estate(plan, event("03-02 10:10 plan_approved", by="财务部"), **facts)
    still = {(row.what, row.by) for row in verdict(wrong, "03-02 11:00").approvals if not row.at}
    assert (what, by) in still


@pytest.mark.feature("F141")
def test_a_marketing_plan_needs_the_signature_of_every_supporting_department():
    told = history(
        "03-02 09:00 received",
        event("03-02 09:30 assigned", department="营销部"),
        "03-02 10:00 plan_submitted",
        category="交楼证照类",
    )
    rows = {row.by for row in verdict(told, NOW).approvals if row.what == "countersign"}
    assert rows == {"项目前期报建", "项目部"}


@pytest.mark.feature("F143")
@pytest.mark.feature("F144")
def test_compensation_needs_cost_legal_payment_and_for_repairs_an_exception():
    rows = verdict(estate(category="维保修类", amount="500"), NOW).approvals
    assert {("cost", "成本采供部"), ("legal", "法律事务中心"), ("payment", "财务部")} <= {
        (row.what, row.by) for row in rows
    }
    assert "exception" in {row.what for row in rows}
    free = {row.what for row in verdict(estate(category="维保修类"), NOW).approvals}
    assert free.isdisjoint({"cost", "legal", "payment", "exception"})
    other = {row.what for row in verdict(estate(category="物业服务", amount="500"), NOW).approvals}
    assert "exception" not in other


# -- following up and closing


@pytest.mark.feature("F165")
@pytest.mark.parametrize(
    ("form", "ready"), [("written", True), ("recorded_call", True), (None, False)]
)
def test_the_customer_confirms_in_writing_or_on_a_recorded_call(form, ready):
    said = {"by": "customer"} | ({"form": form} if form else {})
    told = estate(*HANDLED, event("03-03 12:00 confirmed", **said), CLOSED[1])
    assert verdict(told, "03-03 14:00").closing.ready is ready


@pytest.mark.feature("F166")
def test_an_engineering_case_needs_the_property_company():
    told = estate(*HANDLED, *CLOSED, category="维保修类")
    missing = verdict(told, "03-03 14:00").closing.missing
    assert [(row.what, row.by) for row in missing] == [("property_confirmation", "物业公司")]
    both = estate(
        *HANDLED,
        event("03-03 11:30 confirmed", by="property", form="written"),
        *CLOSED,
        category="维保修类",
    )
    assert verdict(both, "03-03 14:00").closing.ready


@pytest.mark.feature("F168")
def test_the_follow_up_is_due_on_the_day_of_handling():
    told = estate(*HANDLED[:4], event("03-03 09:00 executed"))
    assert due(verdict(told, "03-03 09:30"), "followup") == at("03-04 00:00")


@pytest.mark.feature("F170")
@pytest.mark.parametrize(("score", "refused"), [(5, ["score_without_reason"]), (6, [])])
def test_a_score_below_six_needs_its_reason(score, refused):
    scores = {"Q1": True, "Q2": True, "Q3": score, "Q4": 8, "Q5": 8}
    told = estate(*HANDLED, event("03-03 12:00 followed_up", satisfaction="满意", scores=scores))
    assert [row.reason for row in verdict(told, "03-03 13:00").refused] == refused


@pytest.mark.feature("F172")
def test_the_manager_of_customer_service_signs_the_closing():
    told = estate(*HANDLED, *CLOSED)
    rows = [row for row in verdict(told, "03-03 14:00").approvals if row.what == "close"]
    assert [(row.by, row.at) for row in rows] == [("客服部经理", None)]
    signed = estate(*HANDLED, *CLOSED, event("03-03 14:00 closed", mode="agreed", by="客服部经理"))
    rows = [row for row in verdict(signed, "03-03 15:00").approvals if row.what == "close"]
    assert [row.at for row in rows] == [at("03-03 14:00")]


@pytest.mark.feature("F175")
def test_tobacco_archives_nothing_without_a_review():
    told = history(
        "03-02 09:00 received",
        "03-02 09:10 registered",
        event("03-02 10:00 assigned", department="销售部门"),
        event("03-03 10:00 investigated", conclusion="属实"),
        "03-03 11:00 plan_submitted",
        "03-03 12:00 executed",
        "03-03 13:00 customer_informed",
        category="服务类",
    )
    found = verdict(told, "03-03 14:00", "tobacco-2026")
    assert "review" in {row.what for row in found.closing.missing}
    assert "review" in {gate.what for gate in found.gates if gate.step == "archived"}


@pytest.mark.feature("F176")
def test_the_three_ways_of_closing():
    early = verdict(estate(event("03-02 10:00 closed", mode="no_agreement")), "03-02 11:00")
    assert [row.reason for row in early.refused] == ["plan_missing"]
    planned = estate(
        "03-02 10:00 plan_submitted", event("03-02 12:00 customer_talked", opinion="拒绝")
    )
    assert verdict(planned, "03-02 13:00").closing.ready
    sued = estate("03-02 10:00 judgment", legal="actual")
    missing = verdict(sued, "03-02 13:00").closing.missing
    assert [row.what for row in missing] == ["documents"]
    done = estate("03-02 10:00 judgment", "03-02 11:00 formalities_done", legal="actual")
    assert verdict(done, "03-02 13:00").closing.ready


@pytest.mark.feature("F259")
def test_a_case_in_court_is_not_late_in_being_carried_out_and_stays_in_the_rate():
    found = verdict(estate(legal="actual"), "03-02 12:00")
    assert found.counts_in_rate
    assert not [row for row in found.clocks if row.stage == "execution"]
    assert not found.closing.ready


# -- clocks


@pytest.mark.feature("F011")
def test_a_holiday_moves_the_response_and_not_the_natural_days():
    """Received on 30 September 18:00, before the holiday of 1 to 7 October 2026."""
    told = history(event("09-30 18:00 received"), category="物业服务")
    found = verdict(told, "09-30 19:00")
    assert due(found, "response-cap") == at("10-08 18:00")
    assert due(found, "close") == at("10-04 00:00")


@pytest.mark.feature("F024")
@pytest.mark.parametrize(("answered", "state"), [("10:00:00", "met"), ("10:00:01", "late")])
def test_tobacco_answers_within_an_hour(answered, state):
    told = history("03-02 09:00 received", event(f"03-02 {answered} responded"), category="服务类")
    row = clock(verdict(told, "03-02 12:00", "tobacco-2026"), "response")
    assert (row.due_at, row.state) == (at("03-02 10:00"), state)


@pytest.mark.feature("F029")
def test_a_case_outside_the_duty_goes_to_the_owner_within_two_hours():
    found = verdict(fresh(out_of_duty=True, category="物业服务"), NOW)
    assert due(found, "handover") == at("03-02 11:00")
    asked = {field.key for field in pack().intake if field.required and "DALI-106" in field.source}
    assert asked == {"customer_name", "room", "phone", "demand"}


@pytest.mark.feature("F104")
def test_friday_evening_is_dispatched_by_the_end_of_monday():
    told = history("03-06 17:00 received", "03-06 17:00 registered", category="服务类")
    assert due(verdict(told, "03-06 18:00", "tobacco-2026"), "dispatch") == at("03-10 00:00")


@pytest.mark.feature("F188")
def test_the_earlier_of_cap_and_grade_counts():
    told = estate(complainants=10, safety_risk=True)
    found = verdict(told, "03-02 09:45")
    stage = [row.due_at for row in found.clocks if row.stage == "response"]
    assert min(stage) == at("03-02 13:00")


@pytest.mark.feature("F189")
def test_a_crisis_reaches_the_general_manager_within_four_hours():
    told = fresh(complainants=10, category="物业服务")
    assert due(verdict(told, NOW), "transfer") == at("03-02 13:00")
    late = history(
        *told.events, event("03-02 12:00 transferred", to="客服部负责人"), complainants=10
    )
    assert clock(verdict(late, "03-02 12:30"), "transfer").state == "running"
    passed = history(*told.events, event("03-02 12:00 transferred", to="总经理"), complainants=10)
    assert clock(verdict(passed, "03-02 12:30"), "transfer").state == "met"


@pytest.mark.feature("F190")
def test_a_range_shows_target_and_limit_and_repairs_need_their_standard():
    row = clock(verdict(estate(category="规划设计类"), NOW), "close")
    assert (row.warn_at, row.due_at) == (at("03-10 00:00"), at("03-18 00:00"))
    repair = verdict(estate(category="维保修类"), NOW)
    assert clock(repair, "close").state == "no_limit"
    assert "no_repair_standard" in {flag.name for flag in repair.flags}


@pytest.mark.feature("F191")
def test_nothing_pauses_and_an_extension_moves_the_due_time():
    paused = verdict(estate(event("03-02 10:00 paused", reason="等待客户")), "03-04 10:00")
    assert [row.reason for row in paused.refused] == ["no_pause"]
    assert due(paused, "close") == at("03-06 00:00")
    longer = estate(
        event(
            "03-03 10:00 extended",
            source="DALI-113",
            until=at("03-08 12:00"),
            signed_by="部门负责人",
            reason="等待配件",
        )
    )
    assert due(verdict(longer, "03-04 10:00"), "close") == at("03-09 00:00")


@pytest.mark.feature("F192")
@pytest.mark.parametrize(("signer", "refused"), [("总经理", []), ("分管副总", ["wrong_signer"])])
def test_a_crisis_is_extended_by_the_general_manager_alone(signer, refused):
    asked = event(
        "03-03 10:00 extended",
        source="DALI-119",
        until=at("03-20 12:00"),
        signed_by=signer,
        reason="等待鉴定",
    )
    found = verdict(estate(asked, complainants=10), "03-03 11:00")
    assert [row.reason for row in found.refused] == refused


# -- charges


@pytest.mark.feature("F204")
@pytest.mark.parametrize(
    ("source", "subject", "amount"),
    [
        ("DALI-161", "department_head", "300.00"),
        ("DALI-165", "customer_service", "200.00"),
        ("DALI-166", "responsible_person", "100.00"),
        ("DALI-167", "responsible_person", "200.00"),
        ("DALI-160", "department_head", "300.00"),
        ("DALI-162", "department_head", "500.00"),
        ("DALI-163", "responsible_person", "500.00"),
    ],
)
def test_each_offence_of_the_table_has_its_amount_and_payer(source, subject, amount):
    told = estate(event("03-02 09:50 offence", source=source, subject=subject))
    rows = [(row.subject, str(row.amount)) for row in verdict(told, "03-02 09:55").penalties]
    assert rows == [(subject, amount)]


@pytest.mark.feature("F205")
@pytest.mark.parametrize(("days", "total"), [(3, 300), (7, 700), (8, 900), (10, 1300), (15, 2300)])
def test_late_days_cost_by_their_band(days, total):
    """Due at the end of 5 March; day n of being late is 5 March + n."""
    told = estate(*HANDLED[:4])
    now = f"{at('03-05 12:00') + timedelta(days=days):%m-%d} 12:00"
    rows = [row for row in verdict(told, now).penalties if row.days]
    assert sum(row.amount for row in rows) == total


@pytest.mark.feature("F206")
def test_past_fifteen_days_a_person_decides_within_a_range():
    rows = [r for r in verdict(estate(*HANDLED[:4]), "03-21 12:00").penalties if r.range]
    assert {(row.subject, *map(int, row.range)) for row in rows} == {
        ("handler", 500, 1500),
        ("leaders", 500, 1500),
    }


@pytest.mark.feature("F207")
def test_a_missed_plan_is_charged_once_though_two_clauses_name_it():
    told = estate("03-02 10:00 department_responded", "03-02 14:00 plan_submitted")
    rows = [row for row in verdict(told, "03-02 15:00").penalties if row.amount == 300]
    assert [set(row.source) for row in rows] == [{"DALI-128", "DALI-161"}]


@pytest.mark.feature("F258")
def test_late_days_count_from_the_extended_due_time():
    """Three days more from 5 March: finished on the 9th, one day late."""
    longer = event(
        "03-03 10:00 extended",
        source="DALI-113",
        until=at("03-08 12:00"),
        signed_by="部门负责人",
        reason="等待配件",
    )
    told = estate(
        *HANDLED[:4], longer, event("03-09 10:00 confirmed", by="customer", form="written")
    )
    rows = [row for row in verdict(told, "03-12 10:00").penalties if row.days]
    assert [(row.days, str(row.amount)) for row in rows] == [((1, 1), "100.00")]
