"""The case page: what it says of a case, and to whom it offers what."""

import re
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from complaints.lifecycle import Kind
from complaints.models import Complaint
from tests.complaints.sending import registration, signed_in
from tests.loop import Loop

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # 09:00 in China


@pytest.fixture
def loop(clock):
    clock.set(MONDAY)
    return Loop.new()


def page_of(case, user):
    return signed_in(user).get(reverse("case", args=[case.number])).content.decode()


def told(page):
    """Return the intake fields that the page shows, by label."""
    rows = re.findall(r"<dt>([^<]*)</dt>\s*<dd>([^<]*)</dd>", page)
    return {label: value.strip() for label, value in rows}


def test_answers_are_shown_in_the_words_in_which_they_were_asked(loop):
    entered = registration(loop, legal="possible", authority="yes", brand_harm="no")
    signed_in(loop.user("zhoumin")).post(reverse("register"), entered)
    shown = told(page_of(Complaint.objects.get(), loop.user("zhoumin")))
    assert shown["诉讼"] == "可能"
    assert shown["已投诉至政府部门"] == "是"
    assert shown["对品牌声誉造成重大影响"] == "否"


def test_a_corrected_fact_is_shown_as_it_is_now(loop):
    signed_in(loop.user("zhoumin")).post(reverse("register"), registration(loop))
    case = Complaint.objects.get()
    changes = {"category": "维保修类", "complainants": 12}
    loop.do(case, Kind.FACTS_CHANGED, "zhoumin", changes, reason="经核实共十二户")
    shown = told(page_of(case, loop.user("zhoumin")))
    assert (shown["投诉类别"], shown["投诉人数"]) == ("维保修类", "12")
