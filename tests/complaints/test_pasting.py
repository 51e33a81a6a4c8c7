"""Several complaints pasted from a sheet: a line each, all or nothing, faults by line."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.urls import reverse

from complaints.models import Complaint
from tests.complaints.sending import signed_in
from tests.loop import Loop

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # 09:00 in China
TITLES = "投诉渠道 客户类型 客户姓名 物业房号 联系电话 项目名称 投诉主题 问题描述 客户要求 投诉类别 投诉人数"
LINES = (
    "电话 业主 李建国 3-2-501 13000000001 实力北岸 门禁失灵 门禁失灵两周 修复 物业服务 3",
    "来访 其他接触对象 王丽  13000000002 实力北岸 电梯异响 上行异响 检修 维保修类 1",
)


@pytest.fixture
def loop(clock):
    clock.set(MONDAY)
    return Loop.new()


def sheet(*lines, titles=TITLES):
    return "\n".join("\t".join(line.split(" ")) for line in (titles, *lines))


def send(loop, rows, key=None, by="zhoumin"):
    data = {
        "key": str(key or uuid4()),
        "regulation": loop.versions["dali-tourism"].regulation_id,
        "rows": rows,
    }
    return signed_in(loop.user(by)).post(reverse("register_paste"), data)


def test_each_line_becomes_a_case_with_a_number_of_its_own(loop):
    assert send(loop, sheet(*LINES)).status_code == 302
    cases = Complaint.objects.order_by("pk")
    assert [case.number for case in cases] == ["DL2026030001", "DL2026030002"]
    assert [case.grade for case in cases] == ["重大投诉", "一般投诉"]  # three neighbours, one
    assert [case.particulars.name for case in cases] == ["李建国", "王丽"]
    facts = cases[0].events.get(kind="received").data["facts"]
    assert facts["receiving_department"] == "客户服务部"  # the clerk's own
    assert facts["complainants"] == 3


def test_one_bad_line_and_nothing_is_registered(loop):
    bad = "短信 业主 赵明  13000000003 实力北岸 噪音 夜间施工 停工 物业服务 多人"
    answer = send(loop, sheet(*LINES, bad))
    assert answer.status_code == 422
    assert not Complaint.objects.exists()
    faults = {(fault.line, fault.column) for fault in answer.context["form"].faults}
    assert faults == {(4, "投诉渠道"), (4, "物业房号"), (4, "投诉人数")}
    page = answer.content.decode()
    assert "投诉处理通知单" in page
    assert "赵明" in page  # nothing pasted is lost


def test_an_unknown_heading_is_named(loop):
    answer = send(loop, sheet(LINES[0], titles=TITLES.replace("客户姓名", "姓名")))
    assert answer.status_code == 422
    assert "没有这样的栏目：姓名" in str(answer.context["form"].errors["rows"])


def test_the_same_paste_twice_is_registered_once(loop):
    key = uuid4()
    assert send(loop, sheet(*LINES), key).status_code == 302
    assert send(loop, sheet(*LINES), key).status_code == 302
    assert Complaint.objects.count() == 2


@pytest.mark.parametrize("rows", ["", TITLES])
def test_a_paste_without_a_complaint_is_refused(loop, rows):
    assert send(loop, rows).status_code == 422


def test_a_line_with_more_cells_than_headings_is_named(loop):
    answer = send(loop, sheet(LINES[0] + " 多余"))
    assert [(f.line, f.words) for f in answer.context["form"].faults] == [(2, "比标题多出 1 格")]
