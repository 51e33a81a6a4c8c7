"""INV-25: no foreign word in any list: a word of each case, looked for on every page as everybody."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts import access
from accounts.actors import actor_of
from complaints.lifecycle import Kind
from complaints.models import Complaint
from tests.accounts.test_pages import POLICY, address
from tests.complaints.sending import signed_in
from tests.engine.cases import at
from tests.loop import GROUP_OF_THREE, LATE_DELIVERY, Loop

# Of each role and place one; what each may see is held by test_visible.
PEOPLE = ("zhoumin", "yinlan", "duanhongwei", "maxiao", "gaoyuan", "konglingyi", "xujing", "lufang")
WORDS = {
    "new": "鹧鸪斑",
    "property": "琥珀瓮",
    "sales": "苍耳子",
    "project": "墨旱莲",
    "tobacco": "青葙花",
}


@pytest.fixture
def told(db, clock) -> tuple[Loop, dict[str, Complaint]]:
    """A case with a word of its own for each place, in everything that people write."""
    clock.set(at("03-02 09:00"))
    loop = Loop.new()
    sale = GROUP_OF_THREE | {"category": "规划设计类"}

    def wordy(name, facts=None, **more):
        word = WORDS[name]
        # The name itself is masked for everybody, the word in the texts is not.
        words = {
            "name": f"{word}本人",
            "subject": f"{word}一事",
            "description": word,
            "demand": word,
        }
        case = loop.register(facts, **words, **more)
        by = more.get("by", "zhoumin")
        return loop.do(case, Kind.NOTED, by, note=f"{word}已记")

    cases = {
        "new": wordy("new"),
        "property": loop.accept(loop.assign(wordy("property"))),
        "sales": loop.assign(wordy("sales"), "营销部"),
        "project": loop.assign(wordy("project", sale), "项目部"),
        "tobacco": wordy("tobacco", LATE_DELIVERY, code="tobacco-2026", by="xujing"),
    }
    return loop, cases


def pages(role_number: str) -> list[str]:
    """Return every address that answers to GET, of a case where it is about one."""
    return [
        address(page, role_number, None)
        for page, methods in POLICY["pages"].items()
        if "GET" in methods
    ]


def filters(word: str) -> list[str]:
    """Return lists as somebody might narrow, sort and export them to find a word."""
    queries = (f"q={word}", "sort=subject", "state=assigned")
    lists = ("case_list", "ledger_export", "board", "penalties")
    return [f"{reverse(name)}?{query}" for name in lists for query in queries]


def content_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code < 500, path
    body = b"".join(answer) if answer.streaming else answer.content
    return body.decode(errors="ignore")


@pytest.mark.parametrize("who", PEOPLE)
def test_inv_25_nobody_reads_a_word_of_a_case_that_is_not_theirs(who, told):
    loop, cases = told
    actor = actor_of(loop.user(who))
    visible = set(access.visible(actor, Complaint.objects.all()).values_list("pk", flat=True))
    hidden = {name: case for name, case in cases.items() if case.pk not in visible}
    client = signed_in(loop.user(who))
    read: dict[str, str] = {}
    for path in dict.fromkeys(path for case in cases.values() for path in pages(case.number)):
        read[path] = content_of(client, path)
    for name in hidden:
        word = WORDS[name]
        for path in filters(word):
            page = content_of(client, path)
            # What was asked for may stand in the box in which it was typed.
            read[path] = page.replace(f'value="{word}"', "")
    leaks = [
        (path, name)
        for path, page in read.items()
        for name, case in hidden.items()
        if WORDS[name] in page or re.search(rf"\b{case.number}\b", page)
    ]
    assert leaks == []
    own = [name for name, case in cases.items() if case.pk in visible]
    assert all(any(WORDS[name] in page for page in read.values()) for name in own)
