"""What the registration asks for is the pack's: channels, kinds of customers, fields, tags, clocks."""

from datetime import timedelta

import pytest
from django.urls import reverse

from complaints.lifecycle import Kind
from complaints.models import Complaint
from regulations import builtin
from tests.complaints.sending import drawn, registration, signed_in
from tests.complaints.test_on_the_spot import SETTLED, entered
from tests.engine.cases import at
from tests.loop import GROUP_OF_THREE, Loop
from tests.regulations.test_every_pack_lives import House, send

pytestmark = pytest.mark.django_db


def form_of(house):
    return drawn_for(house.service, house.version)


def drawn_for(person, version):
    page = signed_in(person).get(reverse("register"), {"regulation": version.regulation_id})
    return page.context["form"]


def choices(form, name):
    return [value for value, _label in form.fields[name].choices if value]


def refused(client, data, status=422):
    answer = client.post(reverse("register"), data)
    assert answer.status_code == status
    assert not Complaint.objects.exists()
    return answer.context["form"].errors


@pytest.mark.feature("F018")
def test_each_pack_offers_its_own_channels_and_takes_no_other():
    """TOB-21; 三 of qe-manufacturing: mail, telephone, letter and fax, oral."""
    airport, loop = House("airport-group"), Loop.new()
    tourism = drawn_for(loop.user("zhoumin"), loop.versions["dali-tourism"])
    assert "旅客意见簿" in choices(form_of(airport), "channel")
    assert "旅客意见簿" not in choices(tourism, "channel")
    data = registration(loop, channel="旅客意见簿")
    assert list(refused(signed_in(loop.user("zhoumin")), data)) == ["channel"]


@pytest.mark.feature("F051")
def test_a_page_of_the_visitors_book_is_a_case():
    """AIR-13, AIR-15: what passengers write into the book is taken over, with its page."""
    house = House("airport-group")
    client, data = entered(house, channel="旅客意见簿", book_page="第3册第17页")
    assert client.post(reverse("register"), data).status_code == 302
    assert Complaint.objects.get().particulars.value("book_page") == "第3册第17页"


@pytest.mark.feature("F032")
def test_each_pack_has_its_own_kinds_of_customers():
    """DALI-05; TOB-15: retailers, consumers, distributors."""
    loop = Loop.new()
    tourism = drawn_for(loop.user("zhoumin"), loop.versions["dali-tourism"])
    tobacco = drawn_for(loop.user("xujing"), loop.versions["tobacco-2026"])
    assert {"业主", "目标客户"} <= set(choices(tourism, "customer_kind"))
    assert "零售终端" in choices(tobacco, "customer_kind")
    assert set(choices(tourism, "customer_kind")).isdisjoint(choices(tobacco, "customer_kind"))


@pytest.mark.feature("F034")
@pytest.mark.parametrize("code", builtin.codes())
def test_a_required_field_of_the_pack_that_is_missing_blocks_saving(code):
    house = House(code)
    client, data = entered(house)
    asked = [field for field in house.pack.intake if field.required and field.when.holds({})]
    page = form_of(house)
    assert {field.key for field in asked} <= set(page.fields)
    for field in asked[-2:]:
        missing = {name: value for name, value in data.items() if name != field.key}
        assert field.key in refused(client, missing)


@pytest.mark.feature("F035")
def test_without_the_demand_nothing_is_saved_and_the_field_is_named():
    """TOB-49: a sheet whose key content is missing goes back."""
    house = House("tobacco-2026")
    client, data = entered(house, demand="")
    assert "必填" in str(refused(client, data)["demand"])


@pytest.mark.feature("F033")
def test_a_report_in_the_media_is_a_case_without_anybody_to_call_back():
    """AIR-03: criticism in public media is a complaint; nobody leaves a number there."""
    house = House("airport-group")
    client, data = entered(house, customer_kind="公众媒体", medium="晚报")
    del data["phone"], data["customer_name"]
    assert client.post(reverse("register"), data).status_code == 302
    client, data = entered(house, customer_kind="旅客")
    del data["phone"]
    assert "phone" in client.post(reverse("register"), data).context["form"].errors


@pytest.mark.feature("F037")
def test_an_entry_without_its_urgency_is_refused():
    """GEN-16, GEN-17: type and urgency are marked when a complaint is taken in."""
    house = House("general-enterprise")
    client, data = entered(house)
    del data["urgency"]
    assert "urgency" in refused(client, data)


@pytest.mark.feature("F038")
def test_what_was_restated_to_the_customer_is_kept_with_who_and_when(clock):
    """A4S-25: the receiver restates the complaint in their own words and checks it."""
    clock.set(at("03-02 09:00"))
    house = House("auto-4s")
    client, data = entered(house, restated="yes", urgency="一般")
    assert client.post(reverse("register"), data).status_code == 302
    case = Complaint.objects.get()
    assert case.particulars.value("restated") == "yes"
    told = case.events.get(kind=Kind.RECEIVED)
    assert (told.actor, told.recorded_at) == (house.service, at("03-02 09:00"))


@pytest.mark.feature("F041")
def test_an_emergency_measure_is_recorded_before_anybody_is_assigned():
    """QE-10: a temporary measure comes first."""
    house = House("qe-manufacturing")
    case = send(house, house.register(), "temporary_measure", measures="隔离同批次并全检")
    assert case.state == "received"
    assert case.texts.get(purpose="measures").body == "隔离同批次并全检"


@pytest.mark.feature("F056")
def test_danger_to_people_or_property_shortens_the_response_to_four_hours(clock):
    """4.1.1 of 大理文旅 (DALI-30): 4 hours where property or people may be harmed."""
    clock.set(at("03-02 09:00"))
    loop = Loop.new()
    spans = {}
    for danger in ("", "yes"):
        entered_ = registration(loop, complainants="1", safety_risk=danger)
        signed_in(loop.user("zhoumin")).post(reverse("register"), entered_)
        clocks = Complaint.objects.latest("pk").clocks.filter(stage="response")
        spans[danger] = {(one.due_at - one.started_at, tuple(one.source)) for one in clocks}
    assert (timedelta(hours=4), ("DALI-30",)) in spans["yes"]
    assert "DALI-30" not in str(spans[""])


@pytest.mark.feature("F013")
def test_a_message_after_hours_is_answered_from_the_next_morning_on(clock):
    """GEN-13: social media, working days 9:00-18:00, within 30 minutes. 2 March 2026 is a Monday."""
    clock.set(at("03-02 20:00"))
    house = House("general-enterprise")
    case = house.register(channel="社交媒体", urgency="常规")
    due = [one.due_at for one in case.clocks.filter(stage="response") if "GEN-13" in one.source]
    assert due == [at("03-03 09:30")]


@pytest.mark.feature("F247")
@pytest.mark.parametrize(
    ("code", "words"),
    [("dali-tourism", "服务态度"), ("sales-service-procedure", "客户服务行为")],
)
def test_the_conduct_of_staff_is_a_category(code, words):
    """DALI-04, SSP-04: how staff behave can be complained about."""
    assert any(words in name for name in choices(form_of(House(code)), "category"))


@pytest.mark.feature("F059")
def test_thirteen_reasons_make_a_complaint_invalid_each_by_its_clause():
    """3.2 of 大理文旅: DALI-06 to DALI-18; without one of them it is valid."""
    loop = Loop.new()
    case = loop.register()
    client = signed_in(loop.user("zhoumin"))
    form = client.get(reverse("case_act", args=[case.number, "judged"])).context["form"]
    named = [value for value, _label in form.fields["reason"].choices if value]
    assert named == [f"DALI-{number:02}" for number in range(6, 19)]
    sent = drawn(loop, case, "judged", "zhoumin", client, valid="no", reason="DALI-10").send()
    assert sent.status_code == 302
    said = client.get(reverse("case", args=[case.number])).content.decode()
    assert "判定有效性：无效（大理文旅" in said


@pytest.mark.feature("F065")
def test_a_check_ends_with_one_of_three_conclusions():
    """GEN-39: 属实, 部分属实, 不属实."""
    loop = Loop.new()
    case = loop.accept(loop.assign(loop.register()))
    client = signed_in(loop.user("zhaogang"))
    form = client.get(reverse("case_act", args=[case.number, "investigated"])).context["form"]
    assert choices(form, "conclusion") == ["属实", "部分属实", "不属实"]
    answer = drawn(loop, case, "investigated", "zhaogang", client, conclusion="").send()
    assert answer.status_code == 422
    assert "conclusion" in answer.context["form"].errors


@pytest.mark.feature("F120")
def test_no_stage_is_skipped():
    """DALI-157: from the registration to the closing there is no direct way."""
    loop = Loop.new()
    case = loop.register()
    answer = drawn(loop, case, "archived", "zhoumin").send()
    assert answer.status_code == 409
    assert "归档" in answer.content.decode()
    assert "复核" in answer.content.decode()
    case.refresh_from_db()
    assert case.state == "received"


@pytest.mark.feature("F155")
def test_what_can_be_solved_at_once_is_planned_and_carried_out_in_one_step(clock):
    """FOOD-32: what can be settled on the spot is settled on the spot."""
    clock.set(at("03-02 09:00"))
    house = House("food-factory")
    client, data = entered(
        house, category="运输配送", food_safety="no", serious_use_impact="no", **SETTLED
    )
    answer = client.post(reverse("register"), data)
    assert answer.status_code == 302, answer.context["form"].errors
    case = Complaint.objects.get()
    told = dict(case.events.values_list("kind", "recorded_at"))
    assert told["plan_submitted"] == told["executed"] == told["registered"] == at("03-02 09:00")
    assert case.state == "archived"  # its service heads the department too


@pytest.mark.feature("F244")
def test_each_department_has_a_queue_of_its_own():
    loop = Loop.new()
    property_, sales = (loop.assign(loop.register(), name) for name in ("物业公司", "营销部"))
    loop.register(GROUP_OF_THREE)
    for head, own in (("duanhongwei", property_), ("sujianing", sales)):
        page = signed_in(loop.user(head)).get(reverse("case_list"), {"tab": "todo"})
        assert [row["number"] for row in page.context["rows"]] == [own.number]
    loop.accept(property_)
    case = loop.do(property_, Kind.DEPARTMENT_RESPONDED, "zhaogang", note="已联系客户")
    assert case.events.filter(kind=Kind.DEPARTMENT_RESPONDED).exists()


@pytest.mark.feature("F254")
def test_a_number_plate_finds_the_earlier_cases_of_the_vehicle():
    """A4S-24: the sheet names the vehicle; whoever brings it, its history stands beside the form."""
    house = House("auto-4s")
    client, data = entered(house, plate="云L12345", urgency="一般")
    assert client.post(reverse("register"), data).status_code == 302
    earlier = Complaint.objects.get()
    another = {"customer_name": "车主的妻子", "phone": "13811112222", "description": "异响"}
    _client, data = entered(house, plate="云L12345", urgency="一般", **another)
    answer = client.post(reverse("register_preview"), data, headers={"HX-Request": "true"})
    assert [row.number for row in answer.context["earlier"]] == [earlier.number]
    answer = client.post(
        reverse("register_preview"), data | {"plate": "云L1234"}, headers={"HX-Request": "true"}
    )
    assert answer.context["earlier"] == []
