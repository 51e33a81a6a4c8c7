"""Fixtures of the journeys: the demo's organisation on a site, and people who sign in there.

What needs the settings is imported inside, because pytest reads this file before they are there.
"""

import pytest


@pytest.fixture
def loop(site):
    """Publish the demo's regulations for its people; a test that stops the clock does so before."""
    from tests.loop import Loop

    return Loop.new()


@pytest.fixture
def enter(new_context, site, loop):
    """Offer `enter(username)`: somebody who has signed in, in a browser context of their own."""
    from tests.browser.person import sign_in

    def signed_in(username, **context):
        return sign_in(new_context(**context), site.url, username)

    return signed_in
