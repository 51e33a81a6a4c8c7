"""Search: any two characters of a case; rights hold; what is looked for stands in no address."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse
from hypothesis import example, given
from hypothesis import strategies as st

from complaints import search, tasks
from complaints.models import Complaint, Search
from complaints.views import paging
from tests.complaints.sending import signed_in
from tests.loop import LATE_DELIVERY, Loop

pytestmark = pytest.mark.django_db

# Few characters, so that pairs meet often; what SQL or a tsquery could misread is among them.
WORD = "0139ab门禁'\\&|!:*\"%_()"
ALPHABET = WORD + " \n"
MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # 09:00 in China


@pytest.fixture
def loop(clock):
    clock.set(MONDAY)
    return Loop.new()


def look(client, text):
    """Search as the form at the top does; return the page of the result."""
    answer = client.post(reverse("case_search"), {"text": text})
    assert answer.status_code == 302
    return client.get(answer["Location"])


def found(loop, text, by="zhoumin"):
    return [row["number"] for row in look(signed_in(loop.user(by)), text).context["rows"]]


@pytest.mark.parametrize(
    "text",
    [
        "DL2026030001",
        "0001",
        "建国",
        "李建",
        "0000001",
        "门禁",
        "外来人员",
        "3-2-501",
        "修复",
        "门禁 李建国",
    ],
)
def test_any_two_characters_of_a_case_find_it(loop, text):
    case = loop.register()
    loop.register(
        name="王丽", phone="13911112222", subject="绿化", description="枯萎", demand="补种", more={}
    )
    assert found(loop, text) == [case.number]


def test_a_product_finds_its_cases(loop):
    case = loop.register(
        LATE_DELIVERY, code="tobacco-2026", by="xujing", more={"product": "硬盒卷烟"}
    )
    assert found(loop, "硬盒", by="xujing") == [case.number]
    assert found(loop, "软盒", by="xujing") == []


def test_a_department_finds_what_it_handles_by_any_of_its_names(loop):
    case = loop.assign(loop.register(), "营销部")
    loop.register()
    assert found(loop, "营销") == [case.number]
    assert found(loop, "销售部") == [case.number]  # its other name
    assert found(loop, "营销 李建国") == [case.number]
    assert found(loop, "营销 王丽") == []


def test_words_that_stand_apart_are_no_word(loop):
    loop.register()
    assert found(loop, "门失") == []


@pytest.mark.parametrize("text", ["", " ", "李", "李 王"])
def test_one_character_is_asked_for_more(loop, text):
    client = signed_in(loop.user("zhoumin"))
    answer = client.post(reverse("case_search"), {"text": text}, follow=True)
    assert "请输入至少两个字符。" in answer.content.decode()
    assert not Search.objects.exists()


def test_another_departments_cases_are_neither_found_nor_counted(loop):
    theirs = loop.assign(loop.register(), "营销部")
    own = loop.assign(loop.register(), "物业公司")
    page = look(signed_in(loop.user("duanhongwei")), "门禁")
    assert [row["number"] for row in page.context["rows"]] == [own.number]
    assert page.context["count"] == "1"
    assert theirs.number not in page.content.decode()
    assert found(loop, theirs.number, by="duanhongwei") == []
    assert found(loop, "营销", by="duanhongwei") == []


def test_what_is_looked_for_stands_in_no_address_and_is_the_persons_alone(loop):
    loop.register()
    client = signed_in(loop.user("zhoumin"))
    answer = client.post(reverse("case_search"), {"text": "李建国"})
    assert answer["Location"].startswith("/cases/?find=")
    assert "李" not in answer["Location"]
    assert "%E6" not in answer["Location"]
    page = client.get(answer["Location"])
    assert "%E6%9D%8E" not in page.content.decode()  # nor in a link of the page
    assert "搜索“李建国”" in page.content.decode()
    assert "李建国".encode() not in bytes(Search.objects.get().sealed)
    colleague = signed_in(loop.user("hejia")).get(answer["Location"])
    assert colleague.context["rows"] == []
    assert "李建国" not in colleague.content.decode()
    assert "这次搜索已过期" in colleague.content.decode()


def test_a_search_in_the_address_of_old_finds_nothing_by_it(loop):
    """`?q=` is no filter any more: the open cases are shown, and the words are not repeated."""
    loop.register()
    page = signed_in(loop.user("zhoumin")).get(reverse("case_list"), {"q": "王丽"})
    assert len(page.context["rows"]) == 1
    assert "find=" not in page.context["export"]


def test_a_search_is_forgotten_after_a_day(loop, clock):
    loop.register()
    client = signed_in(loop.user("zhoumin"))
    address = client.post(reverse("case_search"), {"text": "门禁"})["Location"]
    clock.set(MONDAY + search.LASTS - timedelta(seconds=1))
    assert tasks.forget() == 0
    assert len(client.get(address).context["rows"]) == 1
    clock.set(MONDAY + search.LASTS)
    assert client.get(address).context["rows"] == []
    assert tasks.forget() == 1


def test_tabs_and_filters_keep_the_search(loop):
    case = loop.register()
    loop.do(case, "withdrawn", "zhoumin", reason="客户撤诉")
    client = signed_in(loop.user("zhoumin"))
    page = look(client, "门禁")
    token = page.context["form"].values["find"]
    assert f"?tab=open&find={token}" in page.content.decode()
    assert client.get(f"/cases/?tab=open&find={token}").context["rows"] == []
    assert len(client.get(f"/cases/?tab=ended&find={token}").context["rows"]) == 1
    assert client.get(f"/cases/?find={uuid4()}").context["rows"] == []
    assert client.get("/cases/?find=nonsense").status_code == 200


def plan_of(text):
    with connection.cursor() as cursor:
        for way in ("seqscan", "indexscan", "indexonlyscan"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cases = search.matching(Complaint.objects.all(), text)
        sql, values = cases.values("pk").order_by().query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", values)
        plan = "\n".join(line for (line,) in cursor.fetchall())
        for way in ("seqscan", "indexscan", "indexonlyscan"):
            cursor.execute(f"SET LOCAL enable_{way} = on")
    return plan


def test_a_rare_word_is_found_by_the_index_of_pairs_and_a_common_one_without(loop):
    """Of a word in every case a page is together at once; the index would name all cases."""
    for number in range(60):
        loop.register(name=f"客户{number}")
    rare = loop.register(name="欧阳明月")  # one of 61: below the two of a hundred
    assert "particulars_bigrams" in plan_of("欧阳")
    assert "particulars_bigrams" not in plan_of("门禁")
    assert found(loop, "欧阳 门禁") == [rare.number]
    assert len(found(loop, "门禁")) == paging.PAGE
    assert "particulars_bigrams" in plan_of("欧阳 门禁")  # together they are rare


def test_a_word_of_the_newest_cases_alone_is_looked_up_by_the_index(loop, monkeypatch):
    """Every older case would be read for it otherwise: at a million cases, seconds."""
    monkeypatch.setattr(search, "SAMPLE", 4)
    for number in range(8):
        loop.register(name=f"客户{number}")
    loop.register(name="欧阳明月")
    loop.register(name="客户9")
    assert not search.is_common(["欧阳"])
    assert search.is_common(["门禁"])


@given(st.text(ALPHABET, max_size=30), st.text(ALPHABET, max_size=30), st.text(WORD, min_size=2))
@example("", "", "13900000007")
@example("1", "3", "3900")
@example("", "", "\\'")
def test_the_index_names_every_text_that_holds_a_word(before, after, word):
    with connection.cursor() as cursor:
        cursor.execute("SELECT zh_bigrams(%s) @@ zh_query(%s)", [f"{before}{word}{after}", word])
        assert cursor.fetchone() == (True,)


@pytest.mark.parametrize(
    ("text", "word", "named"),
    [
        ("电话13900000007", "3900000007", True),
        # Of the same pairs: 13, 39, 90, 00, 07.
        ("电话13900700000", "13900000007", False),
        # Runs of four digits are asked for, and the pairs that reach over their ends.
        ("A1390", "a1390", False),
        ("a1390", "a1390", True),
        ("门禁", "门禁坏", False),
    ],
)
def test_the_index_tells_numbers_of_the_same_pairs_apart(text, word, named):
    with connection.cursor() as cursor:
        cursor.execute("SELECT zh_bigrams(%s) @@ zh_query(%s)", [text, word])
        assert cursor.fetchone() == (named,)
