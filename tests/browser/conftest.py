"""Fixtures of the journeys: the demo's organisation on a site, and people who sign in there.

What needs the settings is imported inside, because pytest reads this file before they are there.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

CHINA = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def at(site, clock):
    """Offer `at(month, day, "9:00")`: the clock of the site stands at this moment of 2026.

    It stands at nine on Monday, the 2nd of March, until then.
    """

    def stand(month, day, time):
        clock.set(datetime(2026, month, day, *map(int, time.split(":")), tzinfo=CHINA))

    stand(3, 2, "9:00")
    return stand


@pytest.fixture
def loop(site):
    """Publish the demo's regulations for its people; a test that stops the clock asks for it first."""
    from tests.browser.complaints import PARTICULARS
    from tests.loop import Loop

    return Loop.new(PARTICULARS)


@pytest.fixture
def heard(site):
    """Keep all that a journey says, to log, Redis, mail and browsers."""
    from tests.browser import searched

    with searched.listening() as told:
        yield told


@pytest.fixture(autouse=True)
def new_context(browser, browser_context_args, heard):
    """Open browser contexts that are listened to; at the end nothing of a complainant is found.

    Everybody who complains is a canary (tests/canaries.py), and no browser complains.
    """
    from tests.browser import searched

    yield lambda **options: heard.watch(browser.new_context(**browser_context_args | options))
    strangers = searched.strangers()
    heard.gather()
    for context in heard.contexts:
        context.close()
    assert strangers == []
    assert heard.leaks() == {}
    assert heard.faults == []


@pytest.fixture
def enter(new_context, site, loop):
    """Offer `enter(username)`: somebody who has signed in, in a browser context of their own."""
    from tests.browser.person import sign_in

    def signed_in(username, **context):
        return sign_in(new_context(**context), site.url, username)

    return signed_in


@pytest.fixture
def enter_by_keys(new_context, site, loop):
    """Offer `enter_by_keys(username)`: as `enter`, for somebody who has no mouse."""
    from tests.browser.person import sign_in
    from tests.browser.typist import Typist

    still = {"reduced_motion": "reduce"}
    return lambda username: sign_in(new_context(**still), site.url, username, Typist)
