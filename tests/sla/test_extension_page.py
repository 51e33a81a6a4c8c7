"""An extension on the page: how often and until when, and no order from outside among the choices."""

import pytest
from django.urls import reverse

from complaints.lifecycle import Kind
from tests.complaints.sending import signed_in
from tests.engine.cases import at
from tests.loop import Loop

pytestmark = pytest.mark.django_db


def test_each_grant_is_shown_with_its_count(clock):
    """8.2: a 重大投诉 is extended by 分管副总; twice is shown as twice."""
    clock.set(at("03-02 09:00"))
    loop = Loop.new()
    case = loop.accept(loop.assign(loop.register()))
    for day, until in (("03-03 10:00", "2026-03-12"), ("03-04 11:00", "2026-03-14")):
        clock.set(at(day))
        asked = {"source": "DALI-117", "stage": "close", "until": f"{until}T18:00:00+08:00"}
        loop.do(case, Kind.EXTENSION_ASKED, "zhaogang", asked, reason="等待配件")
        case = loop.do(case, Kind.EXTENDED, "chenglixin", asked, reason="配件在途")
    page = signed_in(loop.user("zhoumin")).get(reverse("case", args=[case.number]))
    text = page.content.decode()
    # A due time of a clock in days is 24:00 of its day.
    assert "第1次延期：2026-03-03 10:00 批准至 2026-03-12 24:00" in text
    assert "第2次延期：2026-03-04 11:00 批准至 2026-03-14 24:00" in text


def test_nobody_extends_an_order_from_outside(clock):
    clock.set(at("03-02 09:00"))
    loop = Loop.new()
    case = loop.accept(loop.assign(loop.register()))
    order = {"sender": "hotline", "due_at": "2026-03-04T18:00:00+08:00"}
    loop.do(case, Kind.ORDER_RECEIVED, "zhoumin", order, number="1号", content="请答复")
    page = signed_in(loop.user("zhaogang")).get(
        reverse("case_act", args=[case.number, Kind.EXTENSION_ASKED])
    )
    keys = [key for key, _words in page.context["form"].fields["clock"].choices]
    assert "close:1:1" in keys
    assert not [key for key in keys if key.startswith("outside")]
