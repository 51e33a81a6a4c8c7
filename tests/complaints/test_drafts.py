"""What is typed into a registration is kept: for its writer alone, until it was sent or is old."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from complaints import drafts, tasks
from complaints.models import Complaint, Draft
from tests.complaints.sending import registration, signed_in
from tests.loop import Loop

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # 09:00 in China
HTMX = {"HX-Request": "true"}


@pytest.fixture
def loop(clock):
    clock.set(MONDAY)
    return Loop.new()


def typed(loop, **changes):
    """Return a registration in the middle: without the customer's demand."""
    return registration(loop) | {"demand": "", "customer_name": "金丝雀"} | changes


def type_in(client, entered):
    return client.post(reverse("register_preview"), entered, headers=HTMX)


def restored(client, **query):
    page = client.get(reverse("register"), query)
    return {bound.name: bound.value() for bound in page.context["form"]}


def test_what_was_typed_is_there_again_when_the_page_is_opened_anew(loop):
    client, entered = signed_in(loop.user("zhoumin")), typed(loop)
    assert "草稿已保存 2026-03-02 09:00" in type_in(client, entered).content.decode()
    again = restored(client)
    assert (again["customer_name"], again["phone"]) == ("金丝雀", "13000000001")
    assert str(again["key"]) == entered["key"]
    page = client.get(reverse("register")).content.decode()
    assert "已恢复 2026-03-02 09:00 保存" in page
    assert "大理文旅 8.1 重大" in page  # what it leads to is there at once
    assert 'role="alert"' not in page  # nothing is held against what is not finished


def test_a_draft_is_its_writers_alone(loop):
    type_in(signed_in(loop.user("zhoumin")), typed(loop))
    colleague = signed_in(loop.user("hejia"))
    assert restored(colleague)["customer_name"] is None
    theirs = Draft.objects.get().key
    assert restored(colleague, draft=str(theirs))["customer_name"] is None
    colleague.post(reverse("register_drop"), {"key": str(theirs)})
    assert Draft.objects.filter(key=theirs).exists()
    type_in(colleague, typed(loop, key=str(theirs), customer_name="别人"))
    assert restored(signed_in(loop.user("zhoumin")))["customer_name"] == "金丝雀"


def test_the_row_alone_does_not_show_what_was_typed(loop, settings):
    type_in(signed_in(loop.user("zhoumin")), typed(loop))
    assert "金丝雀".encode() not in bytes(Draft.objects.get().sealed)
    settings.SECRET_KEY = "another"
    assert drafts.of(loop.user("zhoumin")) == []


def test_a_registration_that_is_taken_leaves_no_draft(loop):
    client, entered = signed_in(loop.user("zhoumin")), typed(loop)
    type_in(client, entered)
    assert client.post(reverse("register"), entered | {"demand": "修复"}).status_code == 302
    assert not Draft.objects.exists()
    type_in(client, entered)  # an answer that was still on its way
    assert not Draft.objects.exists()


def test_a_registration_that_is_refused_keeps_everything(loop):
    client = signed_in(loop.user("zhoumin"))
    answer = client.post(reverse("register"), typed(loop))
    assert answer.status_code == 422
    assert answer.context["form"]["customer_name"].value() == "金丝雀"
    assert restored(client)["customer_name"] == "金丝雀"


@pytest.mark.parametrize("page", ["register", "register_preview"])
def test_a_session_that_ran_out_loses_nothing(loop, page):
    client = signed_in(loop.user("zhoumin"))
    entered = typed(loop)
    ticket = drafts.ticket(loop.user("zhoumin"), entered["key"])
    client.cookies.clear()
    answer = client.post(reverse(page), entered | {"ticket": ticket})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/?next=/cases/new/")
    assert "金丝雀" not in answer["Location"]
    assert not Complaint.objects.exists()
    assert restored(signed_in(loop.user("zhoumin")))["customer_name"] == "金丝雀"


def test_somebody_who_types_on_is_told_that_the_session_ran_out(loop):
    entered = typed(loop)
    ticket = drafts.ticket(loop.user("zhoumin"), entered["key"])
    answer = type_in(Client(), entered | {"ticket": ticket})
    assert answer.status_code == 200
    assert "登录已过期" in answer.content.decode()


def test_the_page_carries_a_ticket_for_its_own_form(loop):
    page = signed_in(loop.user("zhoumin")).get(reverse("register"))
    key = page.context["form"]["key"].value()
    assert drafts.holder(page.context["ticket"], key) == loop.user("zhoumin").pk


@pytest.mark.parametrize("wrong", ["forged", "of another form", "old", "none"])
def test_without_a_ticket_of_this_form_nothing_is_kept(loop, wrong, monkeypatch):
    entered = typed(loop)
    tickets = {
        "forged": drafts.ticket(loop.user("zhoumin"), entered["key"]) + "x",
        "of another form": drafts.ticket(loop.user("zhoumin"), uuid4()),
        "old": drafts.ticket(loop.user("zhoumin"), entered["key"]),
        "none": "",
    }
    if wrong == "old":
        monkeypatch.setattr(drafts, "TICKET_LASTS", timedelta(seconds=-1))
    Client().post(reverse("register"), entered | {"ticket": tickets[wrong]})
    assert not Draft.objects.exists()


def test_a_draft_that_nobody_comes_back_for_goes_after_a_week(loop, clock):
    type_in(signed_in(loop.user("zhoumin")), typed(loop))
    clock.set(MONDAY + timedelta(days=7) - timedelta(seconds=1))
    assert tasks.forget() == 0
    clock.set(MONDAY + timedelta(days=7))
    assert restored(signed_in(loop.user("zhoumin")))["customer_name"] is None
    assert tasks.forget() == 1


def test_a_page_on_which_nothing_was_typed_leaves_no_draft(loop):
    client = signed_in(loop.user("zhoumin"))
    form = client.get(reverse("register")).context["form"]
    drawn = {bound.html_name: bound.value() for bound in form if bound.value() is not None}
    drawn |= {"received_at": "2026-03-02T09:00", "settled": "on"}
    type_in(client, drawn)
    assert not Draft.objects.exists()


def test_two_forms_at_once_are_two_drafts_and_one_can_be_dropped(loop, clock):
    client = signed_in(loop.user("zhoumin"))
    type_in(client, typed(loop))
    clock.advance(timedelta(minutes=1))
    second = typed(loop, customer_name="第二位")
    type_in(client, second)
    page = client.get(reverse("register"))
    assert page.context["form"]["customer_name"].value() == "第二位"
    assert [one["at"] for one in page.context["others"]] == ["2026-03-02 09:00"]
    answer = client.post(reverse("register_drop"), {"key": second["key"]})
    assert answer["Location"] == "/cases/new/?new=1"
    assert client.get(answer["Location"]).context["form"]["customer_name"].value() is None
    assert restored(client)["customer_name"] == "金丝雀"
