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


def test_what_a_password_must_be_like_stands_where_its_field_points():
    client = signed_in(Loop.new().user("zhoumin"))
    html = client.get(reverse("password_change")).content.decode()
    [asked] = re.findall(r'<p class="help" id="id_new_password1_helptext">(.*?)</p>', html, re.S)
    lines = asked.split("<br>")
    assert "密码最多 128 个字符。" in lines
    assert all(lines)


def test_a_refused_form_names_the_fields_to_mend():
    client = signed_in(Loop.new().user("zhoumin"))
    html = client.post(reverse("password_change"), {}).content.decode()
    assert set(re.findall(r'<input[^>]*name="(\w+)"', html)) >= FIELDS
    refusal = html.split('class="refusal"')[1].split("</div>\n  </div>")[0]
    assert all(f'href="#id_{name}"' in refusal for name in FIELDS)
    assert html.count('class="error"') == len(FIELDS)
