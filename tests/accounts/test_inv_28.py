"""INV-28: a session ends on logout, idleness, a day's end, a new password, a disabled account: everywhere."""

from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse

from accounts.models import Session
from demo.people import PASSWORD
from tests.engine.cases import at
from tests.loop import Loop

NEW = "Another-2026-secret"


@pytest.fixture
def loop(db, clock, settings) -> Loop:
    settings.SESSION_IDLE, settings.SESSION_LONGEST = timedelta(minutes=30), timedelta(hours=12)
    clock.set(at("03-02 08:00"))
    return Loop.new()


def signed_in(username="zhoumin", client=None) -> Client:
    client = client or Client(HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Firefox/140.0")
    data = {"username": username, "password": PASSWORD}
    assert client.post(reverse("login"), data).status_code == 302
    return client


def is_in(client: Client, url="desk", **headers) -> bool:
    answer = client.get(reverse(url), **headers)
    if answer.status_code == 302:
        assert answer["Location"].startswith(reverse("login"))
    return answer.status_code == 200


def stolen(client: Client) -> Client:
    """Return a thief with a copy of the cookie as it is now."""
    thief = Client()
    thief.cookies[django_settings.SESSION_COOKIE_NAME] = client.cookies[
        django_settings.SESSION_COOKIE_NAME
    ].value
    assert is_in(thief)
    return thief


def test_inv_28_signing_out_ends_it_for_a_copied_cookie_too(loop):
    client = signed_in()
    thief = stolen(client)
    client.post(reverse("logout"))
    assert not is_in(thief)


def test_inv_28_half_an_hour_without_use_ends_it(loop, clock):
    client = signed_in()
    clock.advance(timedelta(minutes=29, seconds=59))
    assert is_in(client)
    clock.advance(timedelta(minutes=29, seconds=59))
    assert is_in(client)
    clock.advance(timedelta(minutes=30))
    assert not is_in(client)
    assert "登录已到期" in client.get(reverse("login")).content.decode()


def test_inv_28_a_forgotten_window_does_not_keep_it_open(loop, clock):
    client = signed_in()
    for _n in range(3):
        clock.advance(timedelta(minutes=9))
        assert is_in(client, "notice_badge", HTTP_HX_REQUEST="true")
    clock.advance(timedelta(minutes=3))
    assert not is_in(client)


def test_inv_28_twelve_hours_end_it_however_much_it_was_used(loop, clock):
    client = signed_in()
    for _n in range(71):
        clock.advance(timedelta(minutes=10))
        assert is_in(client)
    clock.advance(timedelta(minutes=10))
    assert not is_in(client)


def test_inv_28_a_new_password_ends_all_the_others(loop):
    client, other = signed_in(), signed_in()
    thief = stolen(client)
    data = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    assert client.post(reverse("password_change"), data).status_code == 302
    assert is_in(client)
    assert not is_in(other)
    assert not is_in(thief)


def test_inv_28_a_disabled_account_is_out_at_once(loop):
    client = signed_in()
    person = loop.user("zhoumin")
    person.is_active = False
    person.save()
    assert not is_in(client)


def test_inv_28_a_session_id_from_before_signing_in_opens_nothing(loop):
    client = Client()
    session = client.session
    session["planted"] = "yes"
    session.save()
    client.cookies[django_settings.SESSION_COOKIE_NAME] = session.session_key
    signed_in(client=client)
    planted = Client()
    planted.cookies[django_settings.SESSION_COOKIE_NAME] = session.session_key
    assert not is_in(planted)


def test_ones_own_sessions_are_listed_and_ended(loop):
    here, there, elsewhere = signed_in(), signed_in(), signed_in()
    stranger = signed_in("hejia")
    page = here.get(reverse("sessions")).content.decode()
    assert page.count("Firefox · Windows") == 3
    keys = Session.objects.values_list("session_key", flat=True)
    assert not any(key in page for key in keys)
    handle = Session.objects.get(session_key=there.session.session_key).handle
    foreign = Session.objects.get(session_key=stranger.session.session_key).handle
    own = {"password": PASSWORD}
    # Whoever found the window open, and whoever guesses, ends none.
    for wrong in ({}, {"password": "Guess-2026-secret"}):
        assert here.post(reverse("sessions"), {"session": handle} | wrong).status_code == 422
    assert is_in(there)
    here.post(reverse("sessions"), own | {"session": foreign})
    here.post(reverse("sessions"), own | {"session": handle})
    assert [is_in(one) for one in (here, there, elsewhere, stranger)] == [True, False, True, True]
    here.post(reverse("sessions"), own)
    assert [is_in(one) for one in (here, elsewhere, stranger)] == [True, False, True]
