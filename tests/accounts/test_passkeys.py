"""INV-27: a passkey opens for its own host, its own person, one question and no copy of it."""

import json
import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from fido2.utils import websafe_decode

from accounts.models import Factor
from tests.accounts.passkey_device import Device
from tests.accounts.signing import is_in, password_entered
from tests.engine.cases import at
from tests.loop import Loop

pytestmark = pytest.mark.django_db


@pytest.fixture
def loop(clock) -> Loop:
    clock.set(at("03-02 09:00"))
    return Loop.new()


def browser() -> Client:
    return Client(SERVER_NAME="localhost", raise_request_exception=False)


def options(client: Client, page: str) -> str:
    html = client.get(reverse(page)).content.decode()
    return unescape(re.search(r'data-options="([^"]+)"', html)[1])


def with_passkey(username: str, device: Device | None = None) -> Device:
    """Let somebody add the passkey of a device to their account."""
    device, (client, _answer) = device or Device(), password_entered(username, browser())
    client.post(reverse("factor_passkey"), {"passkey": device.made(options(client, "factors"))})
    return device


def asked(username: str) -> tuple[Client, str]:
    """Come as far as the second step; return what the page asks a device to sign."""
    client, _answer = password_entered(username, browser())
    return client, options(client, "login_factor")


def enters(client: Client, answer: str) -> bool:
    client.post(reverse("login_factor"), {"passkey": answer})
    return is_in(client)


def test_inv_27_a_passkey_opens_and_its_answer_opens_once(loop):
    device = with_passkey("fangzhou")
    client, question = asked("fangzhou")
    answer = device.signed(question)
    assert enters(client, answer)
    client.post(reverse("logout"))
    client, other = asked("fangzhou")
    assert not enters(client, answer)
    client, other = asked("fangzhou")
    assert enters(client, device.signed(other))


BENT = [
    {"origin": "https://bihuan.example"},
    {"origin": "http://localhost.evil.example"},
    {"origin": "https://evil.example", "host": "evil.example"},
    {"host": "evil.example"},
    {"present": False},
    {"key": Device().key},
    {"credential": bytes(16)},
]


def test_inv_27_an_answer_for_another_page_key_or_without_a_touch_opens_nothing(loop):
    device = with_passkey("fangzhou")
    for bent in BENT:
        client, question = asked("fangzhou")
        assert not enters(client, device.differing(**bent).signed(question)), bent
        client, question = asked("fangzhou")
        assert enters(client, device.signed(question))


def test_inv_27_somebody_else_s_passkey_opens_nothing(loop):
    with_passkey("fangzhou")
    other = with_passkey("luqing")
    client, question = asked("fangzhou")
    assert not enters(client, other.signed(question))


def test_inv_27_a_copy_of_a_key_is_found_by_what_it_has_counted(loop):
    device = with_passkey("fangzhou", Device(count=3))
    copy = device.differing()
    for count, opens in ((4, True), (4, False), (3, False), (0, False), (5, True)):
        device.count = count
        client, question = asked("fangzhou")
        assert enters(client, device.signed(question)) == opens, count
    client, question = asked("fangzhou")
    assert not enters(client, copy.signed(question))


def test_inv_27_a_question_to_add_a_key_is_answered_once_and_one_key_is_one_person_s(loop):
    client, _answer = password_entered("fangzhou", browser())
    device = Device()
    answer = device.made(options(client, "factors"))
    client.post(reverse("factor_passkey"), {"passkey": answer})
    client.post(reverse("factor_passkey"), {"passkey": answer})
    assert Factor.objects.count() == 1
    with_passkey("luqing", device)
    assert not loop.user("luqing").factors.exists()
    client, _answer = password_entered("tangxue", browser())
    elsewhere = Device(origin="https://evil.example")
    client.post(reverse("factor_passkey"), {"passkey": elsewhere.made(options(client, "factors"))})
    assert not loop.user("tangxue").factors.exists()


def test_each_question_is_of_128_random_bits_and_asks_for_approved_signatures(loop):
    client, _answer = password_entered("fangzhou", browser())
    asked = [json.loads(options(client, "factors"))["publicKey"] for _n in range(2)]
    challenges = {one["challenge"] for one in asked}
    assert len(challenges) == 2
    assert all(len(websafe_decode(one)) * 8 >= 128 for one in challenges)
    # COSE's numbers of what FIPS 186-5 approves: ES256, EdDSA, ES384, ES512, PS256, RS256.
    algorithms = {one["alg"] for one in asked[0]["pubKeyCredParams"]}
    assert algorithms <= {-7, -8, -35, -36, -37, -257}
    assert -7 in algorithms
