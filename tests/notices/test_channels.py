"""Channels against real local servers: what they get, and what happens when they fail."""

import hashlib
import hmac
from datetime import time, timedelta

import pytest
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.wecombot import NotifyWeComBot
from django.core.exceptions import ImproperlyConfigured, ValidationError

from accounts.models import User
from config import environment
from notices import calling, channels, quiet
from notices.models import Attempt, Channel, Muted, Notice, Outcome, Outlet, Topic
from notices.tasks import deliver
from sla import tasks
from tests.engine.cases import at
from tests.loop import GROUP_OF_THREE, Loop
from tests.notices.sink import open_sink

pytestmark = pytest.mark.django_db

ORDINARY = GROUP_OF_THREE | {"complainants": 1}
CRISIS = GROUP_OF_THREE | {"complainants": 10}


@pytest.fixture
def sink(settings):
    settings.CALLBACK_LOCALHOST = True
    with open_sink() as one:
        yield one


@pytest.fixture
def loop(clock) -> Loop:
    clock.set(at("03-02 09:00"))
    User.objects.update(email="")
    loop = Loop.new()
    User.objects.update(email="")
    return loop


def outlet(loop: Loop, kind: str, **fields) -> Outlet:
    values = {"name": kind, "topics": [Topic.ASSIGNED], "address": "token-1"} | fields
    return Outlet.objects.create(kind=kind, department=loop.department("物业公司"), **values)


def test_a_callback_is_signed_and_says_which_case(loop, sink):
    outlet(loop, Channel.WEBHOOK, address=sink.url, secret="shared")
    case = loop.assign(loop.register())
    assert deliver() == 1
    (body,) = sink.bodies
    notice = Notice.objects.get(channel=Channel.WEBHOOK)
    assert body["id"] == f"notice-{notice.pk}@bihuan"
    assert body["title"] == f"{case.number} 有新的处理任务"
    assert body["notices"] == [{"case": case.number, "topic": "assigned", "data": {}}]
    sealed = hmac.new(b"shared", sink.raw[0], hashlib.sha256).hexdigest()
    assert sink.headers[0][channels.SIGNATURE] == f"sha256={sealed}"
    assert "李建国" not in sink.raw[0].decode()


@pytest.mark.parametrize("status", [500, 503, 404])
def test_a_failing_callback_is_tried_again_under_the_same_id(status, loop, sink, clock):
    outlet(loop, Channel.WEBHOOK, address=sink.url, secret="shared")
    loop.assign(loop.register())
    sink.status = status
    assert deliver() == 0
    assert deliver() == 0
    sink.status = 200
    clock.advance(timedelta(minutes=1))
    assert deliver() == 1
    assert len({body["id"] for body in sink.bodies}) == 1
    log = Attempt.objects.order_by("pk").values_list("outcome", "detail")
    assert list(log) == [(Outcome.FAILED, f"HTTP {status}"), (Outcome.SENT, "")]


def test_a_slow_channel_holds_up_no_other(loop, sink, clock, monkeypatch, postbox):
    """It takes the message and does not answer: after the time-out the mail goes out all the same."""
    monkeypatch.setattr(calling, "TIMEOUT_SECONDS", 0.3)
    outlet(loop, Channel.WEBHOOK, address=sink.url, secret="shared")
    User.objects.filter(username="duanhongwei").update(email="duan@example.com")
    sink.slow = True
    loop.assign(loop.register())
    assert deliver() == 1
    assert postbox.addressees == ["duan@example.com"]
    waiting = Notice.objects.get(channel=Channel.WEBHOOK)
    assert (waiting.delivered_at, waiting.attempts) == (None, 1)
    assert Attempt.objects.get(notice=waiting).detail == "ReadTimeoutError"


@pytest.mark.parametrize(
    ("kind", "plugin", "secret"),
    [
        pytest.param(Channel.WECOM, NotifyWeComBot, "", id="wecom"),
        pytest.param(Channel.DINGTALK, NotifyDingTalk, "", id="dingtalk"),
        pytest.param(Channel.DINGTALK, NotifyDingTalk, "SEC123", id="dingtalk-signed"),
        pytest.param(Channel.FEISHU, NotifyFeishu, "", id="feishu"),
    ],
)
def test_a_robot_gets_the_title_in_its_own_form(kind, plugin, secret, loop, sink, monkeypatch):
    """The robots' own library sends; only the address leads here instead of to the internet."""
    sent = []
    monkeypatch.setattr(
        "apprise.plugins.base.requests.post"
        if hasattr(plugin, "requests")
        else f"{plugin.__module__}.requests.post",
        lambda url, **given: sent.append(f"{url} {given.get('params')}") or to_sink(sink, **given),
    )
    outlet(loop, kind, address="ab12cd34ef56ab12cd34ef56ab12cd34ef56", secret=secret)
    case = loop.assign(loop.register())
    assert deliver() == 1
    assert case.number in sink.raw[0].decode() or case.number in str(sink.bodies[0])
    assert "ab12cd34" in sent[0]
    assert ("'sign'" in sent[0]) is bool(secret)


def to_sink(sink, **given):
    import requests

    keys = ("data", "json", "headers", "timeout")
    real = requests.sessions.Session()
    return real.post(sink.url, **{key: given[key] for key in keys if key in given})


def test_text_messages_go_to_the_houses_gateway(loop, sink, settings):
    settings.SMS_GATEWAY, settings.SMS_GATEWAY_TOKEN = sink.url, "gate"
    User.objects.filter(username="duanhongwei").update(mobile="13800000000")
    case = loop.assign(loop.register())
    assert deliver() == 1
    (body,) = sink.bodies
    assert (body["to"], body["text"]) == ("13800000000", f"{case.number} 有新的处理任务")
    assert sink.headers[0]["Authorization"] == "Bearer gate"


def test_without_a_gateway_nobody_gets_a_text_message(loop):
    User.objects.filter(username="duanhongwei").update(mobile="13800000000")
    loop.assign(loop.register())
    assert not Notice.objects.filter(channel=Channel.SMS).exists()


def test_what_is_muted_is_told_in_the_application_alone(loop):
    head = loop.user("duanhongwei")
    User.objects.filter(pk=head.pk).update(email="duan@example.com")
    Muted.objects.create(person=head, topic=Topic.ASSIGNED, channel=Channel.EMAIL)
    loop.assign(loop.register())
    told = Notice.objects.filter(recipient=head, topic=Topic.ASSIGNED)
    assert [one.channel for one in told] == [Channel.IN_APP]


def test_many_notices_of_one_person_are_one_message(loop, postbox, clock):
    User.objects.filter(username="duanhongwei").update(email="duan@example.com")
    numbers = [loop.assign(loop.register()).number for _case in range(5)]
    assert deliver() == 5
    (message,) = postbox.messages
    assert message["Subject"] == "5条通知"
    assert all(number in message.get_content() for number in numbers)
    assert len(set(Notice.objects.filter(channel="email").values_list("parcel", flat=True))) == 1


def test_a_digest_that_failed_goes_out_again_as_the_same_one(loop, postbox, mail_to, clock):
    from tests.notices.postbox import free_port

    User.objects.filter(username="duanhongwei").update(email="duan@example.com")
    for _case in range(5):
        loop.assign(loop.register())
    mail_to(free_port())
    assert deliver() == 0
    (parcel,) = set(Notice.objects.filter(channel="email").values_list("parcel", flat=True))
    mail_to(postbox.port)
    clock.advance(timedelta(minutes=1))
    loop.assign(loop.register())
    assert deliver() == 6
    assert f"<digest-{parcel}@bihuan>" in {one["Message-ID"] for one in postbox.messages}


def test_a_warning_after_the_breach_is_recorded_and_not_sent(loop, postbox, clock):
    """8.1: passed on within 2 hours; the sweep comes at 11:20 only, after a silence."""
    User.objects.filter(username="linxiaoyun").update(email="lin@example.com")
    loop.register(ORDINARY)
    clock.set(at("03-02 13:00"))
    tasks.sweep()
    deliver()
    warned = Notice.objects.get(topic=Topic.WARNED, channel="email", data__stage="transfer")
    assert (warned.moot_at, warned.delivered_at) == (at("03-02 13:00"), None)
    assert Attempt.objects.get(notice=warned).outcome == Outcome.MOOT
    subjects = [message["Subject"] for message in postbox.messages]
    assert any("已逾期" in one for one in subjects)
    assert not any("即将到期" in one for one in subjects)
    late = next(one for one in postbox.messages if "已逾期" in one["Subject"])
    assert "系统停摆后补发，晚" in late.get_content()


@pytest.mark.parametrize(
    ("facts", "sent"),
    [
        pytest.param(ORDINARY, "03-03 07:00", id="ordinary-waits-for-morning"),
        pytest.param(CRISIS, "03-02 23:10", id="the-highest-grade-knows-no-quiet-hours"),
    ],
)
def test_quiet_hours(facts, sent, loop, clock):
    User.objects.filter(username="duanhongwei").update(email="duan@example.com")
    clock.set(at("03-02 23:10"))
    loop.assign(loop.register(facts))
    mail = Notice.objects.get(channel="email", topic=Topic.ASSIGNED)
    assert mail.next_try == at(sent)
    shown = Notice.objects.get(channel="in_app", topic=Topic.ASSIGNED)
    assert shown.delivered_at == at("03-02 23:10")


@pytest.mark.parametrize(
    ("moment", "until"),
    [
        pytest.param("03-02 21:59", "03-02 21:59", id="before"),
        pytest.param("03-02 22:00", "03-03 07:00", id="evening"),
        pytest.param("03-03 06:59", "03-03 07:00", id="night"),
        pytest.param("03-03 07:00", "03-03 07:00", id="over"),
    ],
)
def test_the_end_of_the_quiet_hours(moment, until):
    assert quiet.end_of_quiet(at(moment), time(22), time(7)) == at(until)


def test_quiet_hours_within_a_day():
    assert quiet.end_of_quiet(at("03-02 12:30"), time(12), time(14)) == at("03-02 14:00")
    assert quiet.end_of_quiet(at("03-02 14:00"), time(12), time(14)) == at("03-02 14:00")


def test_wrong_quiet_hours_stop_the_start(monkeypatch):
    monkeypatch.setenv("QUIET_HOURS", "ten to seven")
    with pytest.raises(ImproperlyConfigured, match="22:00-07:00"):
        environment.hours("QUIET_HOURS", "")
    monkeypatch.setenv("QUIET_HOURS", "none")
    assert environment.hours("QUIET_HOURS", "22:00-07:00") is None


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        pytest.param({"kind": "webhook", "address": "ftp://x", "secret": "s"}, "address", id="ftp"),
        pytest.param({"kind": "webhook", "address": "https://x"}, "secret", id="unsigned"),
        pytest.param({"kind": "wecom", "address": "https://q/x?key=1"}, "address", id="whole-url"),
        pytest.param({"kind": "wecom", "address": "key?verify=no"}, "address", id="no-certificate"),
        pytest.param({"kind": "dingtalk", "address": "k", "secret": "s@x"}, "secret", id="options"),
        pytest.param(
            {"kind": "webhook", "address": "http://x", "secret": "s"}, "address", id="plain"
        ),
    ],
)
def test_an_outlet_says_what_is_wrong_with_it(fields, told):
    with pytest.raises(ValidationError) as caught:
        Outlet(name="x", topics=[], **fields).clean()
    assert list(caught.value.message_dict) == [told]


def test_only_three_schemes_of_the_library_are_ever_built():
    for kind in (Channel.EMAIL, Channel.SMS, Channel.WEBHOOK):
        with pytest.raises(channels.NotSent):
            channels.robot_address(Outlet(kind=kind, address="dbus"))
    with pytest.raises(channels.NotSent, match="bad_token"):
        channels.robot_address(Outlet(kind=Channel.WECOM, address="key?verify=no"))
