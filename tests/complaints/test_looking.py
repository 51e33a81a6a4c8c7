"""Who is looking at a case now, and what of its course they choose to see."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.core.cache import cache
from django.urls import reverse

from complaints.lifecycle import Kind
from tests.complaints.files import PDF, sent
from tests.complaints.sending import drawn, signed_in
from tests.loop import Loop

pytestmark = pytest.mark.django_db


@pytest.fixture
def loop(clock):
    cache.clear()
    return Loop.new()


def lookers(loop, case, by) -> str:
    answer = signed_in(loop.user(by)).get(reverse("case_presence", args=[case.number]))
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", "", answer.content.decode()).split())


def test_who_looks_at_a_case_is_seen_by_those_who_may_and_for_a_short_while(loop, clock):
    case = loop.to("investigating")
    assert lookers(loop, case, "zhoumin") == ""
    assert lookers(loop, case, "zhaogang") == "正在查看：周敏"
    stranger = signed_in(loop.user("yangfan"))
    assert stranger.get(reverse("case_presence", args=[case.number])).status_code == 404
    clock.advance(timedelta(seconds=60))
    page = signed_in(loop.user("linxiaoyun")).get(reverse("case", args=[case.number]))
    assert "正在查看：周敏、赵刚" in " ".join(page.content.decode().split())
    clock.advance(timedelta(seconds=31))
    assert lookers(loop, case, "zhoumin") == "正在查看：林晓芸"


def test_whoever_keeps_out_of_a_case_is_not_named(loop):
    case = loop.to("investigating")
    lookers(loop, case, "zhaogang")
    case = loop.do(
        case, Kind.RECUSED, "zhoumin", {"person": loop.user("zhaogang").pk}, reason="本人被投诉"
    )
    assert lookers(loop, case, "zhoumin") == ""


def titles(loop, case, show="") -> list[str]:
    address = reverse("case", args=[case.number]) + (f"?show={show}" if show else "")
    page = signed_in(loop.user("zhoumin")).get(address).content.decode()
    found = re.findall(r'class="entry-title">(.*?)</p>', page, re.S)
    return [unescape(" ".join(re.sub(r"<[^>]+>", " ", one).split())) for one in found]


def test_the_course_is_filtered_and_what_is_internal_is_marked(loop):
    case = loop.register()
    case = loop.do(case, Kind.RESPONDED, "zhoumin", note="已告知受理")
    case = loop.do(case, Kind.NOTED, "zhoumin", note="客户情绪激动")
    data = {"record": "promise", "form": "书面"}
    case = loop.do(case, Kind.RECORDED, "zhoumin", data, content="补充协议")
    assert (
        drawn(loop, case, "attached", "zhoumin", files=sent("合同.pdf", PDF)).send().status_code
        == 302
    )
    everything = titles(loop, case)
    assert titles(loop, case, "note") == ["登记记录：客户所称的承诺 内部", "备注 内部"]
    assert titles(loop, case, "document") == ["上传附件：1 个文件"]
    assert titles(loop, case, "internal") == ["登记记录：客户所称的承诺 内部", "备注 内部"]
    rest = [one for one in everything if "内部" not in one and "上传附件" not in one]
    assert titles(loop, case, "event") == rest
    assert "响应客户" in rest
    assert titles(loop, case, "nonsense") == everything
