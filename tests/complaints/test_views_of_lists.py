"""Columns and views of the list of cases: kept for a person, shared with a role, changed by who may."""

import pytest
from django.urls import reverse

from complaints.models import CaseView, ListColumns
from tests.complaints.sending import signed_in
from tests.loop import LATE_DELIVERY, Loop

pytestmark = pytest.mark.django_db

USUAL = ["number", "subject", "category", "grade", "state", "place", "due"]


@pytest.fixture
def loop() -> Loop:
    return Loop.new()


def shown(client, address="/cases/") -> list[str]:
    return list(client.get(address).context["columns"])


def names(client) -> list[str]:
    return [view.name for view in client.get("/cases/").context["views"].every]


def keep(client, name="本部逾期", filters="tab=late", share=""):
    data = {"name": name, "filters": filters, "share": share}
    return client.post(reverse("view_keep"), data)


def share(loop: Loop, role="department_head") -> str:
    return f"{loop.versions['dali-tourism'].regulation.unit_id}:{role}"


def test_columns_are_kept_for_the_person_alone(loop):
    clerk = signed_in(loop.user("zhoumin"))
    assert shown(clerk) == USUAL
    clerk.post(reverse("list_columns"), {"column": ["due", "received", "没有的列"]})
    assert shown(clerk) == ["number", "subject", "received", "due"]
    assert shown(signed_in(loop.user("hejia"))) == USUAL


def test_a_chosen_column_shows_its_value(loop):
    case = loop.register({"project": "实力北岸", "channel": "电话"} | {"category": "物业服务"})
    clerk = signed_in(loop.user("zhoumin"))
    clerk.post(reverse("list_columns"), {"column": ["project", "regulation"]})
    page = clerk.get("/cases/").content.decode()
    assert "实力北岸" in page
    assert case.version.pack.short_title in page


def test_a_view_keeps_filters_order_and_columns(loop):
    clerk = signed_in(loop.user("zhoumin"))
    clerk.post(reverse("list_columns"), {"column": ["received"]})
    address = keep(clerk, filters="tab=all&state=received&sort=due&since=2026-01-05")["Location"]
    clerk.post(reverse("list_columns"), {"column": ["due"]})
    view = CaseView.objects.get()
    assert view.filters == {
        "tab": "all", "state": "received", "sort": "due", "since": "2026-01-05",
    }  # fmt: skip
    opened = clerk.get(reverse("view_open", args=[view.pk]))
    assert opened["Location"] == address
    page = clerk.get(address)
    assert page.context["views"].now == view
    assert list(page.context["columns"]) == ["number", "subject", "received"]
    assert page.context["form"].values["state"] == "received"


def test_what_is_looked_for_is_in_no_view(loop):
    loop.register()
    clerk = signed_in(loop.user("zhoumin"))
    found = clerk.post(reverse("case_search"), {"text": "李建国"})["Location"]
    page = clerk.get(found)
    keep(clerk, filters=page.context["views"].filters + "&find=" + found.partition("find=")[2])
    view = CaseView.objects.get()
    assert view.filters.keys() <= {"tab"}


def test_an_own_view_is_nobody_else_s(loop):
    keep(signed_in(loop.user("zhoumin")), name="我的")
    view, other = CaseView.objects.get(), signed_in(loop.user("hejia"))
    assert names(other) == []
    assert other.get(reverse("view_open", args=[view.pk])).status_code == 404
    assert other.post(reverse("view_drop", args=[view.pk])).status_code == 404
    assert CaseView.objects.filter(pk=view.pk).exists()


def test_a_shared_view_is_seen_by_its_role_in_its_unit(loop):
    keep(signed_in(loop.user("linxiaoyun")), share=share(loop))
    assert names(signed_in(loop.user("duanhongwei"))) == ["本部逾期"]
    for other in ("zhaogang", "zhoumin", "taoran"):  # other roles, and a head of the other unit
        assert names(signed_in(loop.user(other))) == []


def test_a_shared_view_shows_nobody_a_case_that_is_not_theirs(loop):
    loop.register(LATE_DELIVERY, code="tobacco-2026", by="xujing")
    sales, own = loop.assign(loop.register(), "营销部"), loop.assign(loop.register())
    address = keep(signed_in(loop.user("linxiaoyun")), filters="tab=all", share=share(loop))[
        "Location"
    ]
    page = signed_in(loop.user("duanhongwei")).get(address)
    assert [row["number"] for row in page.context["rows"]] == [own.number]
    assert sales.number not in page.content.decode()


def test_who_may_not_share_keeps_a_view_of_their_own(loop):
    keep(signed_in(loop.user("zhoumin")), share=share(loop))
    assert CaseView.objects.get().role == ""
    # A head shares in their own unit alone.
    keep(signed_in(loop.user("taoran")), share=share(loop))
    assert CaseView.objects.get(owner=loop.user("taoran")).role == ""


def test_a_shared_view_is_changed_by_who_may(loop):
    keep(signed_in(loop.user("linxiaoyun")), share=share(loop, "handler"))
    view = CaseView.objects.get()
    handler, head = signed_in(loop.user("zhaogang")), signed_in(loop.user("duanhongwei"))
    columns = {"column": ["received"], "view": view.pk}
    handler.post(reverse("list_columns"), columns)
    handler.post(reverse("view_drop", args=[view.pk]))
    view.refresh_from_db()
    assert view.columns == USUAL
    assert ListColumns.objects.get(person=loop.user("zhaogang")).names == [
        "number", "subject", "received",
    ]  # fmt: skip
    # 段宏伟 is a head of the unit, but the view is not shared with heads: he does not see it.
    assert head.post(reverse("view_drop", args=[view.pk])).status_code == 404
    signed_in(loop.user("linxiaoyun")).post(reverse("view_drop", args=[view.pk]))
    assert not CaseView.objects.exists()


def test_a_hostile_filter_or_view_is_as_good_as_none(loop):
    clerk = signed_in(loop.user("zhoumin"))
    assert clerk.get("/cases/?view=abc").status_code == 200
    assert clerk.get("/cases/?view=99999999999999999999999").status_code == 200
    assert clerk.post(reverse("list_columns"), {"view": "abc"}).status_code == 302
    assert keep(clerk, name="").status_code == 302
    keep(clerk, filters="tab=没有&department=999999&sort=x")
    assert CaseView.objects.get().filters == {}


def test_the_way_to_the_ledger_is_shown_to_whom_it_opens(loop):
    for name, opens in (("zhoumin", True), ("zhaogang", False)):
        client = signed_in(loop.user(name))
        shown_there = reverse("ledger_export") in client.get("/cases/").content.decode()
        status = client.get(reverse("ledger_export")).status_code
        assert (shown_there, status != 403) == (opens, opens), name
