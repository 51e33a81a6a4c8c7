"""No personal value and no free text leaves the three tables that hold them.

A whole loop is sent over HTTP with a canary in every field in which somebody can write freely, with
refusals on the way, sweeps and mail. Then everything is searched: each table of the database, Redis,
the log, the mail, and the addresses that were answered.
"""

import codecs
import logging
from datetime import timedelta
from itertools import count
from uuid import uuid4

import pytest
import redis
from django import forms
from django.conf import settings
from django.db import connection
from django.urls import reverse

from accounts.models import Session
from audits.verification import differences
from complaints.forms.acts import FORMS
from complaints.models import Attachment, CaseText, Complaint, Particulars
from notices.tasks import deliver
from sla import tasks
from tests.complaints.files import PDF, sent
from tests.complaints.sending import fields, registration, signed_in
from tests.engine.cases import at
from tests.loop import Loop

pytestmark = pytest.mark.fresh_db

CANARY = "金丝雀"
HOLDERS = {"complaints_particulars", "complaints_casetext", "complaints_attachment"}
SCORES = {"Q1": "yes", "Q2": "yes", "Q4": "9", "Q5": "9"}

# The loop with every act that has a form: (act, by whom, what is entered beside the free texts).
# 8.3 and 5.2: with money paid the plan is signed by 客服部负责人, and cost, legal and payment by
# the heads of their departments; 8.2: an extension of a 重大投诉 by 分管副总.
LOOP = (
    ("noted", "zhoumin", {}),
    ("attached", "zhoumin", {}),
    ("responded", "zhoumin", {"expected_at": "2026-03-03T09:00"}),
    ("transferred", "zhoumin", {"to": "人力运营副总"}),
    ("judged", "zhoumin", {"valid": "yes"}),
    ("graded", "zhoumin", {"grade": "重大投诉"}),
    (
        "facts_changed",
        "zhoumin",
        {"category": "物业服务", "complainants": 4},
    ),
    ("verified", "zhoumin", {"passed": "yes"}),
    ("assigned", "zhoumin", {}),
    ("returned", "duanhongwei", {}),
    ("assigned", "zhoumin", {}),
    ("accepted", "duanhongwei", {}),
    ("pressed", "linxiaoyun", {}),
    ("press_answered", "zhaogang", {}),
    (
        "order_received",
        "zhoumin",
        {"sender": "hotline", "due_at": "2026-03-09T18:00"},
    ),
    ("order_answered", "zhoumin", {"order": "1"}),
    ("task_done", "zhoumin", {"task": "management_report"}),
    ("department_responded", "zhaogang", {}),
    ("visited", "zhaogang", {}),
    ("sampled", "zhaogang", {}),
    ("report_issued", "zhaogang", {}),
    ("sheet_issued", "zhaogang", {}),
    ("temporary_measure", "zhaogang", {}),
    ("permanent_measure", "zhaogang", {}),
    ("staff_plan_submitted", "zhaogang", {}),
    ("staff_plan_confirmed", "zhoumin", {}),
    ("extension_asked", "zhaogang", {"clock": "close:1:1", "until": "2026-03-10T18:00"}),
    ("extended", "chenglixin", {"clock": "close:1:1", "until": "2026-03-10T18:00"}),
    ("investigated", "zhaogang", {}),
    ("plan_submitted", "zhaogang", {}),
    ("plan_rejected", "linxiaoyun", {}),
    ("plan_submitted", "zhaogang", {}),
    ("plan_approved", "linxiaoyun", {}),
    ("approved", "sunli", {"what": "cost"}),
    ("approved", "hanbing", {"what": "legal"}),
    ("approved", "guojing", {"what": "payment"}),
    ("customer_talked", "zhoumin", {}),
    ("executed", "zhaogang", {}),
    ("result_returned", "zhaogang", {}),
    ("customer_informed", "zhoumin", {}),
    ("confirmed", "zhoumin", {}),
    ("followed_up", "zhoumin", {"satisfaction": "不满意", "Q3": "2"} | SCORES),
    ("executed", "zhaogang", {}),
    ("result_returned", "zhaogang", {}),
    ("customer_informed", "zhoumin", {}),
    ("confirmed", "zhoumin", {}),
    ("followed_up", "zhoumin", {"satisfaction": "满意", "Q3": "5"} | SCORES),
    ("reviewed", "linxiaoyun", {"passed": "yes"}),
    ("closed", "linxiaoyun", {}),
    ("archived", "zhoumin", {}),
    ("reopened", "zhoumin", {}),
    ("withdrawn", "zhoumin", {}),
)
# Acts of a lawsuit, and acts that 大理文旅 refuses: it knows no pause, and this is no enquiry.
BESIDE = {
    "judgment": 302,
    "formalities_done": 302,
    "paused": 422,
    "resumed": 409,
    "answered": 409,
    "offence": 302,
}


RELATED = {"linked", "unlinked", "recused", "merged"}


class House:
    """People at their forms; every free text they write has a number of its own."""

    def __init__(self):
        self.loop = Loop.new()
        self.numbers = count(1)
        self.addresses: list[str] = []

    def canary(self) -> str:
        return f"{CANARY}{next(self.numbers):04}"

    def written(self, form: forms.Form) -> dict[str, str]:
        """Return a canary for each field of a form in which one can write freely."""
        return {
            name: self.canary()
            for name, field in form.fields.items()
            if isinstance(field, forms.CharField) and not field.widget.is_hidden
        }

    def send(self, by: str, address: str, entered: dict, status: int):
        client = signed_in(self.loop.user(by))
        page = client.get(address)
        written = {"note": self.canary(), "reason": self.canary()}
        if page.status_code == 200:
            form = page.context["form"]
            drawn = {bound.html_name: bound.value() for bound in form}
            entered = {name: value for name, value in drawn.items() if value is not None} | entered
            written = self.written(form)
        hidden = {"key": str(uuid4()), "seen": self.seen(address)}
        files = {"files": sent(f"{self.canary()}.pdf", PDF)} if "attached" in address else {}
        answer = client.post(address, entered | written | hidden | files)
        assert answer.status_code == status, (address, by, problems(answer))
        self.addresses += [address, answer.headers.get("Location", "")]
        return answer

    def seen(self, address: str) -> int:
        case = Complaint.objects.filter(number=address.split("/")[2]).first()
        return case.event_count if case else 0

    def register(self, by="zhoumin", **entered) -> Complaint:
        form = registration(self.loop, **entered)
        half = form | {"customer_name": self.canary(), "key": str(uuid4())}
        typed = signed_in(self.loop.user(by)).post(reverse("register_preview"), half)
        assert self.loop.user(by).drafts.filter(key=half["key"]).exists(), typed.status_code
        self.send(by, reverse("register"), form, 302)
        return Complaint.objects.latest("pk")

    def late_delivery(self) -> dict:
        """Return what differs in the form of the other unit's regulation."""
        return {
            "regulation": self.loop.versions["tobacco-2026"].regulation_id,
            "channel": "热线",
            "customer_kind": "零售终端",
            "category": "服务类",
        }

    def act(self, case, kind, by, status=302, **entered):
        address = reverse("case_act", args=[case.number, kind])
        return self.send(by, address, fields(self.loop, kind) | entered, status)


def problems(answer) -> object:
    form = answer.context and answer.context.get("form")
    return form.errors.as_json() if form else answer.status_code


def tables_with(text: str) -> set[str]:
    """Return the tables in which a text stands in any column of any row."""
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
        found = set()
        for name in names:
            cursor.execute(f"SELECT count(*) FROM {name} AS t WHERE t::text LIKE %s", [f"%{text}%"])
            if cursor.fetchone()[0]:
                found.add(name)
    return found


def in_redis() -> str:
    """Return everything that stands in Redis, keys and values, as text."""
    server = redis.Redis.from_url(settings.REDIS_URL)
    read = {
        b"string": server.get,
        b"hash": server.hgetall,
        b"set": server.smembers,
        b"list": lambda key: server.lrange(key, 0, -1),
        b"zset": lambda key: server.zrange(key, 0, -1),
    }
    rows = [(key, read[server.type(key)](key)) for key in server.scan_iter()]
    return codecs.escape_decode(repr(rows))[0].decode(errors="replace")


def test_no_word_of_a_customer_is_in_an_event_a_log_a_notice_or_redis(clock, caplog, mailoutbox):
    caplog.set_level(logging.INFO)
    clock.set(at("03-02 09:00"))
    house = House()
    case = house.register(amount_company="3000")
    house.act(case, "noted", "gaoyuan")
    house.act(case, "archived", "zhoumin", status=409)
    house.act(case, "assigned", "gaoyuan", status=403)
    house.act(case, "noted", "sujianing", status=404)
    house.act(case, "graded", "zhoumin", status=422, grade="没有的等级")
    for kind, by, entered in LOOP:
        house.act(case, kind, by, **entered)
    invalid = house.register()
    house.act(invalid, "judged", "zhoumin", valid="no", reason="DALI-17")
    house.act(invalid, "customer_informed", "zhoumin")
    house.act(invalid, "closed", "linxiaoyun", mode="invalid")
    open_case = house.register()
    for kind, status in BESIDE.items():
        house.act(open_case, kind, "zhoumin", status=status)
    clerk = "zhoumin"
    house.act(open_case, "linked", clerk, relation="same_issue", other=case.number)
    house.act(open_case, "unlinked", clerk, link=open_case.links.get().seq)
    house.act(open_case, "recused", clerk, person=house.loop.user("yangfan").pk)
    house.act(house.register(), "merged", clerk, into=open_case.number)
    assert {kind for kind, _by, _entered in LOOP} | BESIDE.keys() | RELATED == set(FORMS)
    tobacco = house.register("xujing", **house.late_delivery())
    house.act(tobacco, "responded", "xujing")
    clock.advance(timedelta(days=5))
    tasks.sweep()
    assert deliver() >= len(mailoutbox) > 0  # many of one person go out as one
    clerk = signed_in(house.loop.user("zhoumin"))
    found = clerk.post(reverse("case_search"), {"text": CANARY})["Location"]
    assert case.number in clerk.get(found).content.decode()
    house.addresses.append(found)
    signed_in(house.loop.user("zhoumin")).get(reverse("ledger_export"))

    assert CaseText.objects.filter(body__contains=CANARY).count() > 60
    assert Particulars.objects.filter(name__contains=CANARY, phone__contains=CANARY).count() == 5
    assert Attachment.objects.filter(name__contains=CANARY).count() == 1
    assert open_case.events.filter(kind="derived.overdue").exists()
    assert tables_with(CANARY) == HOLDERS
    assert CANARY not in in_redis() + str([row.get_decoded() for row in Session.objects.all()])
    assert CANARY not in caplog.text
    assert not [mail for mail in mailoutbox if CANARY in str(mail.message()) + mail.body]
    assert CANARY not in " ".join(house.addresses)
    assert list(differences()) == []


def test_the_search_finds_a_canary_where_there_is_one(clock):
    """The control: what is searched would show it."""
    house = House()
    assert tables_with(house.loop.user("zhoumin").name) == {"accounts_user"}
    server = redis.Redis.from_url(settings.REDIS_URL)
    server.set("canary", CANARY)
    try:
        assert CANARY in in_redis()
    finally:
        server.delete("canary")
