"""Changing one's own password: the page has its fields, and says what is wrong with them."""

import re

import pytest
from django.urls import reverse

from tests.complaints.sending import signed_in
from tests.loop import Loop

pytestmark = pytest.mark.django_db
FIELDS = {"old_password", "new_password1", "new_password2"}


def test_the_page_asks_for_the_old_password_and_twice_for_the_new_one():
    client = signed_in(Loop.new().user("zhoumin"))
    html = client.get(reverse("password_change")).content.decode()
    assert set(re.findall(r'<input[^>]*name="(\w+)"', html)) >= FIELDS


def test_a_form_without_a_folded_part_shows_no_empty_refusal():
    client = signed_in(Loop.new().user("zhoumin"))
    html = client.post(reverse("password_change"), {}).content.decode()
    assert set(re.findall(r'<input[^>]*name="(\w+)"', html)) >= FIELDS
    assert 'class="refusal"' not in html
    assert html.count('class="error"') == len(FIELDS)
