"""Proposals follow the verdict: once each, dated, to whoever held the post on that day."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.models import Post, Role
from complaints import intake, pipeline
from complaints.lifecycle import Kind
from complaints.models import Complaint
from complaints.pipeline import Act
from penalties.items import State
from records import clock
from regulations.bindings import HEAD
from tests.engine.cases import at
from tests.loop import GROUP_OF_THREE, PARTICULARS, Loop
from tests.penalties.house import entries, items, late, offence, prepared, stand, sweep, total

pytestmark = pytest.mark.django_db


@pytest.mark.feature("F205", "F212")
@pytest.mark.parametrize(
    ("days", "due"), [(3, 300), (7, 700), (8, 900), (10, 1300), (15, 2300), (16, 2300)]
)
def test_the_worked_examples_for_a_late_case(days, due):
    loop = Loop.new()
    case = late(loop, days)
    assert total(case) == Decimal(due)
    ranges = [(e.subject, e.low, e.high) for e in entries(case) if e.low is not None]
    edge = (Decimal("500.00"), Decimal("1500.00"))
    assert ranges == ([("handler", *edge), ("leaders", *edge)] if days > 15 else [])
    counted = [item.root for item in items(case) if item.root.day]
    assert [root.day for root in counted] == list(range(1, min(days, 15) + 1))
    assert {root.person for root in counted} == {loop.user("zhaogang")}
    assert {item.state for item in items(case)} == {State.PROPOSED}


@pytest.mark.feature("F258")
def test_an_extension_of_three_days_finished_four_days_after_the_first_due_costs_100():
    loop = Loop.new()
    case = prepared(loop)
    stand("03-04 09:00")
    until = at("03-09 00:00").isoformat()
    data = {"source": "DALI-113", "stage": "close", "until": until}
    loop.do(case, Kind.EXTENSION_ASKED, "zhaogang", data, reason="等待配件")
    loop.do(case, Kind.EXTENDED, "duanhongwei", data, reason="等待配件")
    sweep(case, "03-08 23:00")
    assert entries(case) == []
    stand("03-09 12:00")
    loop.do(case, Kind.EXECUTED, "zhaogang")
    loop.do(case, Kind.RESULT_RETURNED, "zhaogang", result="已更换")
    loop.do(case, Kind.CONFIRMED, "zhoumin", {"by": "customer", "form": "written"})
    sweep(case, "03-20 12:00")
    assert total(case) == Decimal("100.00")
    (only,) = entries(case)
    assert (only.day, only.incurred_at) == (1, at("03-09 00:00"))


def test_days_stop_with_the_customers_confirmation():
    loop = Loop.new()
    case = late(loop, 2)
    loop.do(case, Kind.EXECUTED, "zhaogang")
    loop.do(case, Kind.RESULT_RETURNED, "zhaogang", result="已更换")
    loop.do(case, Kind.CONFIRMED, "zhoumin", {"by": "customer", "form": "written"})
    for day in ("03-08", "03-12", "03-30"):
        sweep(case, f"{day} 12:00")
    assert total(case) == Decimal("200.00")


def test_sweeps_that_run_daily_or_once_write_the_same_ledger():
    loop = Loop.new()
    daily, once = prepared(loop), prepared(loop)
    for day in range(6, 22):
        sweep(daily, f"03-{day:02d} 12:00")
    sweep(once, "03-21 12:00")

    def told(case):
        return {(e.identity, e.amount, e.person_id, e.incurred_at) for e in entries(case)}

    assert told(daily) == told(once)
    for _again in range(5):
        pipeline.act(once.pk, [], actor=None)
    assert len(entries(once)) == len(told(once))


def test_inv_3_a_sweep_that_runs_again_proposes_nothing():
    loop = Loop.new()
    case = late(loop, 3)
    before = entries(case)
    for _again in range(20):
        Complaint.objects.filter(pk=case.pk).update(next_moment=clock.now())
        pipeline.sweep(case.pk)
    assert [entry.hash for entry in entries(case)] == [entry.hash for entry in before]


@pytest.mark.feature("F207")
def test_a_missed_plan_is_one_item_though_the_source_states_it_twice():
    loop = Loop.new()
    stand("03-02 09:00")
    case = loop.register(GROUP_OF_THREE)
    loop.do(case, Kind.TRANSFERRED, "zhoumin", {"to": "人力运营副总"})
    loop.assign(case)
    loop.do(loop.accept(case), Kind.DEPARTMENT_RESPONDED, "zhaogang")
    sweep(case, "03-03 09:01")  # 重大: 24 hours from the task
    (item,) = items(case)
    assert set(item.root.source) == {"DALI-128", "DALI-161"}
    assert (item.root.amount, item.root.subject) == (Decimal("300.00"), "department_head")
    offence(loop, case, "DALI-161")
    assert len(items(case)) == 1


@pytest.mark.feature("F209")
def test_the_head_on_the_day_of_the_breach_is_charged_though_another_follows():
    loop = Loop.new()
    stand("03-02 09:00")
    case = loop.assign(loop.register(GROUP_OF_THREE))
    place, old = loop.department("物业公司"), loop.user("duanhongwei")
    stand("03-04 09:00")
    Post.objects.filter(person=old, department=place).update(until=at("03-04 00:00"))
    Post.objects.create(
        person=loop.user("yangfan"),
        department=place,
        title=HEAD,
        role=Role.DEPARTMENT_HEAD,
        since=at("03-04 00:00"),
    )
    pipeline.sweep(case.pk)
    plan = next(item for item in items(case) if item.root.rule == "plan")
    assert plan.root.person == old
    assert plan.root.incurred_at == at("03-03 09:00")


@pytest.mark.feature("F209")
def test_leaders_are_whoever_held_the_post_that_the_house_named_on_that_day():
    """9.5.3 and 惩罚制度 9 say 领导 alone; the version was published with 程立新's post for it."""
    loop = Loop.new()
    case = prepared(loop)
    follower, post = loop.user("gaoyuan"), Post.objects.get(title="主管领导")
    assert post.person == loop.user("chenglixin")
    post.until = at("03-25 00:00")
    post.save()
    Post.objects.create(
        person=follower, department=post.department, title=post.title, role=post.role,
        since=at("03-25 00:00"),
    )  # fmt: skip
    sweep(case, "03-28 12:00")
    (leaders,) = [entry for entry in entries(case) if entry.subject == "leaders"]
    assert leaders.incurred_at < at("03-25 00:00")
    assert leaders.person == loop.user("chenglixin")


@pytest.mark.feature("F203", "F204")
@pytest.mark.parametrize(
    ("source", "amount", "payer"),
    [
        pytest.param(
            "DALI-160", 300, "duanhongwei", id="shifting", marks=pytest.mark.feature("F031")
        ),
        pytest.param("DALI-136", 500, "duanhongwei", id="dereliction"),
        pytest.param("DALI-163", 500, "yangfan", id="concealment"),
        pytest.param("DALI-161", 300, "duanhongwei", id="plan"),
        pytest.param("DALI-167", 200, "yangfan", id="response"),
    ],
)
def test_a_recorded_offence_is_priced_by_the_table(source, amount, payer):
    loop = Loop.new()
    case = prepared(loop)
    item = offence(loop, case, source, by="konglingyi", person=loop.user("yangfan").pk)
    assert item.root.amount == Decimal(amount)
    assert item.root.person == loop.user(payer)
    assert case.events.get(seq=item.root.event).kind == Kind.OFFENCE
    assert item.root.actor == loop.user("konglingyi")


@pytest.mark.feature("F204")
@pytest.mark.parametrize(
    ("receiving", "amount", "subject"),
    [("客户服务部", 200, "customer_service"), ("营销部", 100, "responsible_person")],
)
def test_information_not_passed_on(receiving, amount, subject):
    loop = Loop.new()
    stand("03-02 09:00")
    case = loop.register(GROUP_OF_THREE | {"receiving_department": receiving, "out_of_duty": True})
    sweep(case, "03-02 11:01")
    (item,) = items(case)
    assert (item.root.amount, item.root.subject) == (Decimal(amount), subject)
    assert item.root.person == loop.user("zhoumin")


@pytest.mark.feature("F112", "F208", "F215")
def test_a_refusal_to_cooperate_is_an_item_of_the_department_without_an_amount():
    loop = Loop.new()
    case = prepared(loop)
    item = offence(loop, case, "DALI-32", severity="严重")
    assert (item.root.amount, item.root.low, item.root.person) == (None, None, None)
    assert item.root.department == loop.department("物业公司")
    assert item.root.sanction == "按情节从严考核"
    assert case.events.get(seq=item.root.event).data["severity"] == "严重"


def test_a_breach_made_untrue_is_reversed_and_stands_in_the_ledger():
    loop = Loop.new()
    stand("03-02 09:00")
    case = loop.register(GROUP_OF_THREE)
    sweep(case, "03-02 11:30")
    (item,) = items(case)
    assert item.root.rule == "information-owner"
    act = Act(
        Kind.TRANSFERRED,
        {"to": "人力运营副总"},
        {"late_reason": "当时电话上报"},
        clock.now() - timedelta(hours=1),
    )
    pipeline.act(case.pk, [act], actor=loop.actor("zhoumin"))
    proposed, reversed_ = entries(case)
    assert (proposed.kind, reversed_.kind) == ("proposed", "reversed")
    assert (reversed_.item, reversed_.amount) == (proposed, -proposed.amount)
    assert total(case) == 0


def test_imported_history_is_charged_nothing():
    loop = Loop.new()
    stand("03-20 09:00")
    case = intake.register(
        intake.Intake(
            version=loop.versions["dali-tourism"],
            received_at=at("03-02 09:00"),
            facts=GROUP_OF_THREE,
            particulars=PARTICULARS,
            origin=Complaint.Origin.IMPORTED,
        ),
        actor=None,
    )
    sweep(case, "03-28 09:00")
    assert entries(case) == []
