"""While a complaint is typed: earlier cases, similar ones, a category, and which fields apply."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints import suggesting
from complaints.models import Complaint
from tests.complaints.sending import registration, signed_in
from tests.loop import GROUP_OF_THREE, Loop

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # 09:00 in China
HTMX = {"HX-Request": "true"}


@pytest.fixture
def loop(clock):
    clock.set(MONDAY)
    return Loop.new()


def panel(loop, by="zhoumin", **changes):
    client = signed_in(loop.user(by))
    return client.post(reverse("register_preview"), registration(loop, **changes), headers=HTMX)


def numbers(rows):
    return [row.number for row in rows]


def test_earlier_cases_of_the_same_number_or_name_stand_beside_the_form(loop):
    by_phone = loop.register(name="王丽", phone="13000000001", subject="电梯异响")
    by_name = loop.register(name="李建国", phone="13999999999", subject="车位被占")
    loop.register(name="王丽", phone="13999999998", subject="绿化")
    context = panel(loop).context
    assert numbers(context["earlier"]) == [by_name.number, by_phone.number]
    told = json.loads(context["earlier"][1].fill_json)
    assert told == {
        "customer_name": "王丽",
        "phone": "13000000001",
        "room": "3-2-501",
        "project": "实力北岸",
    }


def test_a_number_that_is_still_being_typed_finds_nobody(loop):
    loop.register(name="王丽", phone="1300")
    assert panel(loop, phone="1300", customer_name="王").context["earlier"] == []


@pytest.mark.feature("F053")
def test_a_second_complaint_within_three_months_is_flagged(loop, clock):
    """AIR-04 3.2: received on 2 March, three calendar months end with 2 June (day 92)."""
    loop.register()
    clock.set(MONDAY + timedelta(days=89))
    answer = panel(loop)
    assert [row.repeat for row in answer.context["earlier"]] == [True]
    assert "三个月内" in answer.content.decode()
    clock.set(MONDAY + timedelta(days=93))
    answer = panel(loop)
    assert [row.repeat for row in answer.context["earlier"]] == [False]
    assert "三个月内" not in answer.content.decode()


def test_open_cases_about_the_same_matter_are_found_by_their_words(loop):
    same = loop.register(
        name="陈静", phone="13700000001", subject="单元门禁失灵", description="门禁两周失灵无人修复"
    )
    loop.register(name="吴芳", phone="13700000002", subject="合同条款争议", description="定金退还")
    ended = loop.register(name="郑强", phone="13700000003", subject="小区门禁长期失灵")
    loop.do(ended, "withdrawn", "zhoumin", reason="客户撤诉")
    assert numbers(panel(loop).context["similar"]) == [same.number]


def test_cases_that_one_may_not_see_are_neither_earlier_nor_similar(loop):
    """物业前台 sees what 物业公司 handles; a case that nobody has assigned yet is not theirs."""
    loop.register()
    context = panel(loop, by="yinlan", customer_name="新客", phone="13000000001").context
    assert context["earlier"] == []
    assert context["similar"] == []


def test_a_category_is_suggested_from_the_words_of_the_regulation(loop):
    """4.1.2 of 大理文旅: 工程质量 stands under 延期交楼类, which is 项目工程部's."""
    text = {"subject": "收房发现工程质量问题", "description": "墙面开裂", "category": ""}
    found = panel(loop, **text).context["suggested"]
    assert (found["name"], found["first"]) == ("延期交楼类", "项目工程部")
    assert "大理文旅 4.1.2" in found["basis"]


def test_a_category_is_suggested_from_cases_like_it(loop):
    loop.register(GROUP_OF_THREE | {"category": "维保修类"})
    found = panel(loop, category="").context["suggested"]
    assert found["name"] == "维保修类"
    assert found["because"] == ["1 件相近案件"]
    assert panel(loop).context["suggested"] is None  # one has been chosen


def test_the_suggestion_is_taken_over_without_javascript(loop):
    entered = registration(loop) | {"category": ["", "维保修类"]}
    page = signed_in(loop.user("zhoumin")).post(reverse("register_preview"), entered)
    assert page.context["form"]["category"].value() == "维保修类"
    assert not Complaint.objects.exists()


def test_only_the_fields_that_apply_are_asked_for(loop):
    """投诉处理通知单: a room, and whether it was handed over, of owners only; people of exposure only."""
    fields = json.loads(panel(loop, room="").headers["HX-Trigger"])["register:applies"]["fields"]
    of_owners = {"room": True, "handed_over": True}
    assert fields == of_owners | {"exposure_people": False, "late_reason": False}
    answer = panel(
        loop, customer_kind="目标客户", room="", legal="actual", received_at="2026-03-02T08:00"
    )
    fields = json.loads(answer.headers["HX-Trigger"])["register:applies"]["fields"]
    of_others = {"room": False, "handed_over": False}
    assert fields == of_others | {"exposure_people": True, "late_reason": True}
    kept = json.loads(panel(loop, customer_kind="目标客户").headers["HX-Trigger"])
    assert kept["register:applies"]["fields"]["room"] is True  # something stands in it


def test_who_took_it_in_is_filled_in(loop):
    page = signed_in(loop.user("zhoumin")).get(reverse("register"))
    assert page.context["form"]["receiving_department"].value() == "客户服务部"
    first = page.context["form"].groups()[0].fields
    assert [bound.name for bound in first] == [
        "channel",
        "customer_kind",
        "customer_name",
        "room",
        "phone",
        "project",
        "subject",
        "description",
        "demand",
        "category",
    ]


def test_it_costs_the_same_with_one_case_and_with_many(loop):
    client = signed_in(loop.user("zhoumin"))

    def cost():
        with CaptureQueriesContext(connection) as caught:
            client.post(reverse("register_preview"), registration(loop), headers=HTMX)
        return len(caught)

    loop.register()
    cost()
    few = cost()
    for number in range(12):
        loop.register(name=f"客户{number}")
    cost()  # the newest cases of this number are told of once, which the access log says
    assert cost() == few <= 32


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("门禁", 0.0),  # one pair says nothing
        ("单元门禁失灵", 2 / 5),  # 门禁, 失灵 of 单元 元门 门禁 禁失 失灵
        ("小区门禁长期失灵！", 1.0),
        ("绿化带枯萎", 0.0),
    ],
)
def test_texts_are_alike_by_the_pairs_of_characters_they_share(text, share):
    pairs = suggesting.pairs_of("小区 门禁 长期 失灵")
    assert suggesting.alike(pairs, text) == pytest.approx(share)
