"""Sub-tasks: given to departments and contractors, each with its own due time, awaited by the loop."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audits.verification import differences
from complaints.lifecycle import Kind
from complaints.models import CaseText, Complaint
from complaints.refusals import NotPermitted, Refused
from notices.models import Notice, Topic
from records import clock as now
from sla.sweeping import sweep
from tests.complaints.sending import drawn, signed_in
from tests.engine.cases import at
from tests.loop import Loop
from tests.regulations.test_every_pack_lives import House, send

pytestmark = pytest.mark.django_db
DUE = "2026-03-03T18:00"


@pytest.fixture
def loop(clock) -> Loop:
    clock.set(at("03-02 09:00"))
    return Loop.new()


def give(loop, case, department, sort="assist", by="zhoumin", **texts):
    data = {
        "sort": sort,
        "department_id": loop.department(department).pk,
        "due_at": at("03-03 18:00").isoformat(),
    }
    return loop.do(case, Kind.SUBTASK_GIVEN, by, data, **({"what": "查明原因"} | texts))


def answer(loop, case, number, by):
    done = {"answer": "已查明"}
    return loop.do(case, Kind.SUBTASK_ANSWERED, by, {"subtask": number}, **done)


def page(loop, case, by="linxiaoyun") -> str:
    return signed_in(loop.user(by)).get(reverse("case", args=[case.number])).content.decode()


def ready_to_be_carried_out(loop) -> Complaint:
    case = loop.to("resolving")
    for kind, by, data, texts in loop.steps("resolving")[0][1][:3]:
        case = loop.do(case, kind, by, data, **texts)
    return case


@pytest.mark.feature("F111")
def test_a_case_is_not_carried_out_before_its_three_sub_tasks_are_done(loop):
    """5.1.6, 5.2.1: the owner calls the departments in; the refusal names who is still awaited."""
    case = ready_to_be_carried_out(loop)
    for name in ("项目工程部", "营销部", "项目工程部"):
        case = give(loop, case, name)
    case = answer(loop, case, "1", "wangjianye")
    with pytest.raises(Refused) as refused:
        loop.do(case, Kind.EXECUTED, "zhaogang", note="已更换")
    assert [one.accepted for one in refused.value.reasons] == ["协办2 营销部", "协办3 项目工程部"]
    answered = drawn(loop, case, "executed", "zhaogang").send()
    assert (
        "“协办2 营销部”尚未办结，先办结交办事项。依据：大理文旅 5.1.6" in answered.content.decode()
    )
    assert "协办3 · 项目工程部" in page(loop, case)
    case = answer(loop, case, "3", "wangjianye")
    case = answer(loop, case, "2", "sujianing")
    assert loop.do(case, Kind.EXECUTED, "zhaogang", note="已更换").events.count() > 0


@pytest.mark.feature("F010")
def test_a_contractor_s_task_has_its_own_due_date_on_the_case(loop, clock):
    """5.2.4: 专业部门 give tasks to contractors and surveyors, and see to them."""
    case = give(loop, loop.to("investigating"), "项目工程部", "downstream", party="大理建工三公司")
    assert Notice.objects.filter(
        case=case, topic=Topic.OWED, recipient__username="wangjianye", data__task="下游单位任务1"
    ).exists()
    seen = page(loop, case, "wangjianye")
    assert "下游单位任务1 · 项目工程部" in seen
    assert "大理建工三公司" in seen
    assert "限 2026-03-03 18:00" in seen
    row = case.clocks.get(stage="subtask")
    assert (row.due_at, row.department.name) == (at("03-03 18:00"), "项目工程部")
    clock.set(at("03-03 18:01"))
    sweep()
    assert case.events.filter(kind="derived.overdue", data__stage="subtask").count() == 1
    assert Notice.objects.filter(topic=Topic.OVERDUE, recipient__username="wangjianye").exists()
    assert "大理建工三公司" not in str(case.events.get(kind=Kind.SUBTASK_GIVEN).data)


def test_only_the_department_that_it_was_given_to_answers(loop):
    case = give(loop, loop.to("investigating"), "项目工程部")
    for somebody in ("zhaogang", "zhoumin", "duanhongwei"):
        with pytest.raises(NotPermitted):
            answer(loop, case, "1", somebody)
    case = give(loop, case, "物业公司")
    with pytest.raises(NotPermitted):
        answer(loop, case, "2", "wangjianye")
    case = answer(loop, case, "2", "duanhongwei")
    with pytest.raises(Refused, match="no_such_subtask"):
        answer(loop, case, "2", "duanhongwei")


def test_a_department_sees_the_case_from_its_sub_task_on(loop):
    case = loop.to("investigating")
    address = reverse("case", args=[case.number])
    lawyer = signed_in(loop.user("hanbing"))
    assert lawyer.get(address).status_code == 404
    case = give(loop, case, "法律事务中心", "legal_opinion", what="合同效力")
    case = give(loop, case, "营销部", what="补充协议")
    case = loop.do(case, Kind.NOTED, "zhoumin", note="客户情绪激动")
    seen = lawyer.get(address).content.decode()
    for needed in ("合同效力", case.particulars.subject, case.particulars.demand):
        assert needed in seen
    for kept in ("补充协议", "客户情绪激动", "130****0001", case.particulars.phone):
        assert kept not in seen
    form = lawyer.get(reverse("case_act", args=[case.number, "subtask_answered"]))
    assert "130****0001" not in form.content.decode()
    assert case.number not in lawyer.get(reverse("case_list")).content.decode()
    assert lawyer.get(reverse("case_clocks", args=[case.number])).status_code == 404
    everything = page(loop, case)
    for whole in ("补充协议", "客户情绪激动", "130****0001"):
        assert whole in everything


@pytest.mark.feature("F130")
def test_an_opinion_is_asked_of_a_department_and_its_answer_is_kept(loop):
    """4.4: the expert department gives its opinion; 5.5.2: litigation is 法律事务中心's."""
    case = give(loop, loop.to("investigating"), "法律事务中心", "legal_opinion")
    case = loop.do(case, Kind.SUBTASK_SIGNED, "hanbing", {"subtask": "1"})
    said = {"answer": "合同第八条约定由出卖人保修"}
    case = loop.do(case, Kind.SUBTASK_ANSWERED, "hanbing", {"subtask": "1"}, **said)
    assert CaseText.objects.filter(case=case, purpose="answer", body=said["answer"]).exists()
    assert said["answer"] in page(loop, case)
    case = loop.do(case, Kind.FACTS_CHANGED, "zhoumin", {"legal": "actual"}, reason="已收到传票")
    assert "处理进入诉讼的投诉（登记后起诉） · 法律事务中心" in page(loop, case)
    assert list(differences()) == []


def test_a_form_offers_each_department_its_own(loop):
    case = give(loop, loop.to("investigating"), "项目工程部")
    case = give(loop, case, "营销部")
    drawn_form = signed_in(loop.user("wangjianye")).get(
        reverse("case_act", args=[case.number, "subtask_answered"])
    )
    assert [key for key, _label in drawn_form.context["form"].fields["subtask"].choices] == ["1"]


@pytest.mark.feature("F125")
def test_handling_on_site_and_inquiry_are_open_side_by_side(clock):
    """6.1.2 of airport-group: the department's leader acts on site while it is investigated."""
    house = House("airport-group")
    case = house.register()
    due = f"{now.now() + timedelta(days=2):%Y-%m-%dT%H:%M}"
    for sort in ("onsite", "inquiry"):
        place = next(iter(house.places.values())).pk
        case = send(
            house, case, "subtask_given", sort=sort, department_id=place, due_at=due, what="立即办"
        )
    open_clocks = case.clocks.filter(stage="subtask", state="running")
    assert open_clocks.count() == 2
    seen = signed_in(house.service).get(reverse("case", args=[case.number])).content.decode()
    assert "现场处置1" in seen
    assert "调查核实2" in seen


@pytest.mark.feature("F149")
def test_an_improvement_has_an_owner_a_due_date_and_a_check_of_its_effect(clock):
    """第四条 一般7 of dealer-policy: summed up, improved, carried out, before the case is closed."""
    house = House("dealer-policy")
    place = house.places[house.pack.owner_department]
    case = house.register()
    due = f"{now.now() + timedelta(days=9):%Y-%m-%dT%H:%M}"
    case = send(
        house,
        case,
        "subtask_given",
        sort="improvement",
        department_id=place.pk,
        person=house.service.pk,
        due_at=due,
        what="交车前复检",
    )
    told = case.events.get(kind=Kind.SUBTASK_GIVEN).data
    assert told["person"] == house.service.pk
    assert told["due_at"].startswith(due[:10])
    case = send(house, case, "subtask_answered", subtask="1", answer="已增加复检")
    checked = {"subtask": "1", "finding": "抽查十台"}
    case = send(house, case, "subtask_checked", passed="no", due_at=due, **checked)
    case = send(house, case, "subtask_answered", subtask="1", answer="已培训")
    case = send(house, case, "subtask_checked", passed="yes", **checked)
    case = send(house, case, "recorded", record="summary", summary="复检缺失所致")
    seen = signed_in(house.service).get(reverse("case", args=[case.number])).content.decode()
    assert "改进1" in seen
    assert "已办结" in seen
    assert "复检缺失所致" in seen


def desk(loop, by) -> str:
    return signed_in(loop.user(by)).get(reverse("desk")).content.decode()


def test_a_sub_task_waits_on_the_desk_of_its_department_until_it_is_answered(loop, clock):
    case = give(loop, loop.to("investigating"), "项目工程部", what="电话13900000001的门禁记录")
    case = give(loop, case, "营销部", what="补充协议")
    seen = desk(loop, "wangjianye")
    assert f"协办1 · {case.number}" in seen
    assert "电话139****0001的门禁记录" in seen
    assert "到期 2026-03-03 18:00" in seen
    assert "补充协议" not in seen
    assert "协办2" in desk(loop, "sujianing")
    for somebody in ("zhoumin", "duanhongwei", "gaoyuan"):
        assert "交办给我们的事项" not in desk(loop, somebody)
    clock.set(at("03-03 19:00"))
    assert "超时 1小时" in desk(loop, "wangjianye")
    answer(loop, case, "1", "wangjianye")
    assert "交办给我们的事项" not in desk(loop, "wangjianye")


def test_a_sub_task_about_somebody_is_not_on_their_desk(loop):
    case = give(loop, loop.to("investigating"), "项目工程部")
    Complaint.objects.filter(pk=case.pk).update(kept_out=[loop.user("wangjianye").pk])
    assert "交办给我们的事项" not in desk(loop, "wangjianye")


def test_many_sub_tasks_cost_a_desk_as_many_queries_as_one(loop, django_assert_num_queries):
    case = give(loop, loop.to("investigating"), "项目工程部")
    client = signed_in(loop.user("wangjianye"))
    client.get(reverse("desk"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("desk"))
    give(loop, case, "项目工程部")
    give(loop, loop.to("investigating"), "项目工程部")
    with django_assert_num_queries(len(one)):
        client.get(reverse("desk"))
