"""What an end-to-end test leaves behind, kept for its whole time and searched at its end (INV-37).

The site runs in the test's process, and so does what the worker would do: one handler, one connection
and one outbox see all of them.
"""

import logging
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from django.core import mail
from playwright.sync_api import BrowserContext, ConsoleMessage, Page
from redis.connection import AbstractConnection

from accounts.models import Session
from complaints.models import Particulars
from config import logs
from notices.tasks import deliver
from tests.canaries import HOLDERS, HOLDERS_BESIDE, WORD, WORDS, found_in, tables_with

# The browser's own note that an answer has this status, which is a test's business.
STATUS = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")
IN_STORAGE = "[...Object.entries(localStorage), ...Object.entries(sessionStorage)]"


@dataclass
class Heard:
    """Place → what was said there; `faults` is what browsers complained of."""

    places: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    faults: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def leaks(self) -> dict[str, list[str]]:
        """Return place → what was said there with a canary's word in it."""
        told = {
            place: [text[:400] for text in texts if found_in(text)]
            for place, texts in self.places.items()
        }
        return {place: texts for place, texts in told.items() if texts}

    def forget(self) -> None:
        """Begin anew, with no browser to ask."""
        for kept in (*self.places.values(), self.faults, self.contexts, mail.outbox):
            kept.clear()

    def watch(self, context: BrowserContext) -> BrowserContext:
        """Listen to a browser context from its first page on."""
        self.contexts.append(context)
        context.on("request", lambda asked: self._asked(asked.url, asked.headers.get("referer")))
        context.on("console", self._said)
        context.on("weberror", lambda error: self.faults.append(str(error.error)))
        context.on("page", self._opened)
        return context

    def _asked(self, *addresses: str | None) -> None:
        self.places["address"] += filter(None, addresses)

    def _opened(self, page: Page) -> None:
        page.on("framenavigated", lambda frame: self._asked(frame.url))

    def _said(self, line: ConsoleMessage) -> None:
        self.places["console"].append(line.text)
        excused = STATUS.match(line.text) and "/static/" not in line.location["url"]
        if line.type in ("error", "warning") and not excused:
            self.faults.append(f"{line.location['url']}: {line.text}")

    def gather(self) -> None:
        """Let the mail go out, and look at what is kept: by browsers, in sessions, in tables."""
        deliver()
        self.places["mail"] += [_whole(one) for one in mail.outbox]
        self.places["session"] += [str(row.get_decoded()) for row in Session.objects.all()]
        tables = tables_with(*WORDS) - HOLDERS - HOLDERS_BESIDE
        self.places["table"] += [f"{name} {WORD}" for name in tables]
        for context in self.contexts:
            self.places["cookie"] += [str(one) for one in context.cookies()]
            for page in context.pages:
                self._stored(page)

    def _stored(self, page: Page) -> None:
        if not page.url.startswith("http"):
            return
        for key, value in page.evaluate(IN_STORAGE):
            self.places["storage"] += [key, value]


def _whole(message: mail.EmailMessage) -> str:
    parts = (message.subject, message.body, *message.recipients(), message.message().as_string())
    return "\n".join(parts)


@contextmanager
def listening() -> Iterator[Heard]:
    """Hear inside the block what is logged, and everything that is sent to Redis."""
    heard = Heard()
    with pytest.MonkeyPatch.context() as patch, _logs_to(heard.places["log"]):
        _redis_to(heard.places["redis"], patch)
        yield heard


@contextmanager
def _logs_to(lines: list[str]) -> Iterator[None]:
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(handler.format(record))
    handler.setFormatter(logs.Line("%(levelname)s %(name)s %(message)s"))
    known = [logging.getLogger(name) for name in logging.root.manager.loggerDict]
    deaf = [logging.root, *(one for one in known if not one.propagate)]
    for logger in deaf:
        logger.addHandler(handler)
    try:
        yield
    finally:
        for logger in deaf:
            logger.removeHandler(handler)


def _redis_to(texts: list[str], patch: pytest.MonkeyPatch) -> None:
    """Keep what any client sends, keys, values and messages of tasks, also what is soon gone again."""
    plain = AbstractConnection.send_packed_command

    def send(self, command, check_health=True):
        parts = [command] if isinstance(command, (str, bytes)) else [*command]
        raw = b"".join(part.encode() if isinstance(part, str) else bytes(part) for part in parts)
        texts.append(raw.decode(errors="replace"))
        return plain(self, parts, check_health)

    patch.setattr(AbstractConnection, "send_packed_command", send)


def strangers() -> list[int]:
    """Return the cases of complainants who bear no canary: what is said of them nobody would find."""
    plain = Particulars.objects.exclude(name__contains=WORD)
    return list(plain.values_list("case_id", flat=True))
