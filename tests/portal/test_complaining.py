"""The public entrance: a stranger complains with text, pictures and a video, and follows it by a code."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.test.client import MULTIPART_CONTENT as MULTIPART
from django.test.client import FakePayload
from django.urls import reverse

from complaints.lifecycle import Kind
from complaints.models import Attachment, Complaint, Submission
from demo import people
from notices.models import Channel, Notice, Topic
from portal import codes, room, throttle
from portal.models import TrackingCode
from tests.accounts import test_inv_29 as hardened
from tests.complaints.files import MP4, PDF, photo, sent
from tests.complaints.sending import signed_in
from tests.engine.cases import at
from tests.loop import Loop

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_vault")]

PAGE = "/complain/tobacco-2026/"
ENTERED = {
    "customer_kind": "零售终端",
    "customer_name": "李建国",
    "phone": "li.jianguo@example.com",
    "subject": "送货迟到",
    "description": "约定周二送货，周四才到。",
    "demand": "说明原因并按时送货",
    "product": "卷烟配送",
    "region": "城北片区",
    "consent": "on",
}


@pytest.fixture
def loop(clock, settings) -> Loop:
    clock.set(at("03-02 10:00"))
    settings.PORTAL = ["tobacco-2026"]
    return Loop.new()


class Browser(Client):
    """Asks over HTTPS, as everybody outside does."""

    def generic(self, *args, **named):
        return super().generic(*args, **named | {"secure": True})


def stranger(address="198.51.100.7") -> Client:
    return Browser(REMOTE_ADDR=address, raise_request_exception=False)


def complain(client: Client, status=200, **changes):
    answer = client.post(PAGE, {"key": str(uuid4())} | ENTERED | changes)
    assert answer.status_code == status, answer.content.decode()
    return answer


def track(client: Client, number: str, code: str, status: int):
    answer = client.post(reverse("portal_track"), {"number": number, "code": code})
    assert answer.status_code == status, answer.content.decode()
    return answer


@pytest.mark.feature("F019")
def test_an_anonymous_customer_submits_with_a_video_and_the_case_is_in_the_queue(loop):
    """GEN-10: text, picture and video; TOB-21 names the channel 线上平台."""
    client = stranger()
    form = client.get(PAGE)
    assert form.status_code == 200
    assert "个人信息的使用" in form.content.decode()
    files = [sent("现场.jpg", photo()), sent("经过.mp4", MP4)]
    answer = complain(client, files=files)
    case = Complaint.objects.get()
    assert case.number in answer.content.decode()
    assert (case.state, case.origin, case.channel) == ("received", "public", "线上平台")
    assert case.registrar is None
    assert {row.name for row in case.attachments.all()} == {"现场.jpg", "经过.mp4"}
    received = case.events.get(kind=Kind.RECEIVED)
    assert received.data["notice"] == {"version": "2026-1", "how": "agreed"}
    assert case.particulars.description == ENTERED["description"]

    queue = signed_in(loop.user("xujing")).get(reverse("case_list"), {"state": "received"})
    assert case.number in queue.content.decode()
    assert "公众入口" in queue.content.decode()
    page = signed_in(loop.user("xujing")).get(reverse("case", args=[case.number]))
    assert "公众入口" in page.content.decode()
    assert "经过.mp4" in page.content.decode()
    told = Notice.objects.filter(case=case, topic=Topic.ENTERED, channel=Channel.IN_APP)
    assert "xujing" in set(told.values_list("recipient__username", flat=True))
    assert Notice.objects.get(topic=Topic.RECEIPT).to_customer


def test_a_double_press_is_one_case_with_one_number_and_the_same_code(loop):
    client, key = stranger(), str(uuid4())
    one, two = (
        complain(client, key=key, files=[sent("x.jpg", photo(place=False))]) for _press in range(2)
    )
    assert one.context["code"] == two.context["code"]
    assert one.context["number"] == two.context["number"] == Complaint.objects.get().number
    assert (Attachment.objects.count(), Submission.objects.count()) == (1, 1)
    complain(client, status=409, key=key, subject="另一件事")
    assert Complaint.objects.count() == 1


def test_only_a_keyed_digest_of_the_code_is_kept(loop, settings):
    answer = complain(stranger())
    code = answer.context["code"]
    assert re.fullmatch(r"([A-Z2-9]{5}-){3}[A-Z2-9]{5}", code)  # 100 bits; INV-5 asks for 64
    kept = TrackingCode.objects.get().digest
    assert kept == codes.digest(code.lower().replace("-", " "))
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    assert codes.digest(code) != kept
    track(stranger(), answer.context["number"], code, 200)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"minor": "on"}, {"guardian"}),
        ({"phone": "", "demand": ""}, {"phone", "demand"}),
        ({"customer_kind": "没有这种人"}, {"customer_kind"}),
        ({"files": [sent("a.pdf", PDF)]}, {"files"}),
        ({"files": [sent("a.jpg", b"MZ\x90")]}, {"files"}),
    ],
)
def test_what_cannot_be_taken_is_refused_field_by_field(changes, wrong, loop):
    answer = complain(stranger(), status=422, **changes)
    assert set(answer.context["form"].errors) == wrong
    assert not Complaint.objects.exists()
    assert ("请重新选择要上传的图片和视频" in answer.content.decode()) is ("files" in changes)


def test_inv_39_a_request_that_skips_the_page_is_refused(loop):
    client = stranger()
    without = {name: value for name, value in ENTERED.items() if name != "consent"}
    answer = client.post(PAGE, without | {"key": str(uuid4())})
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"consent"})
    assert not Complaint.objects.exists()


def test_inv_29_each_page_of_the_public_is_hardened_and_kept_nowhere(loop, https):
    told = complain(stranger())
    number, code = told.context["number"], told.context["code"]
    answers = [
        told,
        stranger().get(PAGE),
        stranger().get("/complain/track/"),
        track(stranger(), number, code, 200),
        *(track(stranger(), number, "WRONG", 422) for _guess in range(5)),
        track(stranger(), number, "WRONG", 429),
    ]
    for answer in answers:
        assert hardened.faults(answer, private=True) == []


def test_nobody_outside_sets_what_only_the_house_knows(loop):
    complain(
        stranger(), category="服务类", channel="热线", settled="on", received_at="2020-01-01T00:00"
    )
    case = Complaint.objects.get()
    assert (case.category, case.channel) == ("", "线上平台")
    assert case.received_at == at("03-02 10:00")


def test_the_desk_asks_to_complete_what_the_customer_could_not_know(loop):
    complain(stranger())
    case = Complaint.objects.get()
    page = signed_in(loop.user("xujing")).get(reverse("case", args=[case.number]))
    assert reverse("case_act", args=[case.number, "facts_changed"]) in page.content.decode()
    case = loop.do(case, Kind.FACTS_CHANGED, "xujing", {"category": "服务类"}, reason="补充")
    assert case.category == "服务类"


def test_a_customer_reads_stages_and_days_and_no_name_of_anybody(loop, clock):
    answer = complain(stranger())
    number, code = answer.context["number"], answer.context["code"]
    page = track(stranger(), number, code, 200).content.decode()
    assert "已收到您的投诉" in page
    assert "与您首次联系：不迟于 2026-03-02 11:00" in page  # TOB-47: within an hour
    case = Complaint.objects.get()
    loop.do(case, Kind.NOTED, "xujing", {}, note="客户态度恶劣")
    clock.advance(timedelta(hours=2))
    loop.assign(case, "销售部门", "xujing", people.TOBACCO)
    page = track(stranger(), number, code, 200).content.decode()
    assert "已交责任部门" in page
    assert "2026-03-02 12:00" in page
    assert "已超过，正在加紧办理" in page
    names = [loop.user(who).name for who in ("xujing", "taoran")]
    for inside in ("客户态度恶劣", "销售部门", "李建国", ENTERED["description"], *names):
        assert inside not in page


def test_inv_26_a_wrong_number_and_a_wrong_code_answer_alike(loop):
    answer = complain(stranger())
    number, code = answer.context["number"], answer.context["code"]
    other = complain(stranger()).context
    tries = [(number, other["code"]), ("TS20990001", code), ("TS20990001", "x"), (number, "x")]
    pages = {_told(track(stranger(), *one, 422)) for one in tries}
    assert len(pages) == 1
    track(stranger(), number, "", 422)


def _told(answer) -> str:
    return re.sub(r'value="[^"]*"|hx-headers=\'[^\']*\'', "", answer.content.decode())


def test_inv_26_guesses_wait_and_nobody_else_does(loop):
    answer = complain(stranger())
    number, code = answer.context["number"], answer.context["code"]
    for _guess in range(5):
        track(stranger(), number, "WRONG", 422)
    answer = track(stranger(), number, "WRONG", 429)
    assert int(answer["Retry-After"]) > 0
    track(stranger(), number, code, 429)  # whoever guesses waits, with the right code too
    track(stranger("203.0.113.9"), number, code, 200)  # the customer elsewhere does not
    track(stranger(), "TS20990001", "WRONG", 422)  # nor is another number waited for


def test_inv_35_one_address_sends_so_many_an_hour_and_others_go_on(loop, settings, clock, https):
    settings.PORTAL_SENT_PER_HOUR = 2
    complain(stranger())
    complain(stranger(), status=422, consent="")
    answer = complain(stranger(), status=429)
    assert answer["Retry-After"] == "3601"
    assert hardened.faults(answer, private=True) == []
    assert _sent_unread("198.51.100.7").status_code == 429
    with pytest.raises(pytest.fail.Exception):  # the control: what need not wait is read
        _sent_unread("203.0.113.9")
    complain(stranger("203.0.113.9"))
    clock.advance(throttle.HOUR + timedelta(seconds=1))
    complain(stranger())


def _sent_unread(address: str):
    """Send a body that cannot be read to its end: whoever has to wait is answered before it is."""
    body = FakePayload(b"")
    body.read = lambda *size: pytest.fail("the body is read")
    sent = {"wsgi.input": body, "CONTENT_LENGTH": "1000000", "CONTENT_TYPE": MULTIPART}
    return stranger(address).generic("POST", PAGE, **sent)


def test_inv_35_with_little_room_only_words_are_taken_and_the_page_says_so(loop, monkeypatch):
    monkeypatch.setattr(room, "LEAST_FREE", 2)
    assert "目前只接收文字" in stranger().get(PAGE).content.decode()
    complain(stranger(), files=[sent("x.mp4", MP4)])
    assert (Complaint.objects.count(), Attachment.objects.count()) == (1, 0)


def test_a_house_without_an_entrance_has_no_such_pages(loop, settings):
    """大理文旅 names no channel of the kind; what is not opened answers like what does not exist."""
    for settings.PORTAL, page in (
        ([], PAGE),
        ([], "/complain/"),
        ([], "/complain/track/"),
        (["dali-tourism"], "/complain/dali-tourism/"),
        (["tobacco-2026"], "/complain/no-such/"),
    ):
        assert stranger().get(page).status_code == 404, page
    assert stranger().get("/complain/")["Location"] == PAGE
