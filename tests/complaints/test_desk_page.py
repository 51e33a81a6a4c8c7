"""The desk: nothing on it leads where the person may not go."""

import re

import pytest
from django.urls import reverse

from tests.complaints.sending import signed_in
from tests.loop import Loop

pytestmark = pytest.mark.django_db


# Somebody of each role.
PEOPLE = (
    "zhoumin", "linxiaoyun", "zhaogang", "gaoyuan", "konglingyi", "tangxue", "luqing", "fangzhou",
)  # fmt: skip


def test_no_link_and_no_form_of_a_desk_is_refused():
    loop = Loop.new()
    loop.assign(loop.register())
    for username in PEOPLE:
        client = signed_in(loop.user(username))
        page = client.get(reverse("desk")).content.decode()
        searches = re.findall(r'<form[^>]*action="([^"]+)"[^>]*method="get"', page)
        links = set(re.findall(r'<a[^>]*href="(/[^"]*)"', page))
        for address in {*links, *searches}:
            answer = client.get(address.replace("&amp;", "&"))
            assert answer.status_code == 200, f"{username}: {address}"
