"""A person chooses channels; the bell keeps itself up to date."""

import pytest
from django.urls import reverse

from notices.models import OF_STAFF, Channel, Muted, Topic
from tests.complaints.sending import signed_in
from tests.loop import Loop

pytestmark = pytest.mark.django_db


def test_what_is_not_ticked_is_muted(clock):
    loop = Loop.new()
    client = signed_in(loop.user("duanhongwei"))
    page = reverse("notice_settings")
    assert client.get(page).content.decode().count("checked") == 2 * len(OF_STAFF)
    ticked = {f"{topic}-{channel}": "on" for topic in Topic for channel in ("email", "sms")}
    del ticked["assigned-email"]
    assert client.post(page, ticked).status_code == 302
    rows = Muted.objects.values_list("person__username", "topic", "channel")
    assert list(rows) == [("duanhongwei", Topic.ASSIGNED, Channel.EMAIL)]
    assert client.get(page).content.decode().count("checked") == 2 * len(OF_STAFF) - 1


def test_the_bell_counts_without_a_reload(clock, django_assert_max_num_queries):
    loop = Loop.new()
    client = signed_in(loop.user("duanhongwei"))
    assert 'class="count"' not in client.get(reverse("notice_badge")).content.decode()
    loop.assign(loop.register())
    answer = client.get(reverse("notice_badge"))
    assert '<b class="count">1</b>' in answer.content.decode()
    assert "every 30s" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
