"""Capabilities that a pack decides, each as the feature matrix proves it."""

from dataclasses import replace

import pytest

from regulations.engine.calendar import official
from regulations.engine.judge import judge
from tests.engine.cases import HANDLED, at, clock, estate, event, history, pack, verdict


def gates(found, step: str) -> set[str]:
    return {gate.what for gate in found.gates if gate.step == step}


@pytest.mark.feature("F092")
@pytest.mark.parametrize(
    ("tags", "asked"),
    [
        pytest.param("total_cost", "处理总费用（元，以上三项之和）", id="sum"),
        pytest.param("module_count", "组件数量", id="modules"),
        pytest.param("defect_level", "质量缺陷程度", id="level"),
    ],
)
def test_solar_asks_for_costs_modules_and_the_level(tags, asked):
    fields = {one.key: one for one in pack("grading-solar").intake}
    assert fields[tags].label == asked
    assert fields["defect_level"].required
    assert [key for key, _label in fields["defect_level"].options] == ["none", "1", "2", "3"]
    assert {"module_value", "correction_cost", "commercial_cost"} <= set(fields)


@pytest.mark.feature("F142")
@pytest.mark.parametrize(
    ("signed", "waiting"),
    [
        pytest.param([], {"approval"}, id="nobody"),
        pytest.param(["客户服务部"], {"approval"}, id="another-post"),
        pytest.param(["部门负责人"], set(), id="head"),
    ],
)
def test_a_solution_is_approved_before_the_customer_is_talked_to(signed, waiting):
    told = history(
        "03-10 08:40 received",
        "03-10 09:00 registered",
        event("03-10 10:00 assigned", department="门店运营部"),
        "03-10 10:10 accepted",
        event("03-10 11:00 investigated", conclusion="属实"),
        event("03-10 12:00 plan_submitted", option="退款"),
        *[event("03-10 13:00 plan_approved", by=post) for post in signed],
    )
    found = verdict(told, "03-10 14:00", "general-enterprise")
    assert gates(found, "customer_talked") == waiting


def test_the_customers_no_brings_a_new_plan_and_a_new_talk():
    """GEN-42: 12 hours from 受理, 6 when urgent; GEN-43: what is refused is planned anew."""
    way = [
        "03-10 08:40 received",
        "03-10 09:00 registered",
        event("03-10 10:00 assigned", department="门店运营部"),
        "03-10 10:10 accepted",
        event("03-10 11:00 investigated", conclusion="属实"),
        event("03-10 12:00 plan_submitted", option="退款"),
        event("03-10 13:00 plan_approved", by="部门负责人"),
    ]
    for urgency, due in (("一般", "03-10 21:00"), ("紧急", "03-10 15:00")):
        found = verdict(history(*way, urgency=urgency), "03-10 14:00", "general-enterprise")
        (row,) = [one for one in found.clocks if one.stage == "customer_talk"]
        assert row.due_at == at(due), urgency
    refused = [*way, event("03-10 14:00 customer_talked", opinion="拒绝")]
    found = verdict(history(*refused), "03-10 15:00", "general-enterprise")
    assert "agreement" in gates(found, "executed")
    again = [
        *refused,
        event("03-10 15:00 plan_submitted", option="换货"),
        event("03-10 15:30 plan_approved", by="部门负责人"),
        event("03-10 16:00 customer_talked", opinion="接受"),
    ]
    found = verdict(history(*again), "03-10 17:00", "general-enterprise")
    assert gates(found, "executed") == set()


def test_a_plan_that_qe_sends_back_is_planned_anew():
    """QE-22: QE reviews; what fails goes back to the department for a new analysis."""
    way = [
        "03-10 08:40 received",
        "03-10 08:50 registered",
        event("03-10 09:00 assigned", department="生产部"),
        "03-10 09:10 accepted",
        event("03-10 10:00 investigated", conclusion="属实"),
        event("03-10 11:00 plan_submitted", option="返工"),
        event("03-10 12:00 plan_rejected", by="QE工程师", reason="原因分析不足"),
    ]
    found = verdict(history(*way), "03-10 13:00", "qe-manufacturing")
    assert "plan" in gates(found, "executed")
    way.append(event("03-10 14:00 plan_submitted", option="返工"))
    found = verdict(history(*way), "03-10 15:00", "qe-manufacturing")
    assert "plan" not in gates(found, "executed")
    assert [row.at for row in found.approvals if row.what == "plan"] == [None]


@pytest.mark.parametrize("method", ["电话", "短信", "邮件"])
def test_follow_up_within_48_hours_of_acceptance(method):
    told = ["03-10 08:40 received", "03-10 09:00 registered"]
    found = verdict(history(*told), "03-10 10:00", "general-enterprise")
    assert clock(found, "followup").due_at == at("03-12 09:00")
    done = history(*told, event("03-12 09:00 followed_up", satisfaction="满意", form=method))
    assert clock(verdict(done, "03-12 10:00", "general-enterprise"), "followup").state == "met"
    late = history(*told, event("03-12 09:00:01 followed_up", satisfaction="满意", form=method))
    assert clock(verdict(late, "03-12 10:00", "general-enterprise"), "followup").state == "late"


@pytest.mark.feature("F169")
def test_each_pack_has_its_own_scale():
    """DALI-148 to 152: two yes/no and three 0-10 questions; GEN-46: three values and no scores."""
    assert [(one.key, one.type) for one in pack("dali-tourism").survey] == [
        ("Q1", "yes_no"),
        ("Q2", "yes_no"),
        ("Q3", "score"),
        ("Q4", "score"),
        ("Q5", "score"),
    ]
    assert {(q.low, q.high) for q in pack("dali-tourism").survey if q.type == "score"} == {(0, 10)}
    assert pack("general-enterprise").survey == ()
    (scale,) = [r for r in pack("general-enterprise").readings if r.key == "satisfaction_scale"]
    assert scale.value == "满意、基本满意、不满意"


@pytest.mark.feature("F182")
@pytest.mark.parametrize("grade", ["一般", "重大"])
def test_a_case_without_its_final_evaluation_is_not_closed(grade):
    """DLR-14 and DLR-19: summary and evaluation come at the end of both flows."""
    way = [
        "03-10 08:40 received",
        "03-10 09:00 registered",
        event("03-10 09:10 judged", valid=True, answers={"sufficient": True, "reasonable": True}),
        event("03-10 09:20 graded", grade=grade, reason="损失"),
        event("03-10 09:30 assigned", department="服务部"),
        "03-10 09:40 accepted",
        event("03-10 10:00 plan_submitted", option="退款"),
        event("03-10 11:00 plan_approved", by="总经理"),
        event("03-10 12:00 customer_talked", opinion="接受"),
        "03-10 13:00 executed",
        "03-10 14:00 customer_informed",
        event("03-10 15:00 followed_up", satisfaction="满意"),
        event("03-10 16:00 verified", check="DLR-04", passed=True),
    ]
    found = verdict(history(*way), "03-10 17:00", "dealer-policy")
    assert {row.what for row in found.closing.missing} == {"review"}
    way.append(event("03-10 17:00 reviewed", passed=True))
    found = verdict(history(*way), "03-10 18:00", "dealer-policy")
    assert found.closing.missing == ()


def test_a_clock_warns_before_and_breaches_after_its_due_time():
    """DALI-129: within the time; the warning comes when a quarter of it is left."""
    told = estate("03-02 09:00 registered")
    found = verdict(told, "03-10 00:00")
    kinds = {(row.kind, row.subject): row.at for row in found.derived}
    for row in found.clocks:
        if row.due_at and row.state == "overdue":
            assert kinds["derived.overdue", row.key] == row.due_at
            assert kinds["derived.warned", row.key] < row.due_at


@pytest.mark.feature("F250")
def test_two_managers_negotiate_a_major_complaint():
    """DLR-17: the customer-relations manager and the department's manager, before it is done."""
    way = [
        "03-10 08:40 received",
        "03-10 09:00 registered",
        event("03-10 09:20 graded", grade="重大", reason="损失"),
        event("03-10 09:30 assigned", department="服务部"),
        "03-10 09:40 accepted",
        event("03-10 10:00 plan_submitted", option="退款"),
        event("03-10 11:00 plan_approved", by="总经理"),
    ]
    found = verdict(history(*way), "03-10 12:00", "dealer-policy")
    (gate,) = [g for g in found.gates if (g.step, g.what) == ("executed", "agreement")]
    assert (gate.by, gate.source) == ("客户关系经理", ("DLR-17",))
    assert "责任部门经理" in {row.to for row in found.reports}


UNITS = {
    # DALI-112: two hours; GEN-09: thirty minutes at work for a private message; TOB-28: two
    # working days; DALI-113: three natural days, the first not counted; QE-18: eight working hours.
    "minutes": ("general-enterprise", "minutes", 30),
    "hours": ("dali-tourism", "hours", 2),
    "days": ("dali-tourism", "days", 3),
    "working days": ("tobacco-2026", "working_days", 2),
    "working hours": ("qe-manufacturing", "working_hours", 8),
}


@pytest.mark.parametrize(("code", "unit", "limit"), UNITS.values(), ids=UNITS)
def test_each_unit_of_time_is_in_use(code, unit, limit):
    """What each unit counts is held by tests/engine/test_calendar.py and the packs' own tests."""
    rows = [row for rule in pack(code).clocks for row in rule.rows if row.period]
    assert (unit, limit) in {(row.period.unit, row.period.limit) for row in rows}


def test_the_order_of_facts_and_packs_does_not_matter():
    told = estate(*HANDLED)
    turned = replace(told, facts=dict(reversed(list(told.facts.items()))))
    one = judge(pack(), told, official(), at("03-10 12:00"))
    assert judge(pack(), turned, official(), at("03-10 12:00")) == one
