"""The lists of audits cost the same with one paper and finding as with many."""

from datetime import date
from decimal import Decimal

import pytest

from audits import papers as work
from audits import sampling
from audits.models import Paper
from tests.audits.house import finding, judged, plan
from tests.complaints.sending import signed_in
from tests.loop import Loop
from tests.penalties.house import stand
from tests.test_query_budgets import cost

pytestmark = pytest.mark.django_db

PAGES = {
    "/audits/": 24,
    "/audits/findings/?state=all": 10,
    "/audits/improvements/": 14,
    "/admin/audits/paper/": 13,
    "/admin/audits/finding/": 12,
    "/admin/audits/plan/": 11,
}


def more(loop: Loop, count: int) -> None:
    """Audit a second quarter, with a finding on each of its cases and papers that wait."""
    for _case in range(count):
        loop.to("archived")
    stand("07-01 09:00")
    row = plan(loop, first=date(2026, 4, 1), share=Decimal(1))
    draw = sampling.draw_plan(row.pk, actor=loop.actor("konglingyi"))
    Paper.objects.filter(sample__draw=draw).update(auditor=loop.user("konglingyi"))
    for paper in Paper.objects.filter(sample__draw=draw)[: count - 2]:
        judged(loop, paper, faults=[1, 2])
        work.submit(paper.pk, actor=loop.actor("konglingyi"))
        work.approve(paper.pk, actor=loop.actor("qinmo"))


def test_lists_of_audits_cost_the_same_however_many_there_are(clock):
    loop = Loop.new()
    finding(loop)
    client = signed_in(loop.user("konglingyi"))
    for page in PAGES:
        client.get(page)
    few = {page: cost(client, page) for page in PAGES}
    more(loop, 6)
    client.get("/sessions/")  # that somebody is there is noted once a minute
    many = {page: cost(client, page) for page in PAGES}
    assert many == few
    assert {page: n for page, n in many.items() if n > PAGES[page]} == {}
