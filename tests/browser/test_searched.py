"""The control of what is searched after each journey: a planted word is found in every place."""

import logging
from urllib.parse import quote

import pytest
import redis
from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMessage
from playwright.sync_api import expect

from accounts.models import User
from jobs.tasks import run
from tests.browser.complaints import NAME, PHONE
from tests.canaries import MAILBOX, WORD

pytestmark = pytest.mark.browser

STORE = """name => {
    localStorage.a = sessionStorage.b = name;
    document.cookie = 'c=' + encodeURIComponent(name);
}"""
PLACES = {"log", "redis", "mail", "table", "address", "console", "storage", "cookie"}
UNSAFE = "document.body.insertAdjacentHTML('beforeend', '<b style=\"color: red\">bold</b>')"


def test_a_planted_word_is_found_in_every_place(at, enter, heard, site):
    clerk = enter("zhoumin")
    heard.gather()
    assert heard.leaks() == {}
    assert heard.faults == []

    logging.getLogger("complaints").info("registered for %s", NAME)
    cache.set("seen", {"by": PHONE})
    cache.delete("seen")
    broker = redis.Redis.from_url(settings.REDIS_URL)
    run.apply_async(args=[NAME], queue="canaries")
    broker.delete("canaries")
    EmailMessage(f"about {WORD}", MAILBOX, to=["a@example.com"]).send()
    User.objects.filter(username="zhoumin").update(name=NAME)
    clerk.visit(f"/cases/?q={quote(NAME)}")
    clerk.page.evaluate(f"console.log('{NAME}')")
    clerk.page.evaluate(STORE, NAME)
    clerk.page.evaluate(UNSAFE)
    expect(clerk.page.get_by_text("bold")).to_be_visible()
    heard.gather()
    assert ["Content Security Policy" in one for one in heard.faults] == [True]
    User.objects.filter(username="zhoumin").update(name="周敏")
    told = heard.leaks()
    heard.forget()
    assert told.keys() == PLACES
    assert len(told["redis"]) == 2
    assert any(f"q={quote(NAME)}" in one for one in told["address"])
    assert len([one for one in told["storage"] if one == NAME]) == 2
