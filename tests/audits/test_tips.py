"""内部举报: for auditors alone, anonymous if wanted, answered by a code, sealed in the database."""

import logging

import pytest
from cryptography.fernet import InvalidToken
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import AccessEntry
from audits.models import Tip, TipStep
from audits.tips import codes
from audits.tips.sealing import seal, unseal
from tests.complaints.sending import signed_in
from tests.loop import Loop

pytestmark = pytest.mark.django_db
NAME, TEXT, ANSWER = "告发人甲", "处长乙私下收受维修商好处", "经核查属实，已移交纪检"


@pytest.fixture
def loop() -> Loop:
    return Loop.new()


def send(loop, by="zhaogang", **entered) -> str:
    """Send a report as staff; return the code that the page shows."""
    client = signed_in(loop.user(by))
    answer = client.post(reverse("tip_new"), {"text": TEXT, "name": NAME} | entered)
    assert answer.status_code == 200, answer.content.decode()
    return answer.context["code"]


def followed(code: str, client=None) -> str:
    return (client or Client()).post(reverse("tip_follow"), {"code": code}).content.decode()


def act(loop, tip, by="konglingyi", **entered):
    return signed_in(loop.user(by)).post(reverse("tip", args=[tip.pk]), entered)


@pytest.mark.feature("F223")
def test_a_report_is_verified_and_answered_and_has_its_outcome(loop):
    code = send(loop)
    tip = Tip.objects.get()
    assert "待核实" in followed(code)
    act(loop, tip, state="verifying", text="已约谈维修商")
    assert "核实中" in followed(code)
    assert "已约谈维修商" not in followed(code)
    missing = act(loop, tip, state="answered", text=ANSWER)
    assert missing.status_code == 422
    assert "答复须写明核实结果。" in missing.content.decode()
    act(loop, tip, state="answered", outcome="true", text=ANSWER)
    page = followed(code.lower().replace("-", " "))
    assert "属实" in page
    assert ANSWER in page
    assert TEXT not in page
    act(loop, tip, state="answered", outcome="untrue", text="改口")
    assert [row.outcome for row in TipStep.objects.order_by("pk")] == ["", "true"]


@pytest.mark.feature("F223")
@pytest.mark.parametrize(
    ("by", "status"),
    [
        ("konglingyi", 200),
        ("fangzhou", 403),
        ("gaoyuan", 403),
        ("linxiaoyun", 403),
        ("zhaogang", 403),
        ("luqing", 403),
        ("lufang", 404),
    ],
)
def test_nobody_but_an_auditor_of_the_unit_sees_it(by, status, loop):
    """Not the administrator of the application either, nor an auditor of another unit."""
    send(loop)
    tip = Tip.objects.get()
    client = signed_in(loop.user(by))
    answer = client.get(reverse("tip", args=[tip.pk]))
    assert answer.status_code == status
    assert (TEXT in answer.content.decode()) is (status == 200)
    assert client.get("/admin/audits/tip/").status_code != 200


def test_an_auditor_whom_it_concerns_does_not_know_that_it_is_there(loop):
    kept = loop.user("konglingyi").pk
    send(loop, kept_from=[str(kept)])
    tip = Tip.objects.get()
    concerned, other = signed_in(loop.user("konglingyi")), signed_in(loop.user("qinmo"))
    assert concerned.get(reverse("tip", args=[tip.pk])).status_code == 404
    assert f"举报 {tip.pk}" not in concerned.get(reverse("tips")).content.decode()
    assert f"举报 {tip.pk}" in other.get(reverse("tips")).content.decode()
    assert "内部举报（1）" in other.get(reverse("audits")).content.decode()
    assert "内部举报（1）" not in concerned.get(reverse("audits")).content.decode()


def test_the_list_takes_the_same_queries_for_many(loop, django_assert_max_num_queries):
    for _report in range(12):
        send(loop)
    client = signed_in(loop.user("konglingyi"))
    with django_assert_max_num_queries(12):
        client.get(reverse("tips"))


def test_neither_name_nor_words_nor_sender_stand_anywhere_in_clear(loop, caplog):
    """Every table of the database, the access log and the log lines are read through."""
    with caplog.at_level(logging.DEBUG):
        code = send(loop)
        tip = Tip.objects.get()
        act(loop, tip, state="answered", outcome="true", text=ANSWER)
        signed_in(loop.user("konglingyi")).get(reverse("tip", args=[tip.pk]))
    dump = whole_database()
    for word in (NAME, TEXT, ANSWER, code):
        assert word not in dump
        assert word not in caplog.text
    assert unseal(tip.sealed).count(NAME) == 1
    sender = loop.user("zhaogang").pk
    assert not AccessEntry.objects.filter(actor=sender).exists()
    columns = {field.name for field in Tip._meta.get_fields()}
    assert columns == {"id", "unit", "code", "sealed", "kept_from", "received_at", "steps"}


def whole_database() -> str:
    """Return every row of every table of the application, as text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        tables = [name for (name,) in cursor.fetchall()]
        rows = []
        for table in tables:
            cursor.execute("SELECT has_table_privilege(%s, 'SELECT')", [f'public."{table}"'])
            if cursor.fetchone()[0]:
                cursor.execute(f'SELECT t::text FROM "{table}" t')
                rows += [text for (text,) in cursor.fetchall()]
    return "\n".join(rows)


def test_the_database_is_read_through_at_all(loop):
    """The control: what is in clear somewhere is found."""
    loop.register(subject="门禁失灵标记词")
    assert "门禁失灵标记词" in whole_database()


def test_reading_one_is_logged_without_a_word_of_it(loop):
    send(loop)
    tip = Tip.objects.get()
    signed_in(loop.user("konglingyi")).get(reverse("tip", args=[tip.pk]))
    entry = AccessEntry.objects.get(kind="revealed")
    assert (entry.actor, entry.data) == (loop.user("konglingyi"), {"page": "tip", "tip": tip.pk})


@pytest.mark.parametrize("code", ["", "AAAAA-AAAAA-AAAAA-AAAAA", "x' OR 1=1"])
def test_a_code_of_none_says_nothing(code, loop):
    send(loop)
    answer = Client().post(reverse("tip_follow"), {"code": code})
    assert answer.status_code == 422
    assert answer["Cache-Control"] == "no-store"


def test_codes_are_long_and_each_another():
    some = {codes.new() for _ in range(1000)}
    assert len(some) == 1000
    assert all(len(code.replace("-", "")) == 20 for code in some)
    assert codes.digest("abcde-fghjk-mnpqr-stuvw") == codes.digest("ABCDE FGHJK MNPQR STUVW")


def test_what_was_sealed_elsewhere_is_not_read_here(settings):
    sealed = seal("词")
    assert unseal(sealed) == "词"
    settings.SECRET_KEY = "another"
    with pytest.raises(InvalidToken):
        unseal(sealed)
