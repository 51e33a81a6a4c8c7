"""The pages on which a draft is uploaded, arranged and signed, and who may open them."""

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regulations.models import DraftSignature, RegulationDraft, RegulationVersion
from tests.complaints.sending import signed_in
from tests.loop import Loop
from tests.regulations.drafting import SIGNERS, second, signed, uploaded
from tests.regulations.test_drafts import OTHER_WORDS

UPLOAD = "/regulations/upload/"


@pytest.fixture
def loop(db):
    return Loop.new()


def text_of(answer) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def send(loop, content, by="luqing", name="p.yaml", **more):
    if isinstance(content, str):
        content = content.encode()
    data = {"unit": loop.organisation.tourism.pk, "file": SimpleUploadedFile(name, content)}
    return signed_in(loop.user(by)).post(UPLOAD, data | more)


def sign(loop, draft, step, by):
    data = {"step": step, "digest": RegulationDraft.objects.get(pk=draft.pk).digest}
    return signed_in(loop.user(by)).post(f"/regulations/drafts/{draft.pk}/sign/", data)


# -- upload


def test_a_faultless_pack_becomes_a_draft(loop):
    answer = send(loop, second())
    draft = RegulationDraft.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, draft.get_absolute_url())
    assert (draft.code, draft.unit, draft.text) == (
        "dali-tourism",
        loop.organisation.tourism,
        second(),
    )


def test_a_faulty_pack_shows_all_its_mistakes_and_stores_nothing(loop):
    answer = send(
        loop, second().replace("hours: 36", "hour: 36").replace("by: 财务部", "by: 会计部")
    )
    assert answer.status_code == 422
    text = text_of(answer)
    assert "有3处错误，没有保存任何内容" in text
    assert re.search(r"p\.yaml:\d+ clocks\[4\]\.rows\[3\]\.hour 没有这个键 hours", text)
    assert re.search(r"p\.yaml:\d+ approvals\[7\]\.by 没有 '会计部' 这个词 以下之一：", text)
    assert RegulationDraft.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(
            b"a: [" + b"1, " * 1_700_000 + b"1]\n", "超过 1 MB 的上限", id="five-megabytes"
        ),
        pytest.param("title: 制度\n".encode("gb18030"), "不是 UTF-8 编码", id="gbk"),
        pytest.param(b"\x00\x01\x02\xff", "不是 UTF-8 编码", id="binary"),
        pytest.param(b"a: &a [x]\nb: *a\n", "不接受锚点和别名", id="aliases"),
        pytest.param(b"[" * 500, "层次过深", id="nested"),
        pytest.param(b"", "提交的是空文件", id="empty"),
        pytest.param(b"/etc/passwd", "不是“键: 值”的形式", id="name-of-a-file"),
    ],
)
def test_what_is_no_pack_is_refused_in_words(loop, content, said):
    answer = send(loop, content)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert RegulationDraft.objects.count() == 0


def test_hostile_names_and_texts_are_shown_as_text(loop):
    hostile = "<script>alert(1)</script>"
    answer = send(loop, f"{hostile}: 1\n", name=f"{hostile}.yaml")
    assert hostile not in answer.content.decode()
    answer = send(loop, second().replace("title: 大理文旅", f'title: "{hostile}" #'))
    page = signed_in(loop.user("luqing")).get(answer["Location"])
    assert hostile not in page.content.decode()


def test_a_rule_owner_uploads_for_their_own_unit_only(loop):
    answer = send(loop, second(), unit=loop.organisation.tobacco.pk)
    assert answer.status_code == 422
    assert RegulationDraft.objects.count() == 0


@pytest.mark.parametrize("by", ["zhoumin", "linxiaoyun", "gaoyuan", "konglingyi", "fangzhou"])
def test_who_owns_no_rules_uploads_nothing(loop, by):
    assert send(loop, second(), by=by).status_code == 403
    assert signed_in(loop.user(by)).get(UPLOAD).status_code == 403


# -- the draft's page


def test_the_draft_says_what_is_unbound_and_binds_it_on_the_page(loop):
    draft = uploaded(loop, OTHER_WORDS, in_days=None)
    client = signed_in(loop.user("luqing"))
    page = client.get(draft.get_absolute_url())
    assert "对应之前不能签署：资金部、受理专员" in text_of(page)
    html = page.content.decode()
    fields = dict(re.findall(r'<label for="id_(term\d)">\s*(部门|职务)', html))
    names = {label: name for name, label in fields.items()}
    data = {
        "in_force_from": "2099-01-01",
        names["部门"]: loop.department("财务部").pk,
        names["职务"]: "投诉专员",
        "reading-repair_standard": "10",
        "reading-warn_before": "0.25",
        "reading-reward_period": "月度",
    }
    answer = client.post(f"{draft.get_absolute_url()}arrange/", data)
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert draft.departments == {"资金部": loop.department("财务部").pk}
    assert draft.titles == {"受理专员": "投诉专员"}
    assert draft.chosen == {"repair_standard": 10}
    assert "不能签署" not in text_of(client.get(draft.get_absolute_url()))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("in_force_from", "tomorrow"),
        ("reading-repair_standard", "十天"),
        ("reading-repair_standard", "-1"),
        ("reading-repair_standard", "999999999999"),
        ("reading-warn_before", "2"),
        ("reading-reward_period", "每天"),
    ],
)
def test_what_is_filled_in_wrong_is_refused_and_not_stored(loop, field, value):
    draft = uploaded(loop)
    url = f"{draft.get_absolute_url()}arrange/"
    before = draft.digest
    answer = signed_in(loop.user("luqing")).post(url, {"in_force_from": "2099-01-01", field: value})
    assert answer.status_code == 422
    draft.refresh_from_db()
    assert draft.digest == before


def test_each_signs_with_their_own_login_and_the_last_lands_on_the_version(loop):
    draft = uploaded(loop)
    for step, by in SIGNERS[:3]:
        assert sign(loop, draft, step, by)["Location"] == draft.get_absolute_url()
    answer = sign(loop, draft, *SIGNERS[3])
    assert answer["Location"] == "/regulations/dali-tourism/v2/"
    text = text_of(signed_in(loop.user("luqing")).get(answer["Location"]))
    for label, name in zip(
        ("编制", "复核", "审核", "批准"), ("陆晴", "林晓芸", "沈卓", "高远"), strict=True
    ):
        assert re.search(rf"{label} {name} \d{{4}}-\d\d-\d\d", text)


def test_a_signature_out_of_turn_is_a_409_in_words(loop):
    draft = uploaded(loop)
    answer = sign(loop, draft, "checked", "linxiaoyun")
    assert answer.status_code == 409
    assert "须先由“编制”签署。" in text_of(answer)
    assert DraftSignature.objects.count() == 0


def test_the_button_is_there_for_whoever_may_sign_now(loop):
    draft = signed(loop, uploaded(loop), "drafted")
    shown = {
        by: "以本人名义签署：复核"
        in text_of(signed_in(loop.user(by)).get(draft.get_absolute_url()))
        for by in ("luqing", "linxiaoyun", "duanhongwei", "gaoyuan")
    }
    assert shown == {"luqing": False, "linxiaoyun": True, "duanhongwei": True, "gaoyuan": True}


def test_who_may_sign_reads_the_draft_and_others_find_nothing(loop):
    draft = uploaded(loop)
    pages = [draft.get_absolute_url(), f"/regulations/dali-tourism/{draft.slug}/clocks/"]
    status = {
        by: [signed_in(loop.user(by)).get(url).status_code for url in pages]
        for by in (
            "luqing",
            "linxiaoyun",
            "gaoyuan",
            "liqing",
            "zhoumin",
            "taoran",
            "zhengguoqiang",
        )
    }
    assert status == {
        "luqing": [200, 200],
        "linxiaoyun": [200, 200],
        "gaoyuan": [200, 200],
        "liqing": [200, 200],  # a rule owner reads all
        "zhoumin": [403, 404],
        "taoran": [404, 404],
        "zhengguoqiang": [404, 404],
    }


@pytest.mark.parametrize("act", ["sign", "arrange", "withdraw"])
def test_a_draft_of_another_unit_takes_no_act(loop, act):
    draft = signed(loop, uploaded(loop), "drafted")
    url = f"{draft.get_absolute_url()}{act}/"
    data = {"step": "checked", "digest": draft.digest, "in_force_from": "2099-01-01"}
    assert signed_in(loop.user("zhengguoqiang")).post(url, data).status_code in (403, 404)
    assert signed_in(loop.user("liqing")).post(url, data).status_code in (403, 409)
    draft.refresh_from_db()
    assert draft.withdrawn_at is None
    assert draft.signatures.count() == 1


def test_a_withdrawn_draft_can_be_read_but_offers_nothing(loop):
    draft = uploaded(loop)
    client = signed_in(loop.user("luqing"))
    assert client.post(f"{draft.get_absolute_url()}withdraw/").status_code == 302
    text = text_of(client.get(draft.get_absolute_url()))
    assert "已撤回" in text
    assert "以本人名义签署" not in text
    assert "待签署的草案" not in text_of(client.get("/regulations/"))
    assert RegulationVersion.objects.filter(regulation__code="dali-tourism").count() == 1


def test_the_differences_from_the_version_in_force_are_shown_before_signing(loop):
    draft = uploaded(loop)
    url = f"/regulations/dali-tourism/{draft.slug}/compare/"
    text = text_of(signed_in(loop.user("gaoyuan")).get(url))
    assert "新增 0 删除 0 修改 1" in text
    assert "时限 48小时 → 36小时" in text


def test_pages_of_a_draft_keep_to_their_budget(loop):
    draft = uploaded(loop, OTHER_WORDS)
    client = signed_in(loop.user("luqing"))
    for url in (
        draft.get_absolute_url(),
        f"/regulations/dali-tourism/{draft.slug}/compare/",
        UPLOAD,
    ):
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        assert len(queries) <= 20, (url, len(queries))
