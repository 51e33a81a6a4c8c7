"""受理提醒: whoever complains is told at once that it was received, where the regulation asks for it."""

from datetime import timedelta

import pytest

from complaints import intake
from complaints.intake import Intake
from complaints.models import Complaint, SubjectRequest
from notices import customers
from notices.models import Channel, Notice, Outcome, Topic
from notices.tasks import deliver
from records import clock as records_clock
from tests.engine.cases import at
from tests.loop import LATE_DELIVERY, PARTICULARS, Loop
from tests.notices.sink import open_sink
from tests.regulations.test_every_pack_lives import House

pytestmark = pytest.mark.django_db

MAIL = "li.jianguo@example.com"
ONLINE = {"channel": "线上平台", "category": "产品质量缺陷", "customer_kind": "个人客户"}


def receipts():
    return Notice.objects.filter(topic=Topic.RECEIPT)


def taken(
    version, facts, *, phone=MAIL, origin=Complaint.Origin.REGISTERED, **changes
) -> Complaint:
    """Register a complaint that came in now without anybody of the house."""
    told = PARTICULARS | {"phone": phone}
    given = {"version": version, "received_at": records_clock.now(), "facts": facts}
    return intake.register(Intake(**given, particulars=told, origin=origin, **changes), actor=None)


@pytest.fixture
def general(clock) -> House:
    clock.set(at("03-02 22:30"))
    return House("general-enterprise")


@pytest.mark.feature("F021")
def test_the_outbox_holds_a_notice_to_the_customer_right_after_the_complaint_is_taken(
    general, mailoutbox
):
    """GEN-10: 受理提醒; GEN-42: within 12 hours of acceptance customer service talks to the customer."""
    case = taken(general.version, ONLINE)
    notice = receipts().get()
    assert (notice.case, notice.channel, notice.to_customer) == (case, Channel.EMAIL, True)
    assert notice.created_at == notice.next_try == at("03-02 22:30")  # mail knows no quiet hours
    assert notice.data["source"] == ["GEN-10"]
    assert MAIL not in str(notice.data) + notice.key
    assert deliver() == 1
    (mail,) = mailoutbox
    assert mail.to == [MAIL]
    assert case.number in mail.subject
    assert "通用企业单位已于 2026-03-02 22:30 收到您的投诉" in mail.body
    assert "与您沟通处理方案：不迟于 2026-03-03 10:30" in mail.body
    assert case.version.pack.basis(("GEN-42",)) in mail.body
    assert "请联系客服部并说明编号" in mail.body
    assert mail.extra_headers["Auto-Submitted"] == "auto-generated"
    assert deliver() == 0


@pytest.mark.feature("F021")
def test_a_text_message_says_it_in_a_line_after_the_quiet_hours(clock, settings):
    """TOB-47: first response within an hour, any channel."""
    with open_sink() as sink:
        settings.SMS_GATEWAY, settings.SMS_GATEWAY_TOKEN = sink.url, "gate"
        clock.set(at("03-02 22:30"))
        loop = Loop.new()
        case = loop.register(LATE_DELIVERY, code="tobacco-2026", by="xujing", phone="139 0000-0007")
        assert receipts().get().next_try == at("03-03 07:00")
        clock.advance(timedelta(hours=9))
        deliver()
    told = next(body for body in sink.bodies if case.number in body["text"])
    assert told["to"] == "13900000007"
    assert (
        f"您的投诉已收到，编号 {case.number}；与您首次联系：不迟于 2026-03-02 23:30" in told["text"]
    )


def test_nobody_is_told_whom_nobody_asked_to_tell(general, settings):
    """No contact, an address of a street, a channel of which the regulation says nothing, history."""
    for phone in ("", "幸福路7号", "13900000007"):  # no gateway for text messages
        taken(general.version, ONLINE, phone=phone)
    taken(general.version, ONLINE | {"channel": "线下门店"})
    taken(general.version, ONLINE, number="TS1", origin=Complaint.Origin.IMPORTED)
    settings.CUSTOMER_RECEIPTS = "never"
    taken(general.version, ONLINE)
    assert not receipts().exists()
    settings.CUSTOMER_RECEIPTS = "always"
    taken(general.version, ONLINE | {"channel": "线下门店"})
    assert receipts().get().data["source"] == []


def test_a_complaint_that_is_refused_leaves_no_notice(general):
    with pytest.raises(intake.Refused):
        intake.register(
            Intake(
                general.version,
                records_clock.now() + timedelta(days=1),
                ONLINE,
                PARTICULARS | {"phone": MAIL},
            ),
            actor=None,
        )
    assert not receipts().exists()


def test_nothing_goes_out_to_whoever_wants_their_data_erased(general, mailoutbox):
    now, case = records_clock.now(), taken(general.version, ONLINE)
    SubjectRequest.objects.create(
        case=case,
        kind=SubjectRequest.Kind.ERASURE,
        received_at=now,
        due_at=now,
        restricted_at=now,
        recorded_by=general.service,
    )
    assert (deliver(), mailoutbox) == (0, [])
    assert receipts().get().moot_at is not None
    assert receipts().get().log.get().outcome == Outcome.MOOT


def test_a_case_whose_complainant_is_erased_reaches_nobody():
    assert customers.reachable(Complaint()) is None


def test_two_complainants_never_share_a_message(general, mailoutbox):
    """Notices of one person of the house go out together; complainants are not one person."""
    for number in range(5):
        taken(general.version, ONLINE, phone=f"kunde{number}@example.com")
    assert deliver() == 5
    assert sorted(mail.to[0] for mail in mailoutbox) == [f"kunde{n}@example.com" for n in range(5)]
