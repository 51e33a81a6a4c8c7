"""The registration page: what it asks for, what it says is wrong, and what comes of it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localtime

from complaints.models import Complaint
from tests.complaints.sending import registration, signed_in
from tests.loop import Loop

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # 09:00 in China


@pytest.fixture
def loop(clock):
    clock.set(MONDAY)
    return Loop.new()


def send(loop, **changes):
    return signed_in(loop.user("zhoumin")).post(reverse("register"), registration(loop, **changes))


def an_hour_ago():
    return f"{localtime(MONDAY - timedelta(hours=1)):%Y-%m-%dT%H:%M}"


def test_an_earlier_receipt_is_asked_for_its_reason_in_a_field_of_the_page(loop):
    answer = send(loop, received_at=an_hour_ago())
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'name="late_reason"' in page
    assert "补录较早收到的投诉须写明原因。" in page


def test_an_earlier_receipt_with_its_reason_is_registered_with_that_moment(loop):
    answer = send(loop, received_at=an_hour_ago(), late_reason="前台手写登记后补录")
    assert answer.status_code == 302
    assert Complaint.objects.get().received_at == MONDAY - timedelta(hours=1)


@pytest.mark.parametrize(
    ("field", "length", "limit"), [("customer_name", 101, 100), ("phone", 65, 64)]
)
def test_a_value_longer_than_its_place_is_refused_at_its_field(loop, field, length, limit):
    answer = send(loop, **{field: "9" * length})
    assert answer.status_code == 422
    assert f"{limit}" in str(answer.context["form"].errors[field])
    assert not Complaint.objects.exists()
