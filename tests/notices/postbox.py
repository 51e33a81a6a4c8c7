"""A real mail server in a thread, that keeps what it gets and does what a test wants of it."""

import email
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller

HOST = "127.0.0.1"


class Postbox:
    """What the server has got; it refuses the addresses in `refused`, and calls `on_message`."""

    def __init__(self):
        self.messages: list[EmailMessage] = []
        self.refused: set[str] = set()
        self.on_message: Callable[[], None] = lambda: None
        self.port = free_port()

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.messages.append(email.message_from_bytes(envelope.content, policy=default))
        self.on_message()
        return "250 OK"

    @property
    def addressees(self) -> list[str]:
        return sorted(message["To"] for message in self.messages)


def free_port() -> int:
    """Return a port at which nobody listens."""
    with socket.socket() as found:
        found.bind((HOST, 0))
        return found.getsockname()[1]


@contextmanager
def open_postbox() -> Iterator[Postbox]:
    box = Postbox()
    server = Controller(box, hostname=HOST, port=box.port)
    server.start()
    try:
        yield box
    finally:
        server.stop()
