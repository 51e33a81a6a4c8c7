"""The rule centre's pages: what stands on them, who may open them, how many queries they take."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints.models import CaseEvent, Complaint
from regulations.links import clause_url
from regulations.models import Regulation
from tests.complaints.sending import signed_in
from tests.engine.cases import SHARED, pack
from tests.engine.test_packs import listed
from tests.loop import Loop

DALI = "/regulations/dali-tourism/v1/"
PAGES = ["", "clocks/", "grades/", "signing/", "penalties/", "terms/", "try/", "compare/"]
FILES = ["workbook/", "pack/"]


@pytest.fixture
def loop(db):
    return Loop.new()


def page(loop, by, url, **query):
    """Return a page as somebody gets it: the answer, and its text without markup."""
    answer = signed_in(loop.user(by)).get(url, query)
    return answer, unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))


def anchors(answer) -> set[str]:
    return set(re.findall(r'<li id="([^"]+)"', answer.content.decode()))


# -- what stands on them


def test_every_fact_of_the_pack_is_found_on_its_page_in_the_order_of_clauses(loop):
    answer, _text = page(loop, "luqing", DALI)
    found = re.findall(r'<li id="([^"]+)"', answer.content.decode())
    assert found == list(pack().facts)


def test_every_fact_of_the_catalogue_is_found_on_the_page(loop):
    if not (SHARED / "regulations").exists():
        pytest.skip("no lists of facts here")
    catalogue = set(listed("dali-tourism"))
    answer, _text = page(loop, "luqing", DALI)
    assert catalogue <= anchors(answer)


def test_a_clause_stands_with_what_the_system_makes_of_it(loop):
    answer, _text = page(loop, "luqing", DALI)
    html = answer.content.decode()
    one = html[html.index('<li id="DALI-107"') : html.index('<li id="DALI-108"')]
    said = " ".join(unescape(re.sub(r"<[^>]+>", " ", one)).split())
    assert said.startswith("7.4 回访 DALI-107 处理完成当日由客户服务部回访")
    assert "时限 回访" in said
    assert "时限 当日" in said
    assert "起算 处理完成" in said


def test_a_clause_that_no_rule_uses_says_why(loop):
    _answer, text = page(loop, "luqing", DALI, kind="escalation")
    assert pack().unused["DALI-60"] in text


def test_clauses_of_one_kind(loop):
    answer, _text = page(loop, "luqing", DALI, kind="reward")
    kinds = {pack().facts[name].kind for name in anchors(answer)}
    assert kinds == {"reward"}


def test_a_basis_leads_to_its_clause(loop):
    version = loop.versions["dali-tourism"]
    assert clause_url(version, "DALI-112") == f"{DALI}#DALI-112"
    answer, _text = page(loop, "luqing", f"{DALI}clocks/")
    assert f'href="{DALI}#DALI-112"' in answer.content.decode()


def test_the_list_shows_versions_signers_and_open_cases(loop):
    loop.to("assigned")
    answer, text = page(loop, "luqing", "/regulations/")
    assert answer.status_code == 200
    for words in ("第1版", "施行中", "2026-01-01", "客户服务部", "陆晴", "林晓芸", "沈卓", "高远"):
        assert words in text
    assert re.search(r"未结案件.*?\b1\b", text, re.DOTALL)


def test_the_number_of_cases_is_shown_to_those_who_see_the_whole_unit(loop):
    loop.to("assigned")
    for username, shown in (("luqing", True), ("shenzhuo", True), ("konglingyi", True)):
        assert ("未结案件" in page(loop, username, "/regulations/")[1]) is shown
    for username in ("zhoumin", "zhaogang", "duanhongwei", "tangxue"):
        assert "未结案件" not in page(loop, username, "/regulations/")[1]


def test_figures_of_the_house_are_called_so(loop):
    _answer, text = page(loop, "luqing", f"{DALI}terms/")
    assert re.search(r"工程维（保）修标准时间（天）\s+未设定\s+单位设定", text)


def test_what_a_term_means_here_is_shown(loop):
    _answer, text = page(loop, "luqing", f"{DALI}terms/")
    assert re.search(r"客服部经理\s+客户服务部 · 客服部经理", text)


def test_the_workbook_and_the_pack_are_sent_as_files(loop):
    client = signed_in(loop.user("luqing"))
    book = client.get(f"{DALI}workbook/")
    assert b"".join(book.streaming_content)[:2] == b"PK"
    assert "attachment" in book["Content-Disposition"]
    text = client.get(f"{DALI}pack/")
    assert text.content.decode() == loop.versions["dali-tourism"].text


# -- who may open them


@pytest.mark.parametrize("url", [*PAGES, *FILES])
def test_people_of_the_unit_read_and_others_find_nothing(loop, url):
    assert signed_in(loop.user("zhaogang")).get(DALI + url).status_code == 200
    assert signed_in(loop.user("dingkai")).get(DALI + url).status_code == 404
    assert signed_in(loop.user("liqing")).get(DALI + url).status_code == 200  # a rule owner


def test_the_list_holds_only_what_one_may_read(loop):
    assert "烟草" not in page(loop, "zhaogang", "/regulations/")[1]
    assert "大理文旅 客户投诉" not in page(loop, "dingkai", "/regulations/")[1]
    both = page(loop, "luqing", "/regulations/")[1]
    assert "2026年烟草制品公司" in both
    assert "大理文旅 客户投诉" in both


@pytest.mark.parametrize("url", ["v2/", "v0/", "v99999999999/", "x1/", "draft-1/", "v1x/"])
def test_what_is_not_there_is_not_found(loop, url):
    assert signed_in(loop.user("luqing")).get(f"/regulations/dali-tourism/{url}").status_code == 404


def test_somebody_who_is_not_signed_in_goes_to_the_login_page(loop, client):
    assert client.get(DALI)["Location"].startswith(reverse("login"))


def test_the_navigation_leads_there_and_marks_where_one_is(loop):
    answer, _text = page(loop, "zhaogang", DALI)
    entry = re.search(r'<a href="/regulations/"[^>]*>', answer.content.decode())
    assert 'aria-current="page"' in entry[0]


# -- how many queries they take

BUDGET = 20


@pytest.mark.parametrize("url", ["/regulations/", *(DALI + one for one in PAGES)])
def test_a_page_keeps_to_its_budget(loop, url):
    client = signed_in(loop.user("luqing"))
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(url).status_code == 200
    assert len(queries) <= BUDGET, [one["sql"][:90] for one in queries]


def test_the_list_takes_no_more_queries_for_more_versions(loop):
    client = signed_in(loop.user("luqing"))
    client.get("/regulations/")
    with CaptureQueriesContext(connection) as before:
        client.get("/regulations/")
    version = loop.versions["dali-tourism"]
    for number in range(2, 12):
        version.pk, version.number = None, number
        version.save(force_insert=True)
    with CaptureQueriesContext(connection) as after:
        answer = client.get("/regulations/")
    assert answer.content.decode().count("versions") >= 1
    assert "第11版" in answer.content.decode()
    assert len(after) == len(before)


def test_reading_touches_no_stored_row(loop):
    loop.to("assigned")
    before = (Complaint.objects.count(), CaseEvent.objects.count(), Regulation.objects.count())
    client = signed_in(loop.user("luqing"))
    for url in PAGES:
        with CaptureQueriesContext(connection) as queries:
            client.get(DALI + url)
        written = [q["sql"] for q in queries if re.match("INSERT|UPDATE|DELETE", q["sql"])]
        assert written == []
    assert before == (
        Complaint.objects.count(),
        CaseEvent.objects.count(),
        Regulation.objects.count(),
    )


@pytest.mark.feature("F097")
def test_the_subtypes_of_a_category_stand_beside_it(loop):
    """DALI-35 and DALI-36 name two kinds in brackets for each of three categories."""
    _answer, text = page(loop, "luqing", DALI + "terms/")
    for category, subtypes in (
        ("延期交楼类", "工程质量、工程进度"),
        ("规划设计类", "规划变更、设计缺陷"),
        ("园区配套类", "生活配套、基础设施"),
    ):
        row = text[text.index(category) :]
        assert subtypes in " ".join(row.split())[:120], category


@pytest.mark.feature("F097")
@pytest.mark.parametrize(
    ("code", "category", "subtypes"),
    [
        # TOB-16 to TOB-19, GEN-04
        ("tobacco-2026", "产品质量类", ("包装破损", "口感异常", "标识不符")),
        ("tobacco-2026", "服务类", ("配送延迟", "服务态度差", "沟通不及时")),
        ("tobacco-2026", "政策类", ("订货政策解读偏差", "结算规则异议")),
        ("tobacco-2026", "其他类", ("售后咨询未回复", "建议未采纳")),
        ("general-enterprise", "产品质量缺陷", ("功能异常", "材质不符", "包装破损")),
    ],
)
def test_each_pack_lists_the_subtypes_of_its_text(code, category, subtypes):
    (found,) = [one for one in pack(code).categories if one.name == category]
    assert found.examples == subtypes
