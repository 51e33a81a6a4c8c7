"""Posts in the admin: from when to when, in the time of the house."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from accounts.models import Post, Role
from tests.complaints.sending import signed_in
from tests.loop import Loop


@pytest.mark.django_db
def test_an_administrator_gives_somebody_a_post_from_a_moment_on():
    loop = Loop.new()
    client = signed_in(loop.user("fangzhou"))
    entered = {
        "person": loop.user("yangfan").pk,
        "department": loop.department("物业公司").pk,
        "title": "客服专员",
        "role": Role.CUSTOMER_SERVICE,
        "since": "2026-03-02T09:00",
        "until": "",
    }
    answer = client.post(reverse("admin:accounts_post_add"), entered)
    assert answer.status_code == 302
    assert Post.objects.get(title="客服专员", person=loop.user("yangfan")).since == datetime(
        2026, 3, 2, 1, 0, tzinfo=UTC
    )
