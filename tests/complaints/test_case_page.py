"""The case page: what it says of a case, and to whom it offers what."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from complaints import pipeline
from complaints.lifecycle import Kind
from complaints.models import Complaint
from complaints.personal import Veil
from complaints.presenting import penalty_view, timeline
from regulations.engine.verdict import Penalty
from tests.complaints.sending import drawn, registration, signed_in
from tests.loop import GROUP_OF_THREE, LATE_DELIVERY, Loop

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


def test_a_form_asks_for_the_remark_last(loop):
    case = loop.register()
    url = reverse("case_act", args=[case.number, Kind.ASSIGNED])
    form = signed_in(loop.user("zhoumin")).get(url).context["form"]
    assert [field.label for field in form.visible_fields()][:2] == ["责任部门", "说明"]


def test_a_signer_has_the_plan_in_view(loop):
    case = loop.to("resolving")
    loop.do(case, Kind.PLAN_SUBMITTED, "zhaogang", {"option": "进行更换"}, measures="更换门禁主板")
    url = reverse("case_act", args=[case.number, Kind.PLAN_APPROVED])
    page = signed_in(loop.user("linxiaoyun")).get(url).content.decode()
    assert "更换门禁主板" in page


def test_a_form_says_beforehand_what_is_missing_and_by_which_clause(loop):
    case = loop.to("resolving")
    url = reverse("case_act", args=[case.number, Kind.EXECUTED])
    page = signed_in(loop.user("zhaogang")).get(url).content.decode()
    assert re.search(r"尚缺\s*审批（客服部负责人）\s*<span class=\"basis\">大理文旅 8\.3", page)


def test_what_happens_at_the_end_of_a_day_stands_under_that_day(loop, clock):
    # 3日 from Monday the 2nd: closing falls due on Thursday the 5th at 24:00 (8.1).
    case = loop.to("feedback")
    clock.advance(timedelta(days=5))
    pipeline.sweep(case.pk)
    entries = timeline(
        case, list(case.events.select_related("actor")), case.version.pack, Veil(case.told)
    )
    late = next(entry for entry in entries if entry.title == "已逾期：投诉关闭")
    assert (late.day, late.at) == ("2026-03-05", "24:00")


def test_a_penalty_of_one_day_is_no_span():
    # 大理文旅 9.5.1 charges the handler for each day of the first week.
    pack = Loop.new().versions["dali-tourism"].pack
    said = [
        penalty_view(Penalty("late", (), "handler", Decimal(100), days=days), pack).days
        for days in ((1, 1), (1, 2))
    ]
    assert said == ["第1天", "第1至2天"]


def test_a_deadline_says_in_words_how_it_was_counted(loop, clock):
    # 8.1: a 重大投诉 is closed within 3日 of its receipt, and has its plan 24小时 after the task.
    case = loop.register()
    clock.advance(timedelta(minutes=30))
    page = page_of(loop.assign(case), loop.user("zhoumin"))
    assert "自收到投诉（2026-03-02 09:00）起算：3日" in page
    assert "2026-03-05 开放日 计1日" in page
    assert "自任务分派（2026-03-02 09:30）起算：24小时" in page
    assert "自收到投诉（2026-03-02 09:00）起算：24小时，节假日顺延" in page  # 4.1.1
    assert "2026-03-03 开放日 计9小时" in page


def correction(loop, case, by):
    url = reverse("case_act", args=[case.number, Kind.FACTS_CHANGED])
    return signed_in(loop.user(by)).get(url).context["form"]


def test_a_correction_asks_what_the_regulation_asks(loop):
    ours = correction(loop, loop.register(), "zhoumin").fields
    assert {"amount_company", "amount_contractor", "brand_harm", "mishandled"} <= ours.keys()
    assert "amount" not in ours
    tobacco = loop.register(LATE_DELIVERY, code="tobacco-2026", by="xujing")
    theirs = correction(loop, tobacco, "xujing").fields
    assert {"amount", "complainants", "media"} <= theirs.keys()
    assert "brand_harm" not in theirs


def test_a_compensation_found_later_is_corrected_where_it_was_asked_for(loop):
    # 6.1.2.1: a compensation of up to 10000 makes a 重大投诉.
    case = loop.register(GROUP_OF_THREE | {"complainants": 1})
    form = drawn(loop, case, Kind.FACTS_CHANGED, "zhoumin", category="物业服务", complainants="1")
    form.data.update(amount_contractor="3000", reason="施工单位愿赔三千元")
    assert form.send().status_code == 302
    case.refresh_from_db()
    assert case.grade == "重大投诉"


def test_a_regulation_without_a_list_of_invalid_complaints_asks_for_the_reason_in_words(loop):
    case = loop.register(LATE_DELIVERY, code="tobacco-2026", by="xujing")
    form = drawn(loop, case, Kind.JUDGED, "xujing", valid="no", note="")
    assert form.send().status_code == 422
    form.data["note"] = "不是本公司产品"
    assert form.send().status_code == 302
    page = page_of(case, loop.user("xujing"))
    assert "判定有效性：无效" in page
    assert "不是本公司产品" in page
