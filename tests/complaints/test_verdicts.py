"""First and last verdicts of 大理文旅, decisions, promises, touch points, and cases that recur."""

import pytest
from django.urls import reverse

from audits.verification import differences
from complaints.histories import facts_of
from complaints.lifecycle import Kind
from complaints.models import Complaint, Link, Relation
from complaints.refusals import NotPermitted, Refused
from complaints.todo import waiting_for
from demo import people
from notices.models import Notice, Topic
from tests.complaints.sending import drawn, registration, signed_in
from tests.engine.cases import at
from tests.loop import GROUP_OF_THREE, Loop

pytestmark = pytest.mark.django_db
BASIS = {"judging_basis": "合同、协议或书面承诺"}
ONE = GROUP_OF_THREE | {"complainants": 1, "receiving_department": "物业公司"}


@pytest.fixture
def loop(clock) -> Loop:
    clock.set(at("03-02 09:00"))
    return Loop.new()


def page(loop, case, by="zhoumin") -> str:
    return signed_in(loop.user(by)).get(reverse("case", args=[case.number])).content.decode()


@pytest.mark.feature("F020")
def test_the_answer_to_a_registration_shows_its_number(loop):
    """The number is issued by the system when the complaint is sent."""
    client = signed_in(loop.user("zhoumin"))
    answer = client.post(reverse("register"), registration(loop), follow=True)
    assert "已登记，编号 DL2026030001" in answer.content.decode()
    assert Complaint.objects.get().number == "DL2026030001"


@pytest.mark.feature("F061")
@pytest.mark.feature("F132")
def test_the_owner_overrules_the_first_verdict_with_its_reason_and_both_stay(loop):
    """7.2: whoever receives judges first; 5.1.3: 客户服务部 has the last word."""
    case = loop.register(ONE, by="yinlan")
    case = loop.do(case, Kind.SCREENED, "yinlan", {"valid": False, "reason": "DALI-17"})
    assert case.counts_in_rate  # a first verdict decides nothing
    with pytest.raises(NotPermitted):
        loop.do(case, Kind.JUDGED, "yinlan", {"valid": False, "reason": "DALI-17"})
    with pytest.raises(Refused, match="overruled_without_reason"):
        loop.do(case, Kind.JUDGED, "zhoumin", {"valid": True})
    case = loop.do(case, Kind.JUDGED, "zhoumin", {"valid": True} | BASIS, note="门禁由我司维护")
    seen = page(loop, case)
    assert "初判有效性：无效（大理文旅 3.3.12 无效：并非公司原因所致）" in seen
    assert "判定有效性：有效" in seen
    assert "门禁由我司维护" in seen
    actor = case.events.get(kind=Kind.JUDGED).actor
    owner = loop.department("客户服务部")
    assert actor.posts.filter(department=owner).exists()
    assert case.owner_department == owner


@pytest.mark.feature("F131")
def test_a_verdict_names_what_it_was_judged_by(loop):
    """4.3: contract, agreement or written promise; norms of building; law."""
    case = loop.register()
    answer = drawn(loop, case, "judged", "zhoumin", judging_basis="").send()
    assert answer.status_code == 422
    field = answer.context["form"].fields["judging_basis"]
    assert answer.context["form"].errors.keys() == {"judging_basis"}
    assert [value for value, _label in field.choices if value] == [
        "合同、协议或书面承诺",
        "建筑设计与施工规范",
        "国家法律与地方法规",
    ]
    assert drawn(loop, case, "judged", "zhoumin").send().status_code == 302
    assert case.events.get(kind=Kind.JUDGED).data["judging_basis"] == "国家法律与地方法规"
    assert "判定依据：国家法律与地方法规" in page(loop, case)


@pytest.mark.feature("F060")
def test_an_invalid_complaint_is_explained_closed_and_not_counted(loop):
    """3.4, 3.7.1 and the flow chart: explained, closed, left out of the closing rate."""

    def rate() -> tuple[int, int]:
        counted = Complaint.objects.filter(counts_in_rate=True)
        return counted.filter(ended_at__isnull=False).count(), counted.count()

    loop.to("archived")
    loop.register()
    assert rate() == (1, 2)
    case = loop.register()
    invalid = {"valid": False, "reason": "DALI-17"} | BASIS
    case = loop.do(case, Kind.JUDGED, "zhoumin", invalid)
    with pytest.raises(Refused) as refused:
        loop.do(case, Kind.CLOSED, "linxiaoyun", {"mode": "invalid"})
    assert [reason.what for reason in refused.value.reasons] == ["result"]
    case = loop.do(case, Kind.CUSTOMER_INFORMED, "zhoumin", note="已解释并非我司原因")
    case = loop.do(case, Kind.CLOSED, "linxiaoyun", {"mode": "invalid"})
    assert case.state == "invalid"
    assert rate() == (1, 2)


@pytest.mark.feature("F146")
def test_an_oral_promise_is_marked_void_and_a_written_one_is_not(loop):
    """3.3.13 and 4.3.1: what was only said binds nobody."""
    case = loop.register()
    for form, content in (("仅口头", "销售口头答应免三年物业费"), ("书面", "补充协议第二条")):
        data = {"record": "promise", "form": form}
        case = loop.do(case, Kind.RECORDED, "zhoumin", data, content=content)
    seen = page(loop, case)
    assert seen.count("无效承诺，不具约束力") == 1
    void, written = seen.index("无效承诺，不具约束力"), seen.index("补充协议第二条")
    assert written < void < seen.index("销售口头答应免三年物业费")


@pytest.mark.feature("F154")
def test_a_refusal_is_kept_as_a_decision_with_its_reason_and_reply(loop):
    """4.5: no responsibility is said clearly."""
    case = loop.register()
    sent = {"record": "not_liable", "why": "人为损坏，不在保修范围", "reply": "本次维修须自费"}
    assert (
        drawn(loop, case, "recorded", "zhoumin", **sent | {"reply": ""}).send().status_code == 422
    )
    assert drawn(loop, case, "recorded", "zhoumin", **sent).send().status_code == 302
    seen = page(loop, case)
    for words in (
        "登记记录：无责任的决定",
        "无责任的理由：人为损坏",
        "对客户的答复：本次维修须自费",
    ):
        assert words in seen


@pytest.mark.feature("F030")
@pytest.mark.feature("F253")
@pytest.mark.parametrize(("handed_over", "place"), [(True, "物业公司"), (False, "营销部")])
def test_whoever_the_customer_has_to_do_with_talks_first(loop, handed_over, place):
    """5.3 and 5.4: sales before the house is handed over, property after, whatever the matter."""
    facts = {"category": "规划设计类", "handed_over": handed_over, "amount_company": "300.00"}
    case = loop.register(ONE | facts)
    corrected = {"complainants": 2}
    case = loop.do(case, Kind.FACTS_CHANGED, "zhoumin", corrected, reason="两人同来")
    client = signed_in(loop.user("zhoumin"))
    address = reverse("case_act", args=[case.number, "assigned"])
    assert f"<small>首次接谈</small>{place}" in page(loop, case)
    first = client.get(address).context["form"]
    assert first["department_id"].value() == loop.department(place).pk
    case = loop.assign(case, place)
    head = {"物业公司": "duanhongwei", "营销部": "sujianing"}[place]
    case = loop.do(case, Kind.RETURNED, head, reason="属设计缺陷")
    again = client.get(address).context["form"]
    assert again["department_id"].value() == loop.department("项目部").pk


@pytest.mark.feature("F116")
def test_what_leaves_the_duty_of_whoever_received_it_goes_up_to_the_owner(loop):
    """3.8, 5.1.2: an escalated complaint, taken over by 客户服务部."""
    case = loop.register(ONE | {"out_of_duty": True}, by="yinlan")
    case = loop.do(case, Kind.TRANSFERRED, "yinlan", {"to": "客户服务部"}, note="设计问题")
    assert case in waiting_for(loop.actor("zhoumin"))
    assert "升级投诉：接待部门解决不了或不属其职责，由客户服务部接收" in page(loop, case)
    assert case.clocks.get(stage="transfer", source=["DALI-106", "DALI-27", "DALI-50"]).state == (
        "met"
    )
    told = Notice.objects.filter(case=case, topic=Topic.REPORT, data__to="客户服务部")
    assert told.filter(recipient__username="linxiaoyun").exists()
    assert facts_of(case.events.order_by("seq"))["out_of_duty"] is True


@pytest.mark.feature("F185")
def test_a_closed_complaint_that_recurs_is_reopened_with_a_link(loop):
    """6.1.2.5: what was handled occurs again."""
    old, new = loop.to("archived"), loop.register()
    sent = {"other": new.number, "reason": "同一门禁再次失灵"}
    assert (
        drawn(loop, old, "reopened", "zhoumin", **sent | {"other": "无此号"}).send().status_code
        == 422
    )
    assert drawn(loop, old, "reopened", "zhoumin", **sent).send().status_code == 302
    old.refresh_from_db()
    assert (old.state, old.cycle) == ("investigating", 2)
    link = Link.objects.get(relation=Relation.RECURRED)
    assert (link.case, link.other) == (old, new)
    assert new.number in page(loop, old)
    assert "因本案重新打开" in page(loop, new)
    assert list(differences()) == []
    assert old.unit.name == people.TOURISM
