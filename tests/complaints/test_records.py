"""What a regulation wants put down, judged and said beside the loop, each by its own pack."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localtime

from accounts.actors import actor_of
from accounts.models import Role
from complaints import pipeline
from complaints.lifecycle import Kind
from complaints.models import CaseText, Complaint
from complaints.pipeline import Act
from complaints.refusals import Refused
from records import clock as now
from tests.complaints.sending import signed_in
from tests.regulations.test_every_pack_lives import House, send

pytestmark = pytest.mark.django_db


def do(house, case, kind, data=None, by=None, **texts) -> Complaint:
    by = by or house.service
    return pipeline.act(case.pk, [Act(kind, data or {}, texts)], actor=actor_of(by))


def refused(house, case, kind, data=None, **texts) -> list[tuple[str, str | None]]:
    with pytest.raises(Refused) as caught:
        do(house, case, kind, data, **texts)
    return [(reason.code, reason.accepted) for reason in caught.value.reasons]


def form_of(house, case, kind, query=""):
    address = reverse("case_act", args=[case.number, kind]) + query
    return signed_in(house.service).get(address).context["form"]


def not_valid(house, case, kind, query="", **entered) -> dict:
    """Send a form that lacks something; return its errors by field."""
    form = form_of(house, case, kind, query)
    hidden = {name: form[name].value() for name in ("key", "seen")}
    address = reverse("case_act", args=[case.number, kind])
    answer = signed_in(house.service).post(address, hidden | entered)
    assert answer.status_code == 422
    return answer.context["form"].errors


def page(house, case) -> str:
    answer = signed_in(house.service).get(reverse("case", args=[case.number]))
    return answer.content.decode()


def handled(house, case) -> Complaint:
    """Let the owner department handle a case itself."""
    place = house.places[house.pack.owner_department]
    case = do(house, case, Kind.ASSIGNED, {"department_id": place.pk})
    return do(house, case, Kind.ACCEPTED, {"handler": house.service.pk})


@pytest.mark.feature("F108")
@pytest.mark.feature("F128")
@pytest.mark.feature("F133")
@pytest.mark.feature("F126")
def test_the_engineers_sign_register_meet_and_find_the_cause():
    """5.2.2, 5.3.1, 5.3.3 and 5.3.4 of qe-manufacturing."""
    house = House("qe-manufacturing")
    four = house.person("headofquality")
    house.post(four, house.places["品管部"], Role.DEPARTMENT_HEAD)
    signer = house.signers[0]
    case = do(house, house.register(), Kind.GRADED, {"grade": "一般投诉"}, reason="一批")
    case = do(house, case, Kind.APPROVED, {"what": "sheet"}, by=signer)
    place = {"department_id": house.places["品管部"].pk}
    case = do(house, case, Kind.ASSIGNED, place)
    case = do(house, case, Kind.SHEET_ISSUED)
    assert "未签收" in page(house, case)
    case = do(house, case, Kind.ACCEPTED, {"handler": four.pk}, by=four)
    signed_at = f"{localtime(case.events.get(kind=Kind.ACCEPTED).at):%Y-%m-%d %H:%M}"
    assert f'处理单签收 · headofquality</span><span class="tag">已签收 {signed_at}' in page(
        house, case
    )
    stamp = {"record": "second_registration", "engineer": [four.pk]}
    case = do(house, case, Kind.RECORDED, stamp, by=four)
    assert refused(house, case, Kind.RECORDED, stamp) == [("recorded_already", None)]
    assert "登记记录：品管部登记" in page(house, case)
    case = do(
        house,
        case,
        Kind.RECORDED,
        {"record": "joint_analysis", "participants": [four.pk, house.service.pk]},
        by=four,
        result="模具磨损",
    )
    seen = page(house, case)
    assert "参加人：headofquality、service" in seen
    assert "分析结果：模具磨损" in seen
    with pytest.raises(Refused) as caught:
        do(house, case, Kind.PLAN_SUBMITTED, by=four, measures="换模具")
    assert {reason.what for reason in caught.value.reasons} == {"conclusion"}
    found = {"conclusion": "属实", "findings": "查实"}
    address = reverse("case_act", args=[case.number, "investigated"])
    form = signed_in(four).get(address).context["form"]
    hidden = {name: form[name].value() for name in ("key", "seen")}
    answer = signed_in(four).post(address, hidden | found)
    assert answer.context["form"].errors.keys() == {"root_cause"}
    answer = signed_in(four).post(address, hidden | found | {"root_cause": "保养周期过长"})
    assert answer.status_code == 302
    assert "根本原因：保养周期过长" in page(house, case)


@pytest.mark.feature("F050")
@pytest.mark.feature("F129")
@pytest.mark.feature("F153")
@pytest.mark.feature("F252")
def test_claims_name_production_persons_partners_and_help():
    """(七) and (九) of claims-sheet."""
    house = House("claims-sheet")
    case = handled(house, house.register())
    persons = {"record": "responsible_persons", "persons": [house.service.pk]}
    assert refused(house, case, Kind.RECORDED, persons) == [("missing_data", "理由")]
    case = do(house, case, Kind.RECORDED, persons, why="未按作业标准")
    case = send(house, case, "recorded", record="help_given", help="提供加工参数")
    case = send(
        house,
        case,
        "recorded",
        record="third_party",
        party="昆明某钢厂",
        role="原料供应商",
        arrangement="总经理室会同采购复检",
    )
    seen = page(house, case)
    assert "登记记录：协助客户" in seen
    assert "责任人员：service" in seen
    assert "单位名称：昆明某钢厂" in seen
    assert "昆明某钢厂" not in str(list(case.events.values_list("data", flat=True)))
    made = {"made_by_unit": "一厂", "made_in_shift": "夜班", "made_by": "张三"}
    found = {"conclusion": "属实", "findings": "厚度超差"}
    assert not_valid(house, case, "investigated", **found).keys() == {*made, "made_on"}
    case = send(house, case, "investigated", **found, **made, made_on="2026-03-01")
    assert case.events.get(kind=Kind.INVESTIGATED).data["made_on"] == "2026-03-01"
    assert "班别：夜班" in page(house, case)


@pytest.mark.feature("F070")
def test_a_claim_that_is_not_established_has_a_day_of_payment_and_an_objection_goes_up():
    """(九)14 of claims-sheet: the receivable is collected; an objection goes to the superior."""
    house = House("claims-sheet")
    case = handled(house, house.register())
    invalid = {"valid": "no", "reason": "CLM-22"}
    assert not_valid(house, case, "judged", **invalid).keys() == {"receivable_on"}
    case = send(house, case, "judged", **invalid, receivable_on="2026-12-15")
    seen = page(house, case)
    assert "不成立时的约定收款日期：2026-12-15" in seen
    assert "判定有效性：无效（客诉处理表 (九)14 投诉不成立" in seen
    assert not case.awaited.exists()
    case = do(house, case, Kind.CUSTOMER_TALKED, {"opinion": "拒绝"}, note="不认可")
    (awaited,) = case.awaited.all()
    assert (awaited.what, awaited.term) == ("objection", "业务部主管")
    case = do(house, case, Kind.APPROVED, {"what": "objection"}, by=house.signers[0], note="维持")
    assert not case.awaited.exists()


@pytest.mark.feature("F145")
def test_goodwill_is_asked_for_and_granted_in_part():
    """三 of changan-suzuki: 特案保修 and 特别理赔 are a limited compensation, assessed."""
    house = House("changan-suzuki")
    case = house.register()
    asked = {"record": "goodwill_request", "type": "特案保修", "amount": "8000", "why": "变速器"}
    decided = {
        "record": "goodwill_decision",
        "assessor": [house.service.pk],
        "decision": "部分同意",
    }
    assert refused(house, case, Kind.RECORDED, decided | {"amount": "1"}) == [
        ("nothing_to_decide", "特案或特别理赔申请")
    ]
    case = send(house, case, "recorded", **asked)
    too_much = refused(house, case, Kind.RECORDED, decided | {"amount": "8000.01"})
    assert too_much == [("above_asked", "8000")]
    case = send(house, case, "recorded", **decided, amount="5000")
    told = case.events.filter(kind=Kind.RECORDED).order_by("seq").last().data
    assert (told["decision"], told["amount"]) == ("部分同意", "5000")
    assert "申请类型：特案保修" in page(house, case)
    assert refused(house, case, Kind.RECORDED, decided | {"amount": "5000"})[0][0] == (
        "nothing_to_decide"
    )


@pytest.mark.feature("F036")
def test_a_complaint_without_data_is_ended_with_the_reason_in_words():
    """一(二) of general-enterprise: guided to complete the data; refused without reason, ended."""
    house = House("general-enterprise")
    case = house.register()
    ended = {"valid": "no", "reason": "GEN-18"}
    assert not_valid(house, case, "judged", **ended).keys() == {"note"}
    case = send(house, case, "judged", **ended, note="三次联系均拒绝提供订单号")
    case = send(house, case, "closed", mode="invalid")
    assert case.state == "invalid"
    seen = page(house, case)
    assert "三次联系均拒绝提供订单号" in seen
    assert "终止" in seen


@pytest.mark.feature("F047")
def test_a_complaint_has_one_sheet():
    """四1.3 of auto-4s: 一件投诉对应一张反馈单."""
    house = House("auto-4s")
    case = do(house, house.register(), Kind.SHEET_ISSUED)
    assert refused(house, case, Kind.SHEET_ISSUED) == [("only_once", None)]
    links = page(house, case)
    assert reverse("case_act", args=[case.number, "sheet_issued"]) not in links
    answer = signed_in(house.service).get(reverse("register"))
    assert "倾听、记要点、保持冷静，表达解决的意愿" in answer.content.decode()


@pytest.mark.feature("F039")
@pytest.mark.parametrize("code", ["dealer-policy", "food-factory", "sales-service-procedure"])
def test_whoever_takes_a_complaint_in_reads_how_to_meet_the_customer(code):
    house = House(code)
    said = signed_in(house.service).get(reverse("register")).content.decode()
    assert house.pack.conduct
    for fact in house.pack.conduct:
        assert house.pack.facts[fact].line in said


@pytest.mark.feature("F243")
def test_customers_are_answered_in_one_voice():
    """第五条 of fudi-auto: 对内统一流程，对外统一口径."""
    house = House("fudi-auto")
    case = house.register()
    reply = house.pack.replies[0]
    drawn = form_of(house, case, "responded", f"?reply={reply.key}")
    assert drawn["note"].value() == reply.text
    case = send(house, case, "responded", note=drawn["note"].value())
    assert CaseText.objects.filter(case=case, body=reply.text).count() == 1
    assert reply.text in page(house, case)
    assert "?reply=" not in str(form_of(house, case, "noted"))


@pytest.mark.feature("F045")
@pytest.mark.feature("F246")
def test_a_suggestion_is_decided_by_a_leader_promised_and_answered():
    """四(二) of tobacco-marketing; 二: the branch looks after its county companies."""
    house = House("tobacco-marketing")
    case = house.register(kind="建议", receiving_department="县级公司")
    assert "<small>上级督导</small>分公司客户服务部" in page(house, case)
    until = f"{localtime(now.now() + timedelta(days=3)):%Y-%m-%dT%H:%M}"
    case = send(house, case, "responded", expected_at=until)
    clock = case.clocks.get(stage="answer", state="running")
    assert f"{localtime(clock.due_at):%Y-%m-%dT%H:%M}" == until
    case = handled(house, case)
    case = do(house, case, Kind.PLAN_SUBMITTED, {"option": "采纳"}, measures="增设订货日")
    case = do(house, case, Kind.PLAN_APPROVED, by=house.signers[0], note="同意采纳")
    case = do(house, case, Kind.INVESTIGATED, {"conclusion": "属实"}, findings="可行")
    case = do(house, case, Kind.CUSTOMER_INFORMED, note="您的建议已采纳")
    case = send(house, case, "answered", answer="已采纳，下月起施行")
    seen = page(house, case)
    assert "同意采纳" in seen
    assert "已采纳，下月起施行" in seen
    assert case.clocks.get(stage="answer", key=clock.key).state == "met"


@pytest.mark.feature("F124")
def test_the_start_of_the_investigation_is_stamped_with_its_delay(clock):
    """三2 of food-factory: 处理部门接到后立即开始调查."""
    house = House("food-factory")
    place = house.places[house.pack.owner_department]
    case = do(house, house.register(), Kind.ASSIGNED, {"department_id": place.pk})
    clock.advance(timedelta(minutes=95))
    case = do(house, case, Kind.ACCEPTED, {"handler": house.service.pk})
    stamp = f"{localtime(now.now()):%Y-%m-%d %H:%M}"
    seen = " ".join(page(house, case).split())
    assert f"<small>开始调查</small>{stamp}" in seen
    assert "分派后 1小时35分" in seen


@pytest.mark.feature("F049")
def test_an_undetermined_quantity_is_noted_and_left_open():
    """(九)1 of claims-sheet: 客户加工中未确定 stands in 客户要求."""
    house = House("claims-sheet")
    client = signed_in(house.service)
    form = client.get(reverse("register")).context["form"]
    entered = {
        "key": str(form["key"].value()),
        "regulation": house.version.regulation_id,
        "received_at": f"{localtime(now.now()):%Y-%m-%dT%H:%M}",
        "customer_name": "昆明机械厂",
        "phone": "13000000009",
        "order_number": "A-17",
        "part_number": "P-3",
        "quantity": "40",
        "shipped_on": "2026-02-20",
        "description": "厚度不均",
        "demand": "换货",
        "quantity_undetermined": "yes",
    }
    both = client.post(reverse("register"), entered | {"returned_quantity": "5"})
    assert both.context["form"].errors.keys() == {"returned_quantity"}
    assert client.post(reverse("register"), entered).status_code == 302
    case = Complaint.objects.latest("pk")
    assert case.particulars.demand == "换货\n客户加工中未确定"
    assert case.particulars.value("returned_quantity") is None


@pytest.mark.feature("F068")
def test_demands_are_left_out_of_the_valid_complaints():
    """2.2 of grading-solar: 求助型, 咨询型 and 发泄型 are demands, counted apart."""
    house = House("grading-solar")
    for category in ("有效投诉", "求助型", "咨询型", "发泄型"):
        house.register(category=category)
    counted = Complaint.objects.filter(counts_in_rate=True)
    assert list(counted.values_list("category", flat=True)) == ["有效投诉"]
