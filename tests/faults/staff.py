"""Staff at work over HTTP while parts of the system are killed under them.

Each presses the same button again, with the same form, until the site has said that it is done: what
it has said is written into a journal, and must be there afterwards.
"""

import http.client
import json
import re
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.cookies import SimpleCookie
from random import Random
from threading import Event, Thread
from urllib.parse import urlencode
from uuid import uuid4
from zoneinfo import ZoneInfo

from tests.canaries import IDENTITY, MAILBOX, PHONES, WORD

SHANGHAI = ZoneInfo("Asia/Shanghai")
CANARY = f"李建国{WORD}"
AGAIN_SECONDS = 0.2
WAIT_SECONDS = 15


@dataclass
class Journal:
    """What the site has acknowledged, and what was on its way when the day was over."""

    cases: dict[str, str] = field(default_factory=dict)
    notes: list[tuple[str, str]] = field(default_factory=list)
    open_cases: set[str] = field(default_factory=set)
    open_notes: set[tuple[str, str]] = field(default_factory=set)
    retries: int = 0
    strange: list[str] = field(default_factory=list)

    def as_json(self) -> str:
        return json.dumps(
            {
                "cases": self.cases,
                "notes": self.notes,
                "open_cases": sorted(self.open_cases),
                "open_notes": sorted(self.open_notes),
            }
        )


class Clerk(Thread):
    """Registers complaints and notes something on each, until told to stop."""

    def __init__(self, address, login: dict, regulation: str, number: int, journal: Journal):
        super().__init__(daemon=True)
        self.address, self.login, self.regulation = address, login, regulation
        self.random, self.journal = Random(number), journal
        self.cookies: dict[str, str] = {}
        self.going_home = Event()

    def run(self) -> None:
        self._sign_in()
        while not self.going_home.is_set():
            number = self._register()
            if number is None:
                return
            self._note(number)

    def _register(self) -> str | None:
        form = self._complaint()
        self.journal.open_cases.add(form["key"])
        answer = self._until_done("/cases/new/", form)
        if answer is None:
            return None
        number = answer.rstrip("/").rsplit("/", 1)[-1]
        self.journal.cases[form["key"]] = number
        self.journal.open_cases.discard(form["key"])
        return number

    def _note(self, number: str) -> None:
        form = {"key": str(uuid4()), "seen": "1000000", "note": f"已电话联系{WORD}"}
        self.journal.open_notes.add((number, form["key"]))
        if self._until_done(f"/cases/{number}/noted/", form) is not None:
            self.journal.notes.append((number, form["key"]))
            self.journal.open_notes.discard((number, form["key"]))

    def _complaint(self) -> dict[str, str]:
        """Received up to three hours ago, so that deadlines come and go while parts are down."""
        received = datetime.now(SHANGHAI) - timedelta(minutes=self.random.randrange(180))
        return {
            "key": str(uuid4()),
            "regulation": self.regulation,
            "received_at": f"{received:%Y-%m-%dT%H:%M}",
            "late_reason": "电话记录补录",
            "channel": "电话",
            "receiving_department": "客户服务部",
            "customer_kind": "业主",
            "customer_name": CANARY,
            "room": "3-2-501",
            "phone": PHONES[0],
            "project": "实力北岸",
            "subject": f"小区门禁长期失灵{WORD}",
            "description": f"三户业主反映单元门禁失灵两周。证件{IDENTITY}{MAILBOX}",
            "demand": f"修复门禁{WORD}",
            "category": "物业服务",
            "complainants": "3",
        }

    def _until_done(self, path: str, form: dict[str, str]) -> str | None:
        """Send a form until it is acknowledged; return where the site leads to, None when off."""
        while not self.going_home.is_set():
            status, where, body = self._send("POST", path, form)
            if status == 302 and "/login/" not in where:
                return where
            if status == 302:
                self._sign_in()
            elif status is not None and status not in (500, 502, 503):
                self.journal.strange.append(f"{path}: {status} {_told(body)}")
                return None
            self.journal.retries += 1
            self.going_home.wait(AGAIN_SECONDS)
        return None

    def _sign_in(self) -> None:
        while not self.going_home.is_set():
            self._send("GET", "/login/", None)
            form = {"username": self.login["username"], "password": self.login["password"]}
            status, _where, _body = self._send("POST", "/login/", form)
            if status == 302:
                return
            self.going_home.wait(AGAIN_SECONDS)

    def _send(self, method: str, path: str, form: dict | None) -> tuple[int | None, str, str]:
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        body = None
        if form is not None:
            body = urlencode(form | {"csrfmiddlewaretoken": self.cookies.get("csrf", "")})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        with closing(http.client.HTTPConnection(*self.address, timeout=WAIT_SECONDS)) as line:
            try:
                line.request(method, path, body, headers)
                answer = line.getresponse()
                text = answer.read().decode(errors="replace")
            except (OSError, http.client.HTTPException):
                return None, "", ""
        for cookie in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {k: v.value for k, v in SimpleCookie(cookie).items()}
        return answer.status, answer.headers.get("Location", ""), text


def _told(body: str) -> str:
    """Return what a page says went wrong."""
    found = re.findall(r'class="(?:errorlist|problem|invalid)[^"]*"[^>]*>(.*?)<', body)
    return " / ".join(found) or body[:200]
