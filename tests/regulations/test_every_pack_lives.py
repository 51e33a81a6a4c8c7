"""Every pack that comes with the product can be published and worked with, not only replayed."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.models import Department, Post, Role, User
from complaints import intake
from complaints.forms.acts import FORMS
from complaints.histories import history_of, verdict_of
from complaints.lifecycle import Kind
from complaints.models import CaseEvent
from complaints.next_steps import possible, standing
from complaints.titles import event_title
from notices.models import Notice, Topic
from records import clock
from regulations import builtin
from regulations.engine.pack import RESPONSIBLE
from regulations.publishing import Signatures, publish
from tests.complaints.sending import signed_in
from tests.loop import PARTICULARS

pytestmark = pytest.mark.django_db


class House:
    """A unit that has just the departments a pack names, and somebody for everything."""

    def __init__(self, code: str):
        self.pack = builtin.pack_named(code)
        self.unit = Department.objects.create(name=f"{self.pack.short_title}单位")
        self.places = {
            term.name: Department.objects.create(name=term.name, parent=self.unit)
            for term in self.pack.departments
        }
        self.signers = four = [self.person(f"signer{n}") for n in range(4)]
        for post in self.pack.posts:
            if post.of != RESPONSIBLE:
                place = self.places.get(post.of or "", self.unit)
                self.post(four[0], place, Role.MANAGEMENT, post.name)
        text = (builtin.FOLDER / f"{code}.yaml").read_text(encoding="utf-8")
        self.version = publish(
            text, unit=self.unit, signatures=Signatures(*four), in_force=date(2026, 1, 1)
        )
        owner = self.places[self.pack.owner_department]
        self.service = self.person("service")
        self.post(self.service, owner, Role.CUSTOMER_SERVICE)
        self.post(self.service, owner, Role.DEPARTMENT_HEAD)

    def person(self, username: str) -> User:
        return User.objects.create_user(username, username, "Another-2026-secret")

    def post(self, person, department, role, title="部门负责人"):
        since = clock.now()
        Post.objects.create(
            person=person, department=department, role=role, title=title, since=since
        )

    def register(self, **facts):
        from accounts.actors import actor_of

        category = self.pack.categories[0].name if self.pack.categories else None
        known = {"category": category} if category else {}
        return intake.register(
            intake.Intake(self.version, clock.now(), known | facts, PARTICULARS),
            actor=actor_of(self.service),
        )


@pytest.fixture(params=builtin.codes())
def house(request):
    return House(request.param)


def test_it_takes_a_complaint_and_shows_it(house):
    case = house.register()
    client = signed_in(house.service)
    page = client.get(reverse("case", args=[case.number]))
    assert page.status_code == 200
    assert house.pack.short_title in page.content.decode()
    assert client.get(reverse("case_clocks", args=[case.number])).status_code == 200
    form = client.get(reverse("register"), {"regulation": house.version.regulation_id})
    body = form.content.decode()
    assert all(field.label in body for field in house.pack.intake if field.required)


def test_every_act_that_is_possible_has_a_form_that_can_be_drawn(house):
    case = house.register()
    events = list(case.events.order_by("seq"))
    verdict = verdict_of(case, history_of(events), clock.now())
    kinds = possible(standing(case, verdict, events)) & FORMS.keys()
    assert {Kind.ASSIGNED, Kind.NOTED} <= kinds
    client = signed_in(house.service)
    for kind in kinds:
        answer = client.get(reverse("case_act", args=[case.number, kind]))
        assert answer.status_code in (200, 403), kind


def send(house, case, kind, **entered):
    """Send the form of an act as customer service; return the case as it is then."""
    client = signed_in(house.service)
    page = client.get(reverse("case_act", args=[case.number, kind]))
    form = page.context["form"]
    hidden = {name: form[name].value() for name in ("key", "seen")}
    answer = client.post(reverse("case_act", args=[case.number, kind]), hidden | entered)
    assert answer.status_code == 302, answer.content.decode()
    case.refresh_from_db()
    return case


@pytest.mark.feature("F066")
def test_a_dealer_asks_whether_reason_and_demand_hold():
    house = House("dealer-policy")
    case = house.register()
    client = signed_in(house.service)
    missing = client.post(
        reverse("case_act", args=[case.number, "judged"]),
        {"key": "8c1f6a8e-5c2f-4a53-9d5e-0f5f1c1b7a10", "seen": case.event_count, "valid": "yes"},
    )
    assert missing.status_code == 422
    send(house, case, "judged", valid="yes", sufficient="yes", reasonable="no")
    told = case.events.get(kind=Kind.JUDGED).data
    assert told["answers"] == {"sufficient": True, "reasonable": False}


@pytest.mark.feature("F042")
@pytest.mark.feature("F043")
def test_an_enquiry_ends_with_its_answer():
    house = House("tobacco-marketing")
    case = house.register(kind="咨询")
    case = send(house, case, "responded", note="已电话答复")
    case = send(house, case, "answered", answer="订货时间为每周二。")
    assert case.state == "answered"
    assert not case.clocks.filter(state="overdue").exists()


@pytest.mark.feature("F063")
def test_a_large_claim_waits_for_its_three_checks():
    house = House("general-enterprise")
    case = house.register(amount="5000.01")
    for check in ("GEN-26", "GEN-27"):
        case = send(house, case, "verified", check=check, passed="yes")
    verdict = verdict_of(case, history_of(case.events.order_by("seq")), clock.now())
    open_checks = {gate.source[0] for gate in verdict.gates if gate.what == "verification"}
    assert open_checks == {"GEN-29"}


@pytest.mark.feature("F025")
def test_a_first_contact_without_an_expected_time_is_refused():
    house = House("food-factory")
    case = house.register()
    form = {"key": "8c1f6a8e-5c2f-4a53-9d5e-0f5f1c1b7a11", "seen": case.event_count}
    page = reverse("case_act", args=[case.number, "responded"])
    assert signed_in(house.service).post(page, form).status_code == 422
    send(house, case, "responded", expected_at="2026-12-01T18:00")
    assert case.events.filter(kind=Kind.RESPONDED).count() == 1


@pytest.mark.feature("F091")
def test_an_urgent_food_complaint_tells_the_departments_in_the_same_request():
    """三1.3 of food-factory: food safety makes it urgent, and the urgent procedure starts at once."""
    house = House("food-factory")
    head = house.person("quality")
    house.post(head, house.places["质量控制部门"], Role.DEPARTMENT_HEAD)
    case = house.register(category="产品质量", food_safety=True)
    told = Notice.objects.filter(case=case, topic=Topic.REPORT, data__to="质量控制部门")
    assert told.filter(recipient=head).exists()
    assert told.first().created_at == case.events.get(kind=Kind.REGISTERED).recorded_at


@pytest.mark.feature("F156")
def test_what_is_registered_is_in_the_list_of_the_deputy_manager():
    """5.1.1 of qe-manufacturing: registered complaints are reported to 营销部副总经理."""
    house = House("qe-manufacturing")
    case = house.register()
    deputy = User.objects.get(username="signer0")
    page = signed_in(deputy).get(reverse("case_list"))
    assert case.number in page.content.decode()
    assert Notice.objects.filter(recipient=deputy, topic=Topic.REPORT, data__to="营销副总").exists()


@pytest.mark.feature("F248")
def test_the_page_compares_what_the_customer_expects_with_our_due_time():
    """一(二) of general-enterprise: the form asks for 预期时限; ours stands beside it."""
    house = House("general-enterprise")
    early = (clock.now() + timedelta(hours=1)).isoformat()
    late = (clock.now() + timedelta(days=60)).isoformat()
    for expected, words in ((early, "比客户期望晚"), (late, "不晚于客户期望")):
        case = house.register(expected_by=expected, urgency="常规")
        page = signed_in(house.service).get(reverse("case", args=[case.number]))
        assert words in page.content.decode()


@pytest.mark.feature("F167")
def test_a_follow_up_is_due_in_48_hours_and_keeps_its_method():
    """四.6 (GEN-45): within 48 hours, by telephone, message or mail in this order."""
    house = House("general-enterprise")
    case = house.register()
    due = case.clocks.get(stage="followup")
    assert due.due_at - due.started_at == timedelta(hours=48)
    verdict = verdict_of(case, history_of(case.events.order_by("seq")), clock.now())
    drawn = FORMS[Kind.FOLLOWED_UP](case=case, verdict=verdict, actor=None)
    words = [word for word, _label in drawn.fields["method"].choices]
    assert words == ["", "电话", "短信", "邮件", "上门"]
    passage = {"satisfaction": "满意", "method": "短信"}
    event = CaseEvent(kind=Kind.FOLLOWED_UP, data=passage)
    assert event_title(event, house.pack) == "回访：满意（短信）"
