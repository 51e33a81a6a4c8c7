"""Rounds between department, customer and owner: who is asked next, what is kept of each."""

import pytest
from django.urls import reverse

from complaints.actions import actions_of
from complaints.histories import history_of, verdict_of
from complaints.lifecycle import Kind, State
from complaints.models import CaseText
from records import clock as now_clock
from tests.complaints.sending import signed_in
from tests.engine.cases import at
from tests.loop import Loop

pytestmark = pytest.mark.django_db


@pytest.fixture
def loop(clock) -> Loop:
    clock.set(at("03-02 09:00"))
    return Loop.new()


def asked(loop, case, by) -> list[str]:
    """Return the acts that the case page puts in front of somebody."""
    events = list(case.events.order_by("seq"))
    verdict = verdict_of(case, history_of(events), now_clock.now())
    return [str(one.label) for one in actions_of(loop.actor(by), case, verdict, events).leading]


def page(loop, case, by) -> str:
    return signed_in(loop.user(by)).get(reverse("case", args=[case.number])).content.decode()


def planned(loop):
    case = loop.to(State.RESOLVING)
    return loop.do(case, Kind.PLAN_SUBMITTED, "zhaogang", {"option": "进行更换"}, measures="换主板")


@pytest.mark.feature("F157")
def test_the_customers_refusal_sends_the_case_back_for_a_second_plan(loop):
    """GEN-43 and the flow of 大理文旅: what the customer refuses is planned anew by the department."""
    case = loop.do(planned(loop), Kind.PLAN_APPROVED, "linxiaoyun", note="同意")
    for opinion in ("接受", "部分接受", "拒绝"):
        form = signed_in(loop.user("zhoumin")).get(
            reverse("case_act", args=[case.number, Kind.CUSTOMER_TALKED])
        )
        assert opinion in form.content.decode()
    case = loop.do(case, Kind.CUSTOMER_TALKED, "zhoumin", {"opinion": "拒绝"}, note="等待太久")
    assert (case.state, case.handler) == (State.RESOLVING, loop.user("zhaogang"))
    assert "提交处理方案" in asked(loop, case, "zhaogang")
    case = loop.do(case, Kind.PLAN_SUBMITTED, "zhaogang", {"option": "进行修复"}, measures="当日修")
    assert [plan.version for plan in case.plans.order_by("version")] == [1, 2]
    assert "处理方案（第2版）" in page(loop, case, "zhoumin")


@pytest.mark.feature("F127")
@pytest.mark.feature("F251")
def test_a_plan_that_is_sent_back_shows_its_reason_and_the_next_is_one_more(loop):
    case = planned(loop)
    case = loop.do(case, Kind.PLAN_REJECTED, "linxiaoyun", reason="原因分析不足，重新分析")
    assert "原因分析不足，重新分析" in page(loop, case, "zhaogang")
    assert asked(loop, case, "zhaogang")[-1] == "提交处理方案"
    case = loop.do(case, Kind.PLAN_SUBMITTED, "zhaogang", {"option": "进行更换"}, measures="换整机")
    assert case.newest_plan.version == 2


@pytest.mark.feature("F110")
def test_one_person_has_the_task_in_hand_and_who_had_it_before_is_kept(loop):
    case = loop.assign(loop.register())
    case = loop.do(case, Kind.RETURNED, "duanhongwei", reason="应由项目工程部处理")
    assert (case.department, case.handler) == (None, None)
    case = loop.accept(loop.assign(case, "项目工程部"), head="wangjianye", handler="zhangliming")
    assert case.handler == loop.user("zhangliming")
    assert case.department == loop.department("项目工程部")
    places = [event.data["department"] for event in case.events.filter(kind=Kind.ASSIGNED)]
    assert sorted(places) == ["物业公司", "项目工程部"]
    text = page(loop, case, "zhoumin")
    assert "分派：物业公司" in text
    assert "分派：项目工程部" in text


@pytest.mark.feature("F160")
def test_what_the_department_reports_back_is_in_the_owners_queue(loop):
    case = loop.to(State.FEEDBACK)
    returned = case.events.get(kind=Kind.RESULT_RETURNED)
    assert CaseText.objects.get(pk=returned.data["result"]["text"]).body == "已更换并测试"
    assert "告知客户结果" in asked(loop, case, "zhoumin")
    queue = signed_in(loop.user("zhoumin")).get(reverse("case_list"), {"tab": "todo"})
    assert case.number in queue.content.decode()


@pytest.mark.feature("F164")
@pytest.mark.feature("F171")
def test_what_the_customer_says_and_who_asked_is_kept_with_its_time(loop, clock):
    case = loop.do(planned(loop), Kind.PLAN_APPROVED, "linxiaoyun", note="同意")
    clock.set(at("03-02 10:15"))
    case = loop.do(case, Kind.CUSTOMER_TALKED, "zhoumin", {"opinion": "接受"}, note="客户表示满意")
    talked = case.events.get(kind=Kind.CUSTOMER_TALKED)
    assert (talked.at, talked.actor) == (at("03-02 10:15"), loop.user("zhoumin"))
    assert CaseText.objects.get(pk=talked.data["note"]["text"]).body == "客户表示满意"
    closed = loop.to(State.REVIEW)
    asked_by = closed.events.get(kind=Kind.FOLLOWED_UP)
    assert (asked_by.at, asked_by.actor) == (at("03-02 10:15"), loop.user("zhoumin"))
    assert "周敏" in page(loop, closed, "zhoumin")
