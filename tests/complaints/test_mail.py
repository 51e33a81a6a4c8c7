"""The mailbox for complaints: one message becomes one case and is answered, a machine's is not."""

import io
import sys
import time
from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.core.management import call_command

from complaints.attachments.keeping import NotKept
from complaints.mail import taking
from complaints.mail.letter import Unreadable, read
from complaints.models import Complaint, IncomingMail
from notices import customers
from notices.models import Channel, Notice, Topic
from notices.tasks import deliver
from regulations.models import Regulation
from tests.complaints.files import MP4, photo
from tests.engine.cases import at
from tests.regulations.test_every_pack_lives import House

SENDER = "zhang.wei@example.com"
WORDS = "上月购买的电饭煲内胆脱落，要求更换。"


def letter(**headers) -> EmailMessage:
    message = EmailMessage()
    message["From"] = headers.pop("From", f"张伟 <{SENDER}>")
    message["To"] = "tousu@example.com"
    message["Subject"] = headers.pop("Subject", "电饭煲质量问题")
    message["Message-ID"] = headers.pop("Message_ID", "<1@example.com>")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(WORDS)
    return message


def receive(message, monkeypatch, code="general-enterprise") -> int:
    """Give a message to the command as a mail server does; return its exit code."""
    raw = message if isinstance(message, bytes) else message.as_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    try:
        call_command("receive_mail", regulation=code, stdout=io.StringIO(), stderr=io.StringIO())
    except SystemExit as stopped:
        return stopped.code
    return 0


@pytest.fixture
def house(clock, own_vault) -> House:
    clock.set(at("03-02 10:00"))
    return House("general-enterprise")


@pytest.mark.feature("F022")
@pytest.mark.django_db
def test_an_incoming_mail_becomes_a_case_and_its_sender_a_receipt_in_the_outbox(
    house, monkeypatch, mailoutbox
):
    """GEN-14: an automatic receipt confirms the acceptance of a complaint by mail."""
    message = letter()
    message.add_attachment(photo(), maintype="image", subtype="jpeg", filename="内胆.jpg")
    message.add_attachment(MP4, maintype="video", subtype="mp4", filename="视频.mp4")
    message.add_attachment(b"MZ\x90", maintype="application", subtype="x-exe", filename="a.exe")
    assert receive(message, monkeypatch) == 0
    case = IncomingMail.objects.get().case
    assert (case.state, case.channel, case.origin) == ("received", "邮件", "mail")
    assert [event.kind for event in case.events.order_by("seq")][:2] == ["received", "registered"]
    told = case.particulars
    assert (told.name, told.phone, told.subject) == ("张伟", SENDER, "电饭煲质量问题")
    assert told.description == WORDS
    assert {row.name for row in case.attachments.all()} == {"内胆.jpg", "视频.mp4"}
    assert "a.exe" in case.texts.get(purpose="note").body

    notice = Notice.objects.get(topic=Topic.RECEIPT)
    assert (notice.case, notice.channel, notice.data["source"]) == (case, Channel.EMAIL, ["GEN-14"])
    deliver()
    assert [mail.to for mail in mailoutbox if case.number in mail.subject] == [[SENDER]]


@pytest.mark.django_db
def test_the_same_message_again_is_the_same_case(house, monkeypatch):
    for _time in range(3):
        assert receive(letter(), monkeypatch) == 0
    assert Complaint.objects.count() == Notice.objects.filter(topic=Topic.RECEIPT).count() == 1
    other = letter(From="other@example.com")  # the same id by somebody else is another message
    assert receive(other, monkeypatch) == 0
    assert Complaint.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List_Id": "<news.example.com>"},
        {"From": "no-reply@example.com"},
        {"From": "bihuan@localhost.example"},
    ],
    ids=lambda headers: "-".join(headers),
)
def test_a_machine_is_not_answered_and_what_it_says_is_kept(headers, house, monkeypatch, settings):
    settings.DEFAULT_FROM_EMAIL = "客服 <bihuan@localhost.example>"
    assert receive(letter(**headers), monkeypatch) == 0
    assert Complaint.objects.get().state == "received"
    assert not Notice.objects.filter(topic=Topic.RECEIPT).exists()


@pytest.mark.django_db
def test_two_machines_that_answer_each_other_stop(house, monkeypatch, clock):
    for number in range(8):
        assert receive(letter(Message_ID=f"<{number}@example.com>"), monkeypatch) == 0
    assert Complaint.objects.count() == 8
    assert Notice.objects.filter(topic=Topic.RECEIPT).count() == customers.TOLD_IN_AN_HOUR
    clock.advance(timedelta(hours=2))
    receive(letter(Message_ID="<9@example.com>"), monkeypatch)
    assert Notice.objects.filter(topic=Topic.RECEIPT).count() == customers.TOLD_IN_AN_HOUR + 1


@pytest.mark.django_db
def test_what_cannot_be_taken_is_given_back_to_the_mail_server(house, monkeypatch, settings):
    """65: the sender is told; 75: the mail server tries again."""
    bounce = letter(Return_Path="<>")
    assert receive(bounce, monkeypatch) == 65
    assert receive(letter(From="nobody"), monkeypatch) == 65
    assert receive(letter(), monkeypatch, code="no-such") == 65
    assert receive(b"", monkeypatch) == 65
    monkeypatch.setattr(taking, "kept", _full)
    assert receive(letter(), monkeypatch) == 75
    settings.MAIL_BYTES = 100
    assert receive(letter(), monkeypatch) == 65
    assert (Complaint.objects.count(), IncomingMail.objects.count()) == (0, 0)


def _full(files):
    raise NotKept


@pytest.mark.django_db
def test_a_regulation_without_a_mailbox_takes_no_mail(monkeypatch):
    House("dali-tourism")
    assert Regulation.objects.exists()
    assert receive(letter(), monkeypatch, code="dali-tourism") == 65


HEAD = b"From: a@example.com\r\nSubject: "
HOSTILE = {
    "page": HEAD
    + b"x\r\nContent-Type: text/html\r\n\r\n<style>p{}</style><script>alert(1)</script>"
    + "<p>门禁<b>失灵</b></p><img src=http://evil/x>".encode(),
    "charset": HEAD
    + b"x\r\nContent-Type: text/plain; charset=no-such\r\n\r\n"
    + "失灵".encode("gb18030"),
    "raw header": HEAD + "门禁".encode("gb18030") + b"\r\n\r\n\x00\x01text",
    "no end": HEAD + b"x\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n\r\ntext",
    "two froms": b"From: a@example.com\r\nFrom: b@example.com\r\nSubject: x\r\n\r\ntext",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_broken_message_says_what_can_be_read_of_it(name):
    found = read(HOSTILE[name])
    assert found.sender == "a@example.com"
    assert found.text
    assert not set(found.subject + found.text) & {"\x00", "\x01", "<"}
    assert "alert" not in found.text


def test_a_page_without_plain_text_is_read_as_its_words():
    assert read(HOSTILE["page"]).text == "门禁失灵"


@pytest.mark.parametrize(
    "raw",
    [
        HEAD
        + b"x\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n"
        + b"--B\r\n\r\nx\r\n" * 150,
        HEAD + b"\r\n\r\n",
        b"From: =?utf-8?q?a?= <>\r\n\r\ntext",
        HEAD + b"x\r\nContent-Type: multipart/report; boundary=B\r\n\r\n--B\r\n\r\ntext\r\n--B--",
    ],
    ids=["parts", "empty", "no address", "report"],
)
def test_what_is_no_letter_is_refused(raw):
    with pytest.raises(Unreadable):
        read(raw)


def test_what_would_keep_the_library_busy_ends_at_once():
    """Unweighed, each of these takes seconds, and ten times as long ones a hundred times as much."""
    nest = b"".join(
        b"Content-Type: multipart/mixed; boundary=B%d\r\n\r\n--B%d\r\n" % (n, n)
        for n in range(3000)
    )
    began = time.monotonic()
    for raw in (
        HEAD + b"x\r\n" + nest,
        b"From: " + b"a b " * 20_000,
        b"Content-Type: " + b"a;" * 90_000,
    ):
        with pytest.raises(Unreadable):
            read(raw + b"\r\n\r\ntext")
    assert time.monotonic() - began < 2
