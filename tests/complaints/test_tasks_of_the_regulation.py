"""What the regulation wants done beside the loop: on the page, told to its post, recorded once."""

import pytest
from django.urls import reverse

from complaints.lifecycle import Kind
from complaints.refusals import Refused
from notices.models import Notice, Topic
from tests.complaints.sending import signed_in
from tests.engine.cases import at
from tests.loop import GROUP_OF_THREE, Loop

pytestmark = pytest.mark.django_db


@pytest.fixture
def loop(clock) -> Loop:
    clock.set(at("03-02 09:00"))
    return Loop.new()


def page_of(loop, case, by="linxiaoyun") -> str:
    answer = signed_in(loop.user(by)).get(reverse("case", args=[case.number]))
    return answer.content.decode()


def owed() -> set[tuple[str, str]]:
    rows = Notice.objects.filter(topic=Topic.OWED, channel="in_app")
    return set(rows.values_list("data__task", "recipient__username"))


@pytest.mark.feature("F196")
def test_a_major_case_shows_the_report_that_is_missing_and_then_its_record(loop, clock):
    """6.1.2 末: a 重大投诉 of this kind is reported to the meeting or the general manager."""
    case = loop.register(GROUP_OF_THREE)
    assert owed() == {("报公司运营会议或总经理", "linxiaoyun")}
    page = page_of(loop, case)
    assert "报公司运营会议或总经理 · 客服部负责人" in page
    assert "未办" in page
    clock.set(at("03-02 10:00"))
    done = {"task": "management_report"}
    case = loop.do(case, Kind.TASK_DONE, "linxiaoyun", done, result="已报3月2日运营例会")
    page = page_of(loop, case)
    assert "已办 2026-03-02 10:00" in page
    assert "已报3月2日运营例会" in page
    assert "未办" not in page


@pytest.mark.feature("F200")
def test_a_danger_gives_the_property_company_a_task(loop):
    """5.4.4: emergency measures as soon as known."""
    case = loop.register(GROUP_OF_THREE | {"complainants": 1, "safety_risk": True})
    assert ("立即采取应急措施", "duanhongwei") in owed()
    assert "立即采取应急措施 · 物业公司" in page_of(loop, case)


@pytest.mark.feature("F198")
def test_whoever_handles_a_case_writes_to_management_with_a_reason(loop):
    """5.2.5: late information is reported to the leaders of the company."""
    case = loop.accept(loop.assign(loop.register()))
    reason = {"note": "销售部迟迟不提供合同，影响定责"}
    loop.do(case, Kind.TRANSFERRED, "zhoumin", {"to": "总经理"}, **reason)
    told = Notice.objects.filter(topic=Topic.REPORT, recipient__username="gaoyuan")
    assert told.filter(data__source=[], channel="in_app").count() == 1
    assert reason["note"] in page_of(loop, case, "gaoyuan")


def test_a_task_of_no_regulation_is_refused(loop):
    with pytest.raises(Refused) as refused:
        loop.do(loop.register(), Kind.TASK_DONE, "linxiaoyun", {"task": "tea"}, result="喝茶")
    assert [one.code for one in refused.value.reasons] == ["no_such_task"]
