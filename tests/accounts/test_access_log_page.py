"""The access log in the admin: to read, never to write."""

import pytest
from django.urls import reverse

from tests.complaints.sending import signed_in
from tests.loop import Loop


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["fangzhou", "konglingyi"])
def test_nobody_adds_an_entry_to_the_access_log_by_hand(who):
    client = signed_in(Loop.new().user(who))
    assert client.get(reverse("admin:accounts_accessentry_changelist")).status_code == 200
    assert client.get(reverse("admin:accounts_accessentry_add")).status_code == 403
