"""Every deadline of a case says how it was counted: the day, the clause, the other readings."""

from datetime import datetime

import pytest
from django.urls import reverse

from regulations.engine.calendar import SHANGHAI
from tests.complaints.sending import signed_in
from tests.loop import Loop

pytestmark = pytest.mark.django_db


@pytest.mark.feature("F014")
def test_the_page_shows_each_day_that_counted_and_the_clause(clock):
    """24 hours from Friday 6 March 17:30, holidays deferred: 6.5 h, no Saturday, no Sunday, 17.5 h."""
    clock.set(datetime(2026, 3, 6, 17, 30, tzinfo=SHANGHAI))
    loop = Loop.new()
    case = loop.register()
    client = signed_in(loop.user("zhoumin"))
    page = client.get(reverse("case_clocks", args=[case.number])).content.decode()
    assert 'id="response-cap:1:1"' in page
    assert "2026-03-06 开放日 计6小时30分" in page
    assert "2026-03-07 休息日 计0" in page
    assert "2026-03-09 开放日 计17小时30分" in page
    assert "大理文旅 4.1.1" in page
    assert f"{reverse('case_clocks', args=[case.number])}#response-cap:1:1" in (
        client.get(reverse("case", args=[case.number])).content.decode()
    )


def test_another_department_finds_no_page():
    loop = Loop.new()
    case = loop.register()
    page = reverse("case_clocks", args=[case.number])
    assert signed_in(loop.user("sujianing")).get(page).status_code == 404
