"""No personal value and no free text leaves the three tables that hold them.

A whole loop is sent over HTTP with a canary in every field in which somebody can write freely, with
refusals on the way, sweeps and mail. Then everything is searched: each table of the database, Redis,
the log, the mail, and the addresses that were answered.
"""

import io
import json
import logging
from base64 import b64decode, b64encode
from contextlib import suppress
from datetime import timedelta
from email.message import EmailMessage
from itertools import count
from urllib.parse import quote, unquote
from uuid import uuid4

import pytest
import redis
from celery import shared_task
from celery.app.trace import build_tracer
from django import forms
from django.conf import settings
from django.db import DataError, OperationalError, connection
from django.test import Client, override_settings
from django.urls import path, reverse

from accounts.models import Session
from audits.verification import differences
from complaints.forms.acts import FORMS
from complaints.mail.letter import read
from complaints.mail.taking import take
from complaints.models import Attachment, CaseText, Complaint, Particulars
from config import logs, urls
from config.celery import app
from jobs import tasks as tasks_of_jobs
from notices.tasks import deliver
from sla import tasks
from tests.canaries import HOLDERS, WORD, WORDS, found_in, in_redis, tables_with
from tests.complaints.files import PDF, plain, sent
from tests.complaints.sending import fields, registration, signed_in
from tests.engine.cases import at
from tests.loop import Loop
from tests.regulations.test_every_pack_lives import House as OtherHouse

pytestmark = pytest.mark.fresh_db

SCORES = {"Q1": "yes", "Q2": "yes", "Q4": "9", "Q5": "9"}

# The loop with every act that has a form: (act, by whom, what is entered beside the free texts).
# 8.3 and 5.2: with money paid the plan is signed by 客服部负责人, and cost, legal and payment by
# the heads of their departments; 8.2: an extension of a 重大投诉 by 分管副总.
LOOP = (
    ("noted", "zhoumin", {}),
    ("attached", "zhoumin", {}),
    ("responded", "zhoumin", {"expected_at": "2026-03-03T09:00"}),
    ("transferred", "zhoumin", {"to": "人力运营副总"}),
    ("screened", "zhoumin", {"valid": "yes"}),
    ("judged", "zhoumin", {"valid": "yes", "judging_basis": "国家法律与地方法规"}),
    ("recorded", "zhoumin", {"record": "promise", "form": "仅口头"}),
    ("subtask_given", "zhoumin", {"sort": "downstream", "due_at": "2026-03-08T18:00"}),
    ("subtask_signed", "linxiaoyun", {"subtask": "1"}),
    ("subtask_answered", "linxiaoyun", {"subtask": "1"}),
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
    "subtask_checked": 422,
    "offence": 302,
}


RELATED = {"linked", "unlinked", "recused", "merged", "handed_over"}


class House:
    """People at their forms; every free text they write has a number of its own."""

    def __init__(self):
        self.loop = Loop.new()
        self.numbers = count(1)
        self.addresses: list[str] = []

    def canary(self) -> str:
        return f"{WORD}{next(self.numbers):04}"

    def written(self, form: forms.Form) -> dict[str, str]:
        """Return a canary for each field of a form in which one can write freely."""
        return {
            name: self.canary()
            for name, field in form.fields.items()
            if isinstance(field, forms.CharField) and not field.widget.is_hidden
        }

    def client(self, by: str) -> Client:
        """Return somebody's browser; every address that it asks for is remembered."""
        client = signed_in(self.loop.user(by))
        ask = client.request

        def remembering(**request):
            self.addresses.append(f"{request['PATH_INFO']}?{request.get('QUERY_STRING', '')}")
            return ask(**request)

        client.request = remembering
        return client

    def about_people(self, case) -> None:
        """Give a reason for seeing values, hold the case, and ask about one's own data."""
        address = reverse("case_reveal", args=[case.number])
        words = {"reason": "other", "words": self.canary()}
        assert self.client("zhoumin").post(address, words).status_code == 302
        shown = self.client("zhoumin").get(reverse("case", args=[case.number]))
        assert shown.content.decode().count(WORD) > 60
        held = {"ground": "audit", "reason": self.canary()}
        address = reverse("hold_set", args=[case.number])
        assert self.client("konglingyi").post(address, held).status_code == 302
        asked = {"kind": "access", "check_done": "in_person", "words": self.canary()}
        address = reverse("subject_request", args=[case.number])
        assert self.client("zhoumin").post(address, asked).status_code == 302
        params = {"tab": "all", "format": "xlsx", "personal": "move"}
        answer = self.client("zhoumin").post(reverse("ledger_out"), params)
        tasks_of_jobs.run(answer["Location"].rstrip("/").rpartition("/")[2])
        self.addresses.append(answer["Location"])

    def send(self, by: str, address: str, entered: dict, status: int):
        client = self.client(by)
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

    def from_outside(self) -> None:
        """Complain on the public's page and by mail; ask how it stands, with a wrong code too."""
        client, page = Client(), reverse("portal_complain", args=["tobacco-2026"])
        form = client.get(page).context["form"]
        entered = self.written(form) | {"customer_kind": "零售终端", "consent": "on"}
        files = {"files": sent(f"{self.canary()}.png", plain("PNG"))}
        told = client.post(page, {"key": str(uuid4())} | entered | files).context
        for code in (told["code"], self.canary()):
            client.post(reverse("portal_track"), {"number": told["number"], "code": code})
        mail = EmailMessage()
        mail["From"], mail["Subject"] = f"{self.canary()} <kunde@example.com>", self.canary()
        mail.set_content(self.canary())
        mail.add_attachment(plain("PNG"), "image", "png", filename=f"{self.canary()}.png")
        with_mailbox = OtherHouse("general-enterprise").version
        take(read(mail.as_bytes()), with_mailbox.regulation)
        self.addresses += [page, reverse("portal_track")]

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


def test_inv_37_no_word_of_a_customer_is_in_an_event_a_log_a_notice_a_task_an_address_or_redis(
    clock, caplog, mailoutbox, settings, own_vault
):
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
    house.act(
        invalid,
        "judged",
        "zhoumin",
        valid="no",
        reason="DALI-17",
        judging_basis="国家法律与地方法规",
    )
    house.act(invalid, "customer_informed", "zhoumin")
    house.act(invalid, "closed", "linxiaoyun", mode="invalid")
    open_case = house.register()
    for kind, status in BESIDE.items():
        house.act(open_case, kind, "zhoumin", status=status)
    clerk = "zhoumin"
    house.act(open_case, "linked", clerk, relation="same_issue", other=case.number)
    house.act(open_case, "unlinked", clerk, link=open_case.links.get().seq)
    house.act(open_case, "recused", clerk, person=house.loop.user("yangfan").pk)
    house.act(open_case, "assigned", clerk)
    house.act(open_case, "accepted", "duanhongwei")
    house.act(open_case, "handed_over", "duanhongwei")
    house.act(house.register(), "merged", clerk, into=open_case.number)
    assert {kind for kind, _by, _entered in LOOP} | BESIDE.keys() | RELATED == set(FORMS)
    settings.PORTAL = ["tobacco-2026"]
    house.from_outside()
    tobacco = house.register("xujing", **house.late_delivery())
    house.act(tobacco, "responded", "xujing")
    clock.advance(timedelta(days=5))
    tasks.sweep()
    assert deliver() >= len(mailoutbox) > 0  # many of one person go out as one
    clerk = signed_in(house.loop.user("zhoumin"))
    found = clerk.post(reverse("case_search"), {"text": WORD})["Location"]
    assert case.number in clerk.get(found).content.decode()
    house.addresses.append(found)
    signed_in(house.loop.user("zhoumin")).get(reverse("ledger_export"))
    house.about_people(case)

    assert CaseText.objects.filter(body__contains=WORD).count() > 60
    assert Particulars.objects.filter(name__contains=WORD, phone__contains=WORD).count() == 6
    assert Attachment.objects.filter(name__contains=WORD).count() == 3
    assert open_case.events.filter(kind="derived.overdue").exists()
    assert tables_with(WORD) == HOLDERS
    assert WORD not in in_redis(settings.REDIS_URL) + in_messages() + str(
        [row.get_decoded() for row in Session.objects.all()]
    )
    assert WORD not in caplog.text
    assert not [mail for mail in mailoutbox if WORD in str(mail.message()) + mail.body]
    assert len(house.addresses) > 200
    assert WORD not in unquote(" ".join(house.addresses))
    assert list(differences()) == []


def in_messages() -> str:
    """Return what stands in the messages of the queues: names, arguments and headers of tasks."""
    server = redis.Redis.from_url(settings.REDIS_URL)
    told = []
    for key in server.scan_iter(_type="list"):
        for row in server.lrange(key, 0, -1):
            with suppress(ValueError, KeyError, TypeError):
                message = json.loads(row)
                told.append(json.dumps(message["headers"], ensure_ascii=False))
                told.append(json.dumps(json.loads(b64decode(message["body"])), ensure_ascii=False))
    return "\n".join(told)


def spelt(word: str) -> list[str]:
    """Return a word as addresses, JSON, Python and base64 spell it, within something longer."""
    address, inside = quote(word), [f"{before}{word}z".encode() for before in ("", "x", "xy")]
    written = [word, address, address.lower(), json.dumps([word]), str([word.encode()])]
    return [f"x{one}y" for one in (*written, *(b64encode(text).decode() for text in inside))]


def test_a_word_is_found_however_it_is_spelt():
    for word in (*WORDS, f"李建国{WORD}"):
        assert [one for one in spelt(word) if not found_in(one)] == []
    assert [one for word in ("画眉", "13000000001") for one in spelt(word) if found_in(one)] == []


def test_the_search_finds_a_canary_where_there_is_one(clock):
    """The control: what is searched would show it."""
    house = House()
    assert tables_with(house.loop.user("zhoumin").name) == {"accounts_user"}
    server = redis.Redis.from_url(settings.REDIS_URL)
    server.set("canary", WORD)
    tasks_of_jobs.run.apply_async(args=[WORD], queue="canaries")
    try:
        assert WORD in in_redis(settings.REDIS_URL)
        assert WORD in in_messages()
    finally:
        server.delete("canary", "canaries")


def logged(action) -> str:
    """Return what a line of the log says of what an action raises."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.Line("%(levelname)s %(name)s %(message)s"))
    names = ("django.request", "celery.app.trace", "tests")
    for name in names:
        logging.getLogger(name).addHandler(handler)
    try:
        action()
    finally:
        for name in names:
            logging.getLogger(name).removeHandler(handler)
    return stream.getvalue()


def stumble(phone: str) -> None:
    """Fail as code fails that has somebody's telephone number in its hands."""
    told = {"phone": phone}
    with connection.cursor() as cursor:
        try:
            int(told["phone"])
        except ValueError:
            cursor.execute(
                "INSERT INTO complaints_search (token, sealed) VALUES (%s, NULL)", [phone]
            )


def stumbling(request):
    stumble(request.POST["phone"])


class Stumbling:
    urlpatterns = (*urls.urlpatterns, path("stumbling/", stumbling, name="case_search"))
    handler500 = urls.handler500


@override_settings(ROOT_URLCONF=Stumbling, DEBUG=False)
def test_inv_37_an_exception_in_a_page_leaves_nothing_personal_in_the_log_or_the_answer():
    client = signed_in(Loop.new().user("zhoumin"))
    answers = []
    said = logged(lambda: answers.append(client.post("/stumbling/", {"phone": WORD})))
    (answer,) = answers
    assert answer.status_code == 500
    assert WORD not in answer.content.decode()
    assert "in stumble" in said
    assert "ValueError" in said
    assert WORD not in said


def test_inv_37_an_exception_in_a_task_leaves_nothing_personal_in_the_log():
    task = shared_task(name="tests.stumble")(stumble)
    trace = build_tracer(task.name, task, app=app)
    said = logged(lambda: trace("1", [WORD], {}, {"id": "1"}))
    assert "task tests.stumble[1] failed" in said
    assert "in stumble" in said
    assert WORD not in said


def test_the_log_tells_where_the_database_is_not_to_be_reached():
    """The control of the formatter: the words of machines are kept, plain formatters tell everything."""

    def fail(problem):
        try:
            raise problem
        except Exception:
            logging.getLogger("tests").exception("failed")

    assert "connection refused" in logged(lambda: fail(OperationalError("connection refused")))
    with pytest.raises(DataError) as caught:
        stumble(WORD)
    told = (caught.type, caught.value, caught.tb)
    assert WORD in logging.Formatter().formatException(told)
