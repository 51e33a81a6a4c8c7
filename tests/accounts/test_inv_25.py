"""INV-25: no foreign word in any list: a word of each case, looked for on every page as everybody."""

import re
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts import access
from accounts.actors import actor_of
from complaints.lifecycle import Kind
from complaints.models import Complaint
from jobs import tasks
from jobs.models import Job
from tests.accounts.test_pages import POLICY, address
from tests.complaints.sending import registration, signed_in
from tests.engine.cases import at
from tests.loop import GROUP_OF_THREE, LATE_DELIVERY, Loop

# Of each role and place one; what each may see is held by test_visible.
PEOPLE = ("zhoumin", "yinlan", "duanhongwei", "maxiao", "gaoyuan", "konglingyi", "xujing", "lufang")
HTMX = {"HX-Request": "true"}
WORDS = {
    "new": "鹧鸪斑",
    "property": "琥珀瓮",
    "sales": "苍耳子",
    "project": "墨旱莲",
    "tobacco": "青葙花",
}


@pytest.fixture
def told(db, clock, own_vault) -> tuple[Loop, dict[str, Complaint]]:
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


def content_of(answer) -> str:
    assert answer.status_code < 500, answer.request["PATH_INFO"]
    return (b"".join(answer) if answer.streaming else answer.content).decode(errors="ignore")


class Reader:
    """Somebody who asks for everything; what each answer said is kept by what was asked."""

    def __init__(self, loop: Loop, who: str, cases: dict[str, Complaint]):
        self.loop, self.who, self.client = loop, who, signed_in(loop.user(who))
        visible = access.visible(actor_of(loop.user(who)), Complaint.objects.all())
        pks = set(visible.values_list("pk", flat=True))
        self.own = {name: case for name, case in cases.items() if case.pk in pks}
        self.hidden = {name: case for name, case in cases.items() if case.pk not in pks}
        self.said: dict[str, str] = {}

    def get(self, path: str) -> None:
        self.said[path] = content_of(self.client.get(path))

    def narrow(self, word: str) -> None:
        """Narrow, sort and export lists by a word; it may stand in the box in which it was typed."""
        for path in filters(word):
            self.get(path)
            self.said[path] = self.said[path].replace(f'value="{word}"', "")

    def search(self, name: str) -> None:
        """Search by a word, and say how many were found."""
        word = WORDS[name]
        answer = self.client.post(reverse("case_search"), {"text": word}, follow=True)
        page = content_of(answer)
        if answer.status_code == 200 and answer.context and "count" in answer.context:
            assert answer.context["count"] == str(int(name in self.own)), (self.who, word)
        for box in (f'value="{word}"', f"“{word}”"):
            page = page.replace(box, "")
        self.said[f"search {word}"] = page

    def type_ahead(self, word: str) -> None:
        """Begin to register a complaint of the same person in the same words."""
        typed = registration(self.loop, customer_name=f"{word}本人", subject=f"{word}一事")
        answer = self.client.post(reverse("register_preview"), typed, headers=HTMX)
        self.said[f"typing {word}"] = content_of(answer)

    def export(self) -> None:
        """Export everything with what people wrote, where the policy grants an export."""
        given = {"tab": "all", "format": "xlsx", "personal": ""}
        answer = self.client.post(reverse("ledger_out"), given)
        if answer.status_code == 403:
            return
        job = Job.objects.get(pk=answer.url.rstrip("/").rpartition("/")[2])
        tasks.run(str(job.pk))
        file = self.client.get(reverse("job_file", args=[job.pk]))
        rows = load_workbook(BytesIO(b"".join(file))).active.iter_rows(values_only=True)
        self.said["export"] = "\n".join(str(row) for row in rows)
        assert all(case.number in self.said["export"] for case in self.own.values()), self.who

    def leaks(self) -> list[tuple[str, str, str]]:
        """Return by whom, where and of which case something was read that is not theirs."""
        return [
            (self.who, asked, name)
            for asked, said in self.said.items()
            for name, case in self.hidden.items()
            if WORDS[name] in said or re.search(rf"\b{case.number}\b", said)
        ]

    def unread(self) -> list[str]:
        """Return the own cases of which nothing was read."""
        return [
            name for name in self.own if not any(WORDS[name] in one for one in self.said.values())
        ]


def test_inv_25_nobody_reads_a_word_of_a_case_that_is_not_theirs(told, monkeypatch):
    """Pages, lists, counts, search, type-ahead, export, refusals: everywhere."""
    monkeypatch.setattr(tasks.run, "delay", lambda pk: None)
    loop, cases = told
    leaks, unread, exported = [], [], set()
    for who in PEOPLE:
        reader = Reader(loop, who, cases)
        for path in dict.fromkeys(path for case in cases.values() for path in pages(case.number)):
            reader.get(path)
        for name in reader.hidden:
            reader.narrow(WORDS[name])
            reader.type_ahead(WORDS[name])
        for name in cases:
            reader.search(name)
        reader.export()
        leaks += reader.leaks()
        unread += [(who, name) for name in reader.unread()]
        exported |= {who} if "export" in reader.said else set()
    assert leaks == []
    assert unread == []
    assert exported == {*PEOPLE} - {"maxiao"}
