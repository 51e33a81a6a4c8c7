"""INV-39 at the desk: that a complainant was told of the use of their data is recorded, in which version and how."""

import pytest
from django.urls import reverse

from complaints.models import Complaint
from complaints.notice import VERSION
from tests.complaints.sending import registration, signed_in
from tests.engine.cases import at
from tests.loop import Loop

pytestmark = pytest.mark.django_db


@pytest.fixture
def loop(clock):
    clock.set(at("03-02 09:00"))
    return Loop.new()


def registered(loop, **entered):
    return signed_in(loop.user("zhoumin")).post(reverse("register"), registration(loop, **entered))


def test_purpose_kinds_retention_and_rights_are_on_the_page_to_be_told(loop):
    page = signed_in(loop.user("zhoumin")).get(reverse("register")).content.decode()
    for words in (
        "受理、处理、回访本次投诉",
        "客户姓名、物业房号、联系电话",
        "36个月",
        "查阅、复制、更正、删除",
    ):
        assert words in page


def test_inv_39_the_version_of_the_notice_and_how_it_was_told_are_in_the_first_event(loop):
    assert registered(loop, notice="told").status_code == 302
    case = Complaint.objects.get()
    assert case.events.first().data["notice"] == {"version": VERSION, "how": "told"}
    page = signed_in(loop.user("zhoumin")).get(reverse("case", args=[case.number]))
    assert f"已口头告知（第{VERSION}版）" in page.content.decode()


def test_inv_39_what_was_not_told_is_not_claimed(loop):
    assert registered(loop).status_code == 302
    assert Complaint.objects.get().events.first().data["notice"]["how"] == "later"
    assert registered(loop, notice="whatever").status_code == 422


def test_inv_39_under_fourteen_nothing_is_registered_without_a_guardians_consent(loop):
    answer = registered(loop, notice="told", minor="on")
    assert answer.status_code == 422
    assert "监护人同意" in answer.content.decode()
    assert not Complaint.objects.exists()
    assert registered(loop, notice="told", minor="on", guardian="on").status_code == 302
    assert Complaint.objects.get().events.first().data["notice"] == {
        "version": VERSION, "how": "told", "minor": True, "guardian": True,
    }  # fmt: skip
