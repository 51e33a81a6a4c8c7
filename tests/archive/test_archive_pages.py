"""The archive as people use it: classes, retention with its clause, holds, requests and their answers."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from django.urls import reverse

from accounts.models import AccessEntry
from archive import retention
from complaints import revealing
from complaints.models import Hold, SubjectRequest
from complaints.personal import NOTHING
from regulations import builtin
from tests.complaints.sending import signed_in
from tests.engine.cases import at
from tests.loop import Loop

pytestmark = pytest.mark.django_db


@pytest.fixture
def loop(clock):
    clock.set(at("03-02 09:00"))
    return Loop.new()


def listed(loop, by="zhoumin", **query) -> list[str]:
    page = signed_in(loop.user(by)).get(reverse("archive"), query)
    assert page.status_code == 200
    return [row.number for row in page.context["rows"]]


def send(loop, by, name, *args, **data):
    return signed_in(loop.user(by)).post(reverse(name, args=args), data)


def page(loop, case, by="zhoumin"):
    return signed_in(loop.user(by)).get(reverse("archived", args=[case.number]))


@pytest.mark.feature("F180")
def test_closed_cases_are_classified_and_nothing_of_them_can_be_edited(loop, clock):
    case, open_case = loop.to("archived"), loop.register()
    clock.set(at("2027-03-02 09:00"))
    later = loop.to("archived")
    assert listed(loop) == [later.number, case.number]
    assert listed(loop, year="2026") == [case.number]
    assert listed(loop, category="物业服务", project="实力北岸", kind="投诉", year="2027") == [
        later.number
    ]
    assert listed(loop, by="taoran") == []
    assert open_case.number not in listed(loop, by="konglingyi")
    client = signed_in(loop.user("zhoumin"))
    answer = client.post(
        reverse("case_act", args=[case.number, "facts_changed"]),
        {"category": "工程质量", "reason": "改"},
    )
    assert answer.status_code == 409
    assert "归档案件只读" in page(loop, case).content.decode()


@pytest.mark.feature("F181")
def test_attachments_are_kept_for_three_years_and_what_is_due_is_listed(loop, clock):
    """GEN-24 一(二): 保存3年. The database's refusal: test_inv_38."""
    general = builtin.pack_named("general-enterprise")
    term = retention.term_of(general)
    assert term.months == 36
    assert "GEN-24" in next(row.source for row in general.retention if row.period.limit == 36)
    assert "保存3年" in term.basis
    case = loop.to("archived")
    held = loop.to("archived")
    assert "2029-03-03" in page(loop, case).content.decode()
    send(loop, "konglingyi", "hold_set", held.number, ground="lawsuit", reason="二审尚未判决")
    clock.set(at("2029-03-03 08:59"))
    assert listed(loop, tab="due") == []
    clock.set(at("2029-03-03 09:00"))
    assert listed(loop, tab="due") == [case.number]
    assert listed(loop, tab="held") == [held.number]


def test_a_hold_is_set_and_lifted_with_a_reason_by_who_may(loop):
    case = loop.to("archived")
    given = {"ground": "lawsuit", "reason": "业主已起诉"}
    assert send(loop, "zhoumin", "hold_set", case.number, **given).status_code == 403
    assert send(loop, "zhaogang", "hold_set", case.number, **given).status_code == 403
    assert send(loop, "duanhongwei", "hold_set", case.number, **given).status_code == 403
    assert (
        send(loop, "linxiaoyun", "hold_set", case.number, ground="lawsuit", reason="").status_code
        == 422
    )
    assert not Hold.objects.exists()
    assert send(loop, "linxiaoyun", "hold_set", case.number, **given).status_code == 302
    assert send(loop, "konglingyi", "hold_set", case.number, **given).status_code == 422
    assert send(loop, "linxiaoyun", "hold_lift", case.number, reason="已结案了").status_code == 403
    assert (
        send(loop, "konglingyi", "hold_lift", case.number, reason="判决已生效").status_code == 302
    )
    hold = Hold.objects.get()
    assert (hold.set_by, hold.lifted_by, hold.lifted_why) == (
        *(loop.user("linxiaoyun"), loop.user("konglingyi")),
        "判决已生效",
    )
    assert send(loop, "konglingyi", "hold_lift", case.number, reason="再次解除").status_code == 422


def test_inv_38_a_request_for_erasure_restricts_use_at_once_and_is_answered_with_reasons(loop):
    case = loop.to("archived")
    assert revealing.revealable(loop.actor("zhoumin"), case) != NOTHING
    given = {"kind": "erasure", "check_done": "called_back", "words": "请删除我的资料"}
    assert send(loop, "linxiaoyun", "subject_request", case.number, **given).status_code == 403
    assert send(loop, "zhoumin", "subject_request", case.number, **given).status_code == 302
    row = SubjectRequest.objects.get()
    # 2026-03-02 is a Monday: one working day ends with Tuesday, fifteen days with 17 March.
    assert (row.restricted_at, row.restrict_by) == (at("03-02 09:00"), at("03-04 00:00"))
    assert row.due_at == at("03-18 00:00")
    assert revealing.revealable(loop.actor("zhoumin"), case) == NOTHING
    assert send(loop, "zhoumin", "subject_request", case.number, **given).status_code == 422
    assert listed(loop, tab="asked") == [case.number]
    answer = {"answer": "granted", "words": "已经删除"}
    assert send(loop, "zhoumin", "subject_answer", case.number, row.pk, **answer).status_code == 403
    refused = send(loop, "linxiaoyun", "subject_answer", case.number, row.pk, **answer)
    assert refused.status_code == 422
    assert "保存至2029-03-03" in refused.content.decode()
    no_reason = {"answer": "partly", "words": ""}
    assert (
        send(loop, "linxiaoyun", "subject_answer", case.number, row.pk, **no_reason).status_code
        == 422
    )
    partly = {"answer": "partly", "words": "保存期内限制使用，到期清除"}
    assert (
        send(loop, "linxiaoyun", "subject_answer", case.number, row.pk, **partly).status_code == 302
    )
    row.refresh_from_db()
    assert (row.answer, row.answered_by, row.answered_at) == (
        *("partly", loop.user("linxiaoyun")),
        at("03-02 09:00"),
    )
    assert listed(loop, tab="asked") == []
    assert revealing.revealable(loop.actor("zhoumin"), case) == NOTHING
    assert (
        send(loop, "linxiaoyun", "subject_answer", case.number, row.pk, **partly).status_code == 422
    )


def test_a_refused_request_for_erasure_lets_the_work_go_on(loop):
    case = loop.to("archived")
    given = {"kind": "erasure", "check_done": "called_back", "words": "请删除我的资料"}
    send(loop, "zhoumin", "subject_request", case.number, **given)
    row = SubjectRequest.objects.get()
    answer = {"answer": "refused", "words": "诉讼尚未终结"}
    assert (
        send(loop, "linxiaoyun", "subject_answer", case.number, row.pk, **answer).status_code == 302
    )
    assert revealing.revealable(loop.actor("zhoumin"), case) != NOTHING


def test_a_complainant_gets_a_copy_of_everything_that_is_held_of_them(loop):
    case = loop.to("archived")
    given = {"kind": "access", "check_done": "in_person", "words": "要一份副本"}
    send(loop, "zhoumin", "subject_request", case.number, **given)
    row = SubjectRequest.objects.get()
    assert send(loop, "linxiaoyun", "subject_copy", case.number, row.pk).status_code == 403
    answer = send(loop, "zhoumin", "subject_copy", case.number, row.pk)
    with ZipFile(BytesIO(b"".join(answer.streaming_content))) as pack:
        text = pack.read("个人信息副本.txt").decode()
    for line in (
        case.number,
        "客户姓名：李建国",
        "联系电话：13000000001",
        "物业房号：3-2-501",
        "完成调查：门禁主板损坏",
        "请求：查阅、复制",
    ):
        assert line in text
    entry = AccessEntry.objects.first()
    assert entry.data == {"page": "subject_copy", "case": case.pk, "request": row.pk}


def test_the_archive_shows_no_personal_value_and_nothing_of_others(loop):
    case = loop.to("archived")
    for who in ("zhoumin", "linxiaoyun", "gaoyuan", "konglingyi"):
        for text in (
            signed_in(loop.user(who)).get(reverse("archive")).content.decode(),
            page(loop, case, who).content.decode(),
        ):
            assert case.number in text
            assert "李建国" not in text
            assert "13000000001" not in text
    assert page(loop, case, "xujing").status_code == 404
    assert page(loop, case, "zhaogang").status_code == 403
    # 单位设定 where the regulation gives no figure.
    assert "单位设定：自关闭起保存36个月" in page(loop, case).content.decode()
