"""A mail server, and settings that send there."""

import pytest

from tests.notices.postbox import HOST, open_postbox

SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture
def mail_to(settings):
    """Offer a function that lets the site send to a port of this machine."""

    def use(port: int) -> None:
        settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, HOST, port

    return use


@pytest.fixture
def postbox(mail_to):
    with open_postbox() as box:
        mail_to(box.port)
        yield box
