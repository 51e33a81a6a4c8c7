"""Every list has a budget of queries, and costs the same with 5 cases as with 50."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import access_log
from complaints.lifecycle import Kind
from complaints.views import paging
from sla import tasks
from tests.complaints.sending import signed_in
from tests.engine.cases import at
from tests.loop import GROUP_OF_THREE, LATE_DELIVERY, Loop

pytestmark = pytest.mark.django_db

# Page → who looks at it (their posts ask for other rows), and what it may cost.
STAFF = ("zhoumin", "linxiaoyun", "duanhongwei", "zhaogang", "gaoyuan", "konglingyi")
PAGES = {
    "/": (STAFF, 15),
    "/cases/": (STAFF, 14),
    "/cases/?tab=todo": (("zhoumin", "zhaogang"), 14),
    "/cases/?tab=all&sort=new": (("zhoumin", "gaoyuan"), 14),
    "/cases/?find=门禁": (("zhoumin", "duanhongwei", "gaoyuan"), 21),
    "/cases/?find=门禁 李建国&tab=late": (STAFF, 21),
    "/cases/?find=物业公司": (STAFF, 21),
    "/cases/export/": (("zhoumin", "konglingyi"), 28),
    "/cases/new/": (("zhoumin",), 14),
    "/cases/new/paste/": (("zhoumin",), 13),
    "/ledger/": (("zhoumin",), 12),
    "/ledger/export/": (("zhoumin", "gaoyuan"), 14),
    "/forms/": (("luqing",), 12),
    "/board/": (("duanhongwei", "gaoyuan"), 16),
    "/board/?by=stage": (("duanhongwei",), 16),
    "/briefing/": (("gaoyuan", "linxiaoyun"), 25),
    "/reports/": (("gaoyuan", "linxiaoyun", "zhaogang"), 17),
    "/briefing/cases/?what=valid": (("gaoyuan",), 16),
    "/notices/": (("duanhongwei", "gaoyuan"), 9),
    "/admin/complaints/complaint/": (("konglingyi",), 11),
    "/admin/sla/clock/": (("konglingyi",), 10),
    "/admin/notices/notice/": (("konglingyi",), 9),
    "/audits/": (("konglingyi",), 20),
    "/audits/findings/": (("konglingyi", "duanhongwei", "gaoyuan"), 10),
    "/audits/improvements/": (("konglingyi",), 14),
    "/admin/audits/paper/": (("konglingyi",), 14),
    "/admin/audits/finding/": (("konglingyi",), 12),
    "/admin/audits/flaggedcase/": (("konglingyi",), 14),
    "/admin/accounts/accessentry/": (("konglingyi",), 10),
    "/admin/accounts/user/": (("fangzhou",), 11),
    "/admin/accounts/post/": (("fangzhou",), 11),
    "/admin/accounts/department/": (("fangzhou",), 11),
    "/admin/accounts/deputy/": (("fangzhou",), 11),
}


def more(loop: Loop, count: int) -> None:
    """Add cases in several states, departments and hands, some of them late, with log entries."""
    for number in range(count):
        facts = GROUP_OF_THREE | {"complainants": 1 + number % 4}
        case = loop.register(facts, name=f"客户{number}")
        if number % 3:
            case = loop.assign(case)
        if number % 3 > 1:
            loop.accept(case, handler=("zhaogang", "yangfan", "lisongmei")[number % 9 // 3])
        if number % 5 == 0:
            loop.register(LATE_DELIVERY, code="tobacco-2026", by="xujing")
        access_log.refused(actor=loop.user("yangfan"), case=case.pk)


def address(client, page: str) -> str:
    """Look for what stands behind `find=` first; the address of the result names the search."""
    before, looks, rest = page.partition("find=")
    if not looks:
        return page
    text, _and, others = rest.partition("&")
    result = client.post("/cases/search/", {"text": text})["Location"].partition("find=")[2]
    return f"{before}find={result}&{others}"


def cost(client, page: str) -> int:
    page = address(client, page)
    with CaptureQueriesContext(connection) as caught:
        answer = client.get(page)
        assert answer.status_code == 200, page
        assert len(b"".join(answer) if answer.streaming else answer.content) > 1000
    return len(caught)


def test_lists_cost_the_same_with_5_cases_and_with_50(clock):
    clock.set(at("03-02 09:00"))
    loop = Loop.new()
    more(loop, 5)
    clock.set(at("03-02 15:00"))
    tasks.sweep()
    clients = {by: signed_in(loop.user(by)) for who, _most in PAGES.values() for by in who}
    views = [(page, by) for page, (who, _most) in PAGES.items() for by in who]
    for page, by in views:
        clients[by].get(page)  # what is read once in a process is read now
    few = {view: cost(clients[view[1]], view[0]) for view in views}
    clock.set(at("03-02 15:01"))
    more(loop, 45)
    clock.set(at("03-02 20:00"))
    tasks.sweep()
    for client in clients.values():
        client.get("/sessions/")  # that somebody is there is noted once a minute
    many = {view: cost(clients[view[1]], view[0]) for view in views}
    assert many == few
    assert {view: n for view, n in many.items() if n > PAGES[view[0]][1]} == {}


def a_long_record(loop: Loop):
    """Return a case with forty events by several people, three plans and some thirty texts."""
    case = loop.to("resolving")
    for _round in range(3):
        loop.do(case, Kind.PLAN_SUBMITTED, "zhaogang", {"option": "进行更换"}, measures="更换")
        loop.do(case, Kind.PLAN_REJECTED, "linxiaoyun", reason="费用不清")
    for number in range(24):
        loop.do(case, Kind.NOTED, ("zhoumin", "hejia", "zhaogang")[number % 3], note="进展")
    return case


# A page of one case → who looks, and what it may cost however long its record is.
OF_A_CASE = {
    # The first one names those who look at it at the same time.
    "/cases/{number}/": (("zhoumin", "linxiaoyun", "duanhongwei", "zhaogang", "gaoyuan"), 18),
    # A form asks for the draft of it.
    "/cases/{number}/noted/": (("zhoumin", "zhaogang"), 16),
    "/cases/{number}/facts_changed/": (("zhoumin",), 17),
    "/cases/{number}/extension_asked/": (("zhaogang",), 16),
    "/admin/complaints/complaint/{pk}/change/": (("konglingyi",), 17),
}


def test_a_case_costs_the_same_with_a_short_record_and_with_a_long_one(clock):
    clock.set(at("03-02 09:00"))
    loop = Loop.new()
    short, long = loop.to("resolving"), a_long_record(loop)
    found = {}
    for page, (who, most) in OF_A_CASE.items():
        for by in who:
            client = signed_in(loop.user(by))
            _first, few, many = (
                cost(client, page.format(number=case.number, pk=case.pk))
                for case in (short, short, long)
            )
            found[page, by] = (few, many, most)
    assert {view: row for view, row in found.items() if row[0] != row[1] or row[1] > row[2]} == {}


def test_approvals_cost_the_same_with_one_signature_and_with_six(clock):
    clock.set(at("03-02 09:00"))
    loop = Loop.new()
    client, found = signed_in(loop.user("linxiaoyun")), []
    for count in (1, 5):
        for _number in range(count):
            case = loop.to("resolving")
            loop.do(case, Kind.PLAN_SUBMITTED, "zhaogang", {"option": "进行更换"}, measures="更换")
        client.get("/approvals/")
        found.append(cost(client, "/approvals/"))
    assert len(client.get("/approvals/").context["waiting"]) == 6
    assert found[0] == found[1] <= 20


def test_a_second_page_costs_as_much_as_the_first(clock):
    clock.set(at("03-02 09:00"))
    loop = Loop.new()
    for _number in range(paging.PAGE + 2):
        loop.register()
    client = signed_in(loop.user("zhoumin"))
    client.get("/cases/")
    answer = client.get("/cases/")
    older = answer.context["older"]
    assert older
    assert cost(client, f"/cases/{older}") == cost(client, "/cases/")
    assert client.get(f"/cases/{older}").content.decode().count("<tr") > 1
