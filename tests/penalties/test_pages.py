"""考核台账 over HTTP: who sees which item, who may take which step, statements as files."""

import csv
import io
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts import access
from accounts.models import AccessEntry
from accounts.policy import policy
from complaints.histories import situation_of
from complaints.lifecycle import Kind
from penalties import procedure
from penalties.closing import close
from penalties.models import Entry
from penalties.periods import Span
from penalties.scoring import give_platform_score
from tests.complaints.sending import signed_in
from tests.loop import Loop
from tests.penalties.house import followed, items, late, offence, prepared, stand

pytestmark = pytest.mark.django_db
OWNER = "linxiaoyun"
MARCH = Span.named("2026-03")
# One of each role: of the owner department, the responsible one, another one, another unit.
EVERYBODY = {
    "linxiaoyun": "head of the owner",
    "zhoumin": "customer service of the owner",
    "duanhongwei": "head concerned",
    "zhaogang": "person concerned",
    "yangfan": "handler of the same department",
    "yinlan": "customer service elsewhere",
    "sujianing": "head elsewhere",
    "maxiao": "handler elsewhere",
    "tangxue": "hr",
    "chenglixin": "management",
    "gaoyuan": "management",
    "konglingyi": "auditor",
    "luqing": "rule owner",
    "fangzhou": "administrator",
    "taoran": "head of another unit",
    "pengxue": "hr of another unit",
    "zhengguoqiang": "management of another unit",
    "lufang": "auditor of another unit",
}
SEES = {"linxiaoyun", "duanhongwei", "zhaogang", "tangxue", "chenglixin", "gaoyuan", "konglingyi"}
# Management of the unit: 程立新, 高远, and 沈卓 (not asked here).
MAY = {
    procedure.CONFIRM: {"linxiaoyun"},
    procedure.APPEAL: {"zhaogang"},
    procedure.REVIEW: {"chenglixin", "gaoyuan"},
    procedure.ADJUST: {"linxiaoyun"},
    procedure.WAIVE: {"linxiaoyun"},
}
SENT = {
    procedure.CONFIRM: {},
    procedure.APPEAL: {"reason": "设备待件"},
    procedure.REVIEW: {"decision": "uphold", "reason": "维持"},
    procedure.ADJUST: {"amount": "50", "reason": "减轻"},
    procedure.WAIVE: {"reason": "免除"},
}


@pytest.fixture
def loop(clock):
    return Loop.new()


def fined_until(loop, act):
    """Return the item of 赵刚's first late day, in the state in which a step may be taken."""
    case = late(loop, 1)
    pk = items(case)[0].root.pk
    if act not in (procedure.CONFIRM, procedure.WAIVE):
        procedure.confirm(pk, actor=loop.actor(OWNER))
    if act == procedure.REVIEW:
        procedure.appeal(pk, actor=loop.actor("zhaogang"), reason="设备待件")
    return pk


@pytest.mark.parametrize("act", MAY)
def test_every_step_by_everybody(loop, act):
    pk = fined_until(loop, act)
    before = Entry.objects.count()
    for username in [*(EVERYBODY.keys() - MAY[act]), *sorted(MAY[act])]:
        client = signed_in(loop.user(username))
        url = reverse("penalty_act", args=[pk, act])
        logged = AccessEntry.objects.count()
        answer = client.post(url, {"key": str(uuid4()), **SENT[act]})
        if username in MAY[act]:
            assert answer.status_code == 302, username
            break
        assert answer.status_code == (403 if username in SEES else 404), username
        if answer.status_code == 403:
            assert AccessEntry.objects.count() == logged + 1
        assert Entry.objects.count() == before, username
    assert Entry.objects.count() == before + 1


def test_the_policy_file_opens_each_step_to_whom_the_matrix_says(loop):
    for act, allowed in MAY.items():
        case = late(loop, 1)
        item = items(case)[0]
        item.root.case = case
        for username in EVERYBODY:
            decision = procedure.may(loop.actor(username), act, item)
            expected = allowed | ({"linxiaoyun"} if act == procedure.REVIEW else set())
            assert decision.allowed == (username in expected), (act, username)


# Acts of money that are no step of an item, of a case that 客户服务部 owns and 物业公司 handles.
BESIDE = {
    "offence": {"linxiaoyun", "zhoumin", "chenglixin", "gaoyuan", "konglingyi"},
    "platform_scored": {"linxiaoyun", "zhoumin"},
    "month_closed": {"tangxue"},
    "wage_base_set": {"tangxue"},
}


@pytest.mark.parametrize("act", BESIDE)
def test_the_policy_file_opens_the_other_acts_to_whom_the_matrix_says(loop, act):
    situation = situation_of(prepared(loop), None)
    may = {by for by in EVERYBODY if access.may(loop.actor(by), act, situation).allowed}
    assert may == BESIDE[act]


@pytest.mark.parametrize("source", ["DALI-136", "DALI-138"])
def test_what_a_post_decides_nobody_else_confirms(loop, source):
    """10 and 12: 分管副总, 客服部分管副总; not even the owner's head or the 总经理."""
    case = prepared(loop)
    item = offence(loop, case, source, person=loop.user("yangfan").pk)
    item.root.case = case
    may = {by for by in EVERYBODY if procedure.may(loop.actor(by), procedure.CONFIRM, item).allowed}
    assert may == {"chenglixin"}


def test_every_act_of_money_is_in_one_of_the_matrices():
    money = ("penalty_", "platform_", "month_", "wage_")
    acts = {act for act in policy().actions if act.startswith(money) or act == "offence"}
    assert acts == MAY.keys() | BESIDE.keys() | {procedure.DECIDE}


def test_everybody_sees_what_concerns_them(loop):
    pk = fined_until(loop, procedure.CONFIRM)
    for username in EVERYBODY:
        client = signed_in(loop.user(username))
        answer = client.get(reverse("penalty", args=[pk]))
        assert answer.status_code == (200 if username in SEES else 404), username
        page = client.get(reverse("penalties")).content.decode()
        assert (f"/penalties/{pk}/" in page) == (username in SEES), username


def test_the_page_of_an_item_says_clause_version_and_history(loop):
    pk = fined_until(loop, procedure.REVIEW)
    page = signed_in(loop.user("zhaogang")).get(reverse("penalty", args=[pk])).content.decode()
    for words in ("9.5.1", "DALI-132", "dali-tourism@1", "逾期第1天", "设备待件", "异议中"):
        assert words in page, words
    assert "裁定异议" not in page
    assert "关闭（第1轮）" in page
    assert "close:1" not in page


def test_the_same_form_sent_twice_is_one_step(loop):
    pk = fined_until(loop, procedure.APPEAL)
    client, data = signed_in(loop.user("zhaogang")), {"key": str(uuid4()), "reason": "设备待件"}
    url = reverse("penalty_act", args=[pk, procedure.APPEAL])
    assert [client.post(url, data).status_code for _again in range(2)] == [302, 302]
    assert Entry.objects.filter(item=pk, kind="appealed").count() == 1


@pytest.mark.feature("F206")
def test_an_amount_outside_the_range_is_refused_with_the_clause_on_the_page(loop):
    case = late(loop, 16)
    item = next(i for i in items(case) if i.root.low is not None and i.root.person_id)
    url = reverse("penalty_act", args=[item.root.pk, procedure.CONFIRM])
    client = signed_in(loop.user(OWNER))
    answer = client.post(url, {"key": str(uuid4()), "amount": "1600", "reason": "从重"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "金额超出条款规定的范围。应为：500.00-1500.00。" in page
    assert "9.5.3" in page


def closed_march(loop):
    case = late(loop, 10)
    for item in items(case):
        procedure.confirm(item.root.pk, actor=loop.actor(OWNER))
    stand("04-01 09:00")
    close(loop.organisation.tourism, MARCH, actor=loop.actor("tangxue"))
    return case


def exported(loop, username, format_name):
    url = reverse("statement_export", args=["2026-03"])
    return signed_in(loop.user(username)).get(url, {"format": format_name})


@pytest.mark.feature("F219")
def test_inv_18_the_workbook_read_back_adds_up(loop):
    case = closed_march(loop)
    balance = sum(item.balance for item in items(case))
    book = load_workbook(io.BytesIO(exported(loop, "tangxue", "xlsx").content))
    column = {"明细": 7, "按人": 2, "按部门": 2, "奖励": 2}
    for name, place in column.items():
        _head, *rows, last = book[name].iter_rows(values_only=True)
        total = sum((Decimal(str(row[place])) for row in rows), Decimal(0))
        assert total == Decimal(str(last[place]))
        assert total == (balance if name != "奖励" else 0)
    texts = [
        cell for row in book["明细"].iter_rows() for cell in row if isinstance(cell.value, str)
    ]
    assert {cell.data_type for cell in texts} == {"s"}


def test_the_pdf_is_one_and_the_payroll_file_has_each_person_and_each_reward(loop):
    version, place = loop.versions["dali-tourism"], loop.department("物业公司")
    followed(loop, 9)
    give_platform_score(version, place, MARCH, Decimal(100), loop.actor("zhoumin"))
    closed_march(loop)
    assert exported(loop, "tangxue", "pdf").content.startswith(b"%PDF-")
    rows = list(
        csv.reader(io.StringIO(exported(loop, "tangxue", "csv").content.decode("utf-8-sig")))
    )
    assert rows == [
        ["kind", "username", "name", "department", "month", "amount"],
        ["deduction", "zhaogang", "赵刚", "物业公司", "2026-03", "1300.00"],
        ["reward", "", "", "物业公司", "2026-03", "200.00"],  # 0.7 × 90 + 0.3 × 100 = 93
    ]


@pytest.mark.parametrize(
    ("username", "format_name", "status"),
    [
        ("duanhongwei", "csv", 403),
        ("zhaogang", "xlsx", 403),
        ("pengxue", "xlsx", 404),
        ("duanhongwei", "xlsx", 200),
        ("tangxue", "exe", 400),
    ],
)
def test_who_gets_which_file(loop, username, format_name, status):
    closed_march(loop)
    assert exported(loop, username, format_name).status_code == status


def test_a_head_reads_only_their_department_in_the_statement(loop):
    closed_march(loop)
    book = load_workbook(io.BytesIO(exported(loop, "sujianing", "xlsx").content))
    assert book["明细"].max_row == 2  # the head and an empty sum


def test_the_list_asks_the_same_number_of_questions_however_long_it_is(
    loop, django_assert_max_num_queries
):
    late(loop, 15)
    late(loop, 15)
    client = signed_in(loop.user("tangxue"))
    with django_assert_max_num_queries(22):
        assert client.get(reverse("penalties")).status_code == 200


@pytest.mark.parametrize("state", ["proposed", "confirmed", "reversed"])
def test_the_list_filters_by_state(loop, state):
    case = late(loop, 2)
    first, _second = items(case)
    procedure.confirm(first.root.pk, actor=loop.actor(OWNER))
    page = signed_in(loop.user("tangxue")).get(reverse("penalties"), {"state": state})
    shown = [row["item"].root.day for row in page.context["rows"]]
    assert shown == {"proposed": [2], "confirmed": [1], "reversed": []}[state]


def test_the_month_page_shows_sums_and_offers_closing_to_hr_alone(loop):
    case = late(loop, 3)
    offence(loop, case, "DALI-32")
    stand("04-01 09:00")
    url = reverse("penalty_month", args=["2026-03"])
    for username, offered in (("tangxue", True), (OWNER, False), ("gaoyuan", False)):
        page = signed_in(loop.user(username)).get(url)
        assert page.status_code == 200
        assert page.context["may_close"] is offered
    assert signed_in(loop.user("zhaogang")).get(url).status_code == 403


def test_an_offence_is_recorded_with_evidence_by_form(loop):
    case = prepared(loop)
    url = reverse("case_act", args=[case.number, Kind.OFFENCE])
    place = loop.department("物业公司").pk
    data = {
        "key": str(uuid4()),
        "seen": case.event_count,
        "source": "DALI-160",
        "department_id": place,
    }
    client = signed_in(loop.user("konglingyi"))
    assert client.post(url, data).status_code == 422  # the evidence is missing
    answer = client.post(url, data | {"evidence": "通话录音"})
    assert answer.status_code == 302
    assert items(case)[0].root.amount == Decimal("300.00")
