"""INV-27: passwords cannot be guessed, and whoever guesses keeps nobody out."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import AccessEntry, Guesses
from accounts.signing import guessing
from demo.people import PASSWORD
from tests.engine.cases import at
from tests.loop import Loop
from tests.races.crowd import Meeting, together

VICTIM = "zhoumin"


@pytest.fixture
def loop(fresh_db, clock) -> Loop:
    clock.set(at("03-02 09:00"))
    return Loop.new()


def guess(client=None, username=VICTIM, password="Wrong-2026-guess", **headers):
    client = client or Client(raise_request_exception=False)
    data = {"username": username, "password": password}
    return client.post(reverse("login"), data, **headers)


def entered(answer) -> bool:
    return answer.status_code == 302


def tried(answer) -> bool:
    """Say whether a guess was compared with the password at all."""
    return answer.status_code != 429


def test_inv_27_after_five_failures_each_guess_waits_twice_as_long(loop, clock):
    assert all(tried(guess()) for _n in range(5))
    for wait in (5, 10, 20, 40):
        refused = guess(password=PASSWORD)
        assert (refused.status_code, refused["Retry-After"]) == (429, str(wait))
        assert "登录失败次数过多" in refused.content.decode()
        assert f'value="{VICTIM}"' in refused.content.decode()
        clock.advance(timedelta(seconds=wait - 1))
        assert not tried(guess(password=PASSWORD))
        clock.advance(timedelta(seconds=1))
        assert tried(guess())
    clock.advance(timedelta(seconds=80))
    assert entered(guess(password=PASSWORD))


def test_inv_27_the_victim_gets_in_from_a_device_known_to_the_account(loop, clock):
    own = Client()
    assert entered(guess(own, password=PASSWORD))
    own.post(reverse("logout"))
    for _n in range(5):
        guess()
    assert not tried(guess(password=PASSWORD))
    assert entered(guess(own, password=PASSWORD))
    own.post(reverse("logout"))
    # The device counts by itself, and is known to nobody else.
    assert all(tried(guess(own)) for _n in range(5))
    assert not tried(guess(own, password=PASSWORD))
    for _n in range(5):
        guess(username="hejia")
    assert not tried(guess(own, username="hejia", password=PASSWORD))


def test_inv_27_another_account_is_not_slowed_down(loop):
    for _n in range(5):
        guess()
    assert not tried(guess(password=PASSWORD))
    assert entered(guess(username="hejia", password=PASSWORD))


def test_inv_27_an_unknown_name_is_answered_like_a_known_one(loop):
    known, unknown = ([guess(username=name) for _n in range(6)] for name in (VICTIM, "nobody"))
    assert [one.status_code for one in known] == [one.status_code for one in unknown]
    bare = [one.content.decode().replace("nobody", VICTIM) for one in unknown]
    same = [_without_token(page) for page in bare]
    assert same == [_without_token(one.content.decode()) for one in known]


def _without_token(page: str) -> str:
    return re.sub(r'(csrfmiddlewaretoken" value="|x-csrftoken": ")[^"]+"', "", page)


@pytest.mark.parametrize("header", ["HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED"])
def test_inv_27_a_forged_address_and_an_empty_redis_change_nothing(header, loop):
    for number in range(5):
        guess(**{header: f"10.0.0.{number}"}, REMOTE_ADDR=f"192.0.2.{number}")
    cache.clear()
    assert not tried(guess(password=PASSWORD, **{header: "10.9.9.9"}, REMOTE_ADDR="192.0.2.99"))


def test_inv_27_an_hour_of_guessing_tries_less_than_a_hundred(loop, clock):
    count = 0
    for _second in range(720):
        count += tried(guess())
        clock.advance(timedelta(seconds=5))
    assert 5 < count <= 100


def test_inv_27_of_many_guesses_at_once_five_are_tried(loop):
    """As many as the house has threads for, again and again, without a moment between them."""
    answers = [one for _round in range(4) for one in together(*10 * [guess])]
    assert sum(tried(one) for one in answers) == 5
    (row,) = Guesses.objects.all()
    assert len(row.recent) == 5


def test_inv_27_without_the_lock_more_would_be_tried(loop, monkeypatch):
    """The control: all ten read the row before the first has counted."""
    meeting = Meeting(10, seconds=5)
    locked = guessing._locked

    def unlocked(account, device, now):
        row = locked(account, device, now) if not Guesses.objects.exists() else None
        row = row or Guesses.objects.get(account=account, device=device)
        meeting.wait()
        return row

    for _n in range(4):
        guess()
    monkeypatch.setattr(guessing, "_locked", unlocked)
    assert sum(tried(one) for one in together(*10 * [guess])) > 1


def test_each_attempt_is_in_the_access_log_without_what_was_typed(loop):
    guess()
    guess(username="Passw0rd-typed-here")
    guess(password=PASSWORD)
    rows = AccessEntry.objects.order_by("seq").values_list("kind", "actor__username", "data")
    assert list(rows) == [
        ("sign_in_failed", VICTIM, {}),
        ("sign_in_failed", None, {}),
        ("signed_in", VICTIM, {}),
    ]
    assert "Passw0rd" not in str(list(Guesses.objects.values()))


def test_attempts_older_than_an_hour_are_forgotten(loop, clock):
    for _n in range(5):
        guess()
    clock.advance(timedelta(hours=1, seconds=1))
    guess(username="hejia")
    assert Guesses.objects.count() == 1
