"""Settled on the spot: one form, every stage in the record, nobody's signature skipped."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from complaints.lifecycle import Kind
from complaints.models import Complaint
from tests.complaints.sending import registration, signed_in
from tests.loop import LATE_DELIVERY, Loop
from tests.regulations.test_every_pack_lives import House

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # 09:00 in China
SETTLED = {
    "settled": "on",
    "settled_result": "当面致歉并重新调试，客户认可。",
    "settled_form": "written",
    "settled_satisfaction": "满意",
}


def entered(house, **changes):
    """Return the filled-in registration of a pack: the first choice of each required field."""
    client = signed_in(house.service)
    page = client.get(reverse("register"), {"regulation": house.version.regulation_id})
    form = page.context["form"]
    data = {"regulation": house.version.regulation_id, "key": form["key"].value()}
    for field in house.pack.intake:
        if field.required:
            choices = [value for value, _label in getattr(form.fields[field.key], "choices", [])]
            data[field.key] = next((value for value in choices if value), "13000000001")
    data["received_at"] = f"{form['received_at'].value():%Y-%m-%dT%H:%M}"
    return client, data | changes


@pytest.mark.feature("F057")
def test_what_the_manager_settles_on_site_is_closed_with_its_result(clock):
    """三3, 四1.1.1 of auto-4s: neither handed over nor put on a sheet, logged in one step."""
    clock.real()
    house = House("auto-4s")
    house.post(house.service, house.places["客户部"], "management", "总经理")
    client, form = entered(house, urgency="一般", seen=["A4S-06"], **SETTLED)
    answer = client.post(reverse("register"), form)
    assert answer.status_code == 302, answer.context["form"].errors
    case = Complaint.objects.get()
    assert case.state == "archived"
    kinds = list(case.events.order_by("seq").values_list("kind", flat=True))
    assert kinds[:3] == ["received", "registered", "assigned"]
    assert kinds[-2:] == ["closed", "archived"]
    assert not case.clocks.filter(stage__in=["transfer", "dispatch"]).exists()
    assert case.texts.filter(purpose="result", body__contains="重新调试").exists()


def test_every_stage_stands_in_the_record_in_one_transaction(clock):
    clock.set(MONDAY)
    loop = Loop.new()
    form = registration(loop) | SETTLED
    form |= {
        "product": "硬盒卷烟",
        "region": "青石街片区",
        "regulation": loop.versions["tobacco-2026"].regulation_id,
        "channel": "热线",
        "customer_kind": "零售终端",
        "category": "服务类",
    } | LATE_DELIVERY
    answer = signed_in(loop.user("xujing")).post(reverse("register"), form)
    assert answer.status_code == 302
    told = list(Complaint.objects.get().events.order_by("seq").values_list("kind", "state"))
    assert told == [
        ("received", "received"),
        ("registered", "received"),
        ("responded", "received"),
        ("assigned", "assigned"),
        ("accepted", "investigating"),
        ("investigated", "resolving"),
        ("plan_submitted", "resolving"),
        ("executed", "resolving"),
        ("result_returned", "feedback"),
        ("customer_informed", "feedback"),
        ("followed_up", "review"),
    ]


def test_what_the_regulation_has_signed_by_others_is_refused_with_its_clause(clock):
    """大理文旅 has plans approved: a clerk alone cannot settle three neighbours' complaint."""
    clock.set(MONDAY)
    loop = Loop.new()
    answer = signed_in(loop.user("zhoumin")).post(reverse("register"), registration(loop) | SETTLED)
    assert answer.status_code == 409
    said = " ".join(answer.context["form"].non_field_errors())
    assert "尚缺" in said
    assert "大理文旅" in said
    assert not Complaint.objects.exists()
    assert answer.context["form"]["settled_result"].value() == SETTLED["settled_result"]


def test_an_enquiry_is_answered_in_the_same_form(clock):
    clock.real()
    house = House("tobacco-marketing")
    client, form = entered(house, kind="咨询", settled="on", settled_result="订货时间为每周二。")
    answer = client.post(reverse("register"), form)
    assert answer.status_code == 302, answer.context["form"].errors
    case = Complaint.objects.get()
    assert case.state == "answered"
    assert case.texts.filter(purpose="answer", body="订货时间为每周二。").exists()
    assert not case.clocks.filter(state__in=["running", "overdue"]).exists()


def test_a_result_is_asked_for_and_a_moment_between_receipt_and_now(clock):
    clock.set(MONDAY)
    loop = Loop.new()
    form = registration(loop) | {"settled": "on", "settled_at": "2026-03-02T08:30"}
    answer = signed_in(loop.user("zhoumin")).post(reverse("register"), form)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"settled_result", "settled_at", "late_reason"}


def test_without_the_tick_nothing_is_settled(clock):
    clock.set(MONDAY)
    loop = Loop.new()
    form = registration(loop) | SETTLED
    del form["settled"]
    signed_in(loop.user("zhoumin")).post(reverse("register"), form)
    kinds = set(Complaint.objects.get().events.values_list("kind", flat=True))
    assert kinds == {Kind.RECEIVED, Kind.REGISTERED}
