"""The page on which people change their own password."""

import pytest
from django.urls import reverse

from tests.complaints.sending import signed_in
from tests.loop import Loop

pytestmark = pytest.mark.django_db


def test_the_page_has_its_fields_and_says_what_is_wrong_with_them():
    client = signed_in(Loop.new().user("zhoumin"))
    page = client.get(reverse("password_change")).content.decode()
    for name in ("old_password", "new_password1", "new_password2"):
        assert f'name="{name}"' in page
    entered = {"old_password": "not-this", "new_password1": "Another-2026", "new_password2": "no"}
    page = client.post(reverse("password_change"), entered).content.decode()
    assert 'href="#id_old_password"' in page
    assert 'id="id_old_password_error"' in page
