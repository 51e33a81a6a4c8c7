"""Whoever attacks: a browser that need not behave, and the tally of what the site answered to it."""

import time
from collections import Counter
from dataclasses import dataclass, field
from threading import Lock

import requests

WAIT_SECONDS = 60
NO_ANSWER = 0


@dataclass
class Tally:
    """What one attack came to: how often which status, and the longest answer in seconds."""

    name: str
    statuses: Counter[int] = field(default_factory=Counter)
    longest: float = 0.0
    lock: Lock = field(default_factory=Lock)

    def add(self, status: int, seconds: float) -> None:
        with self.lock:
            self.statuses[status] += 1
            self.longest = max(self.longest, seconds)

    @property
    def count(self) -> int:
        return self.statuses.total()

    @property
    def failures(self) -> int:
        """How often the site failed or did not answer."""
        return sum(n for status, n in self.statuses.items() if status >= 500 or status == NO_ANSWER)

    def __str__(self):
        return ", ".join(f"{n} × {status or 'none'}" for status, n in sorted(self.statuses.items()))


class Stranger:
    """One browser at the site on `address` (host, port); each answer is added to its tally."""

    def __init__(self, address: tuple[str, int], tally: Tally):
        self.address = address
        self.tally = tally
        self.line = requests.Session()

    def get(self, path: str, **named) -> requests.Response:
        return self._send("GET", path, **named)

    def post(self, path: str, data: dict, **named) -> requests.Response:
        """Send a form, with the token of the page that the browser has been given."""
        if "csrf" not in self.line.cookies:
            self.line.get(self._url("/login/"), timeout=WAIT_SECONDS)
        token = {"csrfmiddlewaretoken": self.line.cookies["csrf"]}
        return self._send("POST", path, data=data | token, **named)

    def sign_in(self, username: str, password: str, **headers: str) -> requests.Response:
        data = {"username": username, "password": password}
        return self.post("/login/", data, headers=headers)

    def is_in(self) -> bool:
        """Say whether somebody is signed in; every page is shown or leads to the login page."""
        answer = self.get("/")
        assert answer.status_code == 200 or "/login/" in answer.headers["Location"]
        return answer.status_code == 200

    def copy(self, *names: str) -> "Stranger":
        """Return somebody else's browser that has been given copies of these cookies."""
        thief = Stranger(self.address, self.tally)
        for name in names:
            thief.put(name, self.line.cookies[name])
        return thief

    def put(self, name: str, value: str) -> None:
        """Put a cookie into the browser, as if the site had set it."""
        self.line.cookies.set(name, value, domain=self.address[0], path="/")

    def _send(self, method: str, path: str, **named) -> requests.Response:
        begun = time.monotonic()
        try:
            answer = self.line.request(
                method, self._url(path), timeout=WAIT_SECONDS, allow_redirects=False, **named
            )
        except requests.RequestException:
            self.tally.add(NO_ANSWER, time.monotonic() - begun)
            raise
        self.tally.add(answer.status_code, time.monotonic() - begun)
        return answer

    def _url(self, path: str) -> str:
        return "http://{}:{}{}".format(*self.address, path)
