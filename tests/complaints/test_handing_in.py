"""Whoever in the house hears a complaint passes it on; the clerks of the owner register it."""

import pytest
from django.db import DatabaseError
from django.urls import reverse
from django.utils.timezone import localtime

from accounts import access_log
from accounts.models import AccessEntry
from archive import purging
from complaints.models import CaseEvent, Complaint, HandedIn
from records import clock as now
from tests.complaints.sending import registration, signed_in
from tests.engine.cases import at
from tests.loop import Loop

pytestmark = pytest.mark.django_db
HEARD = {
    "origin": "样板间现场",
    "customer_name": "段小姐",
    "phone": "13000000077",
    "description": "交房前发现厨房渗水",
    "background": "已当面安抚，约定周三答复",
}


@pytest.fixture
def loop(clock) -> Loop:
    clock.set(at("03-02 09:00"))
    return Loop.new()


def hand_in(loop, by, **changes):
    regulation = loop.versions["dali-tourism"].regulation_id
    moment = f"{localtime(now.now()):%Y-%m-%dT%H:%M}"
    sent = HEARD | {"regulation": regulation, "received_at": moment} | changes
    return signed_in(loop.user(by)).post(reverse("hand_in"), sent)


def desk(loop, by) -> str:
    return signed_in(loop.user(by)).get(reverse("desk")).content.decode()


@pytest.mark.feature("F028")
@pytest.mark.feature("F119")
@pytest.mark.parametrize("by", ["maxiao", "tangxue"])
def test_what_any_employee_hands_in_ends_with_the_clerks(loop, clock, by):
    """3.5: sales, property and others receive; the owner department registers."""
    answer = hand_in(loop, by)
    assert answer.status_code == 302
    clock.set(at("03-02 09:12"))
    for clerk in ("zhoumin", "hejia"):
        seen = desk(loop, clerk)
        for words in ("样板间现场 · 段**", HEARD["description"], HEARD["background"]):
            assert words in seen
        assert "段小姐" not in seen
        assert HEARD["phone"] not in seen
        assert loop.user(by).name in seen
    for other in (by, "sujianing", "xujing"):
        assert HEARD["description"] not in desk(loop, other)

    row = HandedIn.objects.get()
    assert HEARD["description"].encode() not in bytes(row.sealed)
    client = signed_in(loop.user("zhoumin"))
    address = reverse("register") + f"?regulation={row.version.regulation_id}&handed_in={row.pk}"
    form = client.get(address).context["form"]
    entry = AccessEntry.objects.latest("seq")
    assert (entry.kind, entry.actor) == ("revealed", loop.user("zhoumin"))
    assert entry.data == {"page": "register", "reason": "register", "handed_in": row.pk}
    assert form["customer_name"].value() == "段小姐"
    assert form["description"].value() == HEARD["description"]
    assert f"{form['received_at'].value():%m-%d %H:%M}" == "03-02 09:00"
    sent = registration(
        loop,
        handed_in=row.pk,
        received_at="2026-03-02T09:00",
        customer_name="段小姐",
        description=HEARD["description"],
    )
    assert client.post(reverse("register"), sent).status_code == 302
    case = Complaint.objects.get()
    row.refresh_from_db()
    assert (row.case, bytes(row.sealed)) == (case, b"")
    assert case.received_at == at("03-02 09:00")
    assert HEARD["description"] not in desk(loop, "hejia")
    page = client.get(reverse("case", args=[case.number])).content.decode()
    assert "在何处收到：样板间现场" in page
    assert "背景：已当面安抚，约定周三答复" in page
    told = str(list(CaseEvent.objects.values_list("data", flat=True)))
    assert "样板间" not in told


def test_what_lacks_its_customer_or_lies_ahead_is_not_passed_on(loop):
    assert hand_in(loop, "maxiao", customer_name="").status_code == 422
    assert hand_in(loop, "maxiao", received_at="2026-03-02T09:01").status_code == 422
    assert not HandedIn.objects.exists()


def test_a_clerk_of_another_unit_registers_nothing_of_it(loop):
    hand_in(loop, "maxiao")
    row = HandedIn.objects.get()
    form = signed_in(loop.user("xujing")).get(reverse("register") + f"?handed_in={row.pk}")
    assert HEARD["description"] not in form.content.decode()


def test_what_the_access_log_cannot_say_is_not_shown(loop, monkeypatch):
    hand_in(loop, "maxiao")
    row = HandedIn.objects.get()

    def broken(*_given, **_more):
        raise DatabaseError

    monkeypatch.setattr(access_log, "record", broken)
    page = signed_in(loop.user("zhoumin")).get(reverse("register") + f"?handed_in={row.pk}")
    for value in ("段小姐", HEARD["phone"], HEARD["description"]):
        assert value not in page.content.decode()


def test_values_in_the_words_are_masked_on_the_desk(loop):
    hand_in(loop, "maxiao", description="段小姐请回电13000000077", background="另号13912345678")
    seen = desk(loop, "zhoumin")
    assert "段**请回电130****0077" in seen
    assert "另号139****5678" in seen


def test_an_earlier_key_reads_it_and_without_that_key_nothing_is_lost(loop, settings):
    hand_in(loop, "maxiao")
    row, old = HandedIn.objects.get(), settings.SECRET_KEY
    clerk = loop.user("zhoumin")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the next key", [old]
    assert HEARD["description"] in desk(loop, "zhoumin")
    settings.SECRET_KEY_FALLBACKS = []
    assert "未配置旧密钥" in desk(loop, "zhoumin")
    sent = registration(loop, handed_in=row.pk, received_at="2026-03-02T09:00")
    assert signed_in(clerk).post(reverse("register"), sent).status_code == 302
    row.refresh_from_db()
    assert row.case is None
    settings.SECRET_KEY = old
    assert HEARD["description"] in desk(loop, "zhoumin")


def test_what_nobody_registers_goes_after_the_time_of_a_case(loop, clock):
    """大理文旅 sets no longer time: three years, as for a case (INV-38)."""
    hand_in(loop, "maxiao")
    clock.set(at("2029-03-03 08:59"))
    assert purging.forget_handed_in() == 0
    clock.set(at("2029-03-03 09:00"))
    assert purging.forget_handed_in() == 1
    assert not HandedIn.objects.exists()
