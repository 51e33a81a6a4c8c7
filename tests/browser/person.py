"""A person at a browser: signs in, finds a case, records acts through the pages."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, Locator, Page, expect

from accounts.models import User
from accounts.signing import factors
from demo.people import PASSWORD
from tests.canaries import WORD


class Deadline(NamedTuple):
    """One deadline as the case page tells it."""

    stage: str
    words: str
    due: str
    basis: str


PATIENCE_MS = 10_000
# From the rows of the page to their words, in the order of Deadline's fields.
DEADLINES = """rows => rows.map(row => ["b", ".clock-words", ".due-at", ".basis"].map(
    part => row.querySelector(part)?.innerText ?? ""))"""


# What 大理文旅 asks of a plan beside its measures, and of whoever has carried it out.
SCHEDULE = {"启动时间": "2026-03-02", "完成时间": "2026-03-04"}
DONE = {"所做处理": "进行更换", "实际开始日期": "2026-03-02", "实际结束日期": "2026-03-02"}


@dataclass
class Person:
    """Somebody signed in in a browser context of their own."""

    page: Page
    site: str

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    def enter_password(self, username: str) -> None:
        """Fill in the login page and send it."""
        self.page.goto(f"{self.site}/login/")
        self.write(self.page.get_by_label("登录名"), username)
        self.write(self.page.get_by_label("密码"), PASSWORD)
        self.press(self.page.get_by_role("button", name="登录", exact=True))

    def visit(self, path: str) -> int:
        """Open a page of the site; return the answer's status."""
        return self.page.goto(f"{self.site}{path}").status

    def open(self, number: str) -> None:
        assert self.visit(f"/cases/{number}/") == 200

    def begin(self, number: str, act: str) -> None:
        """Go from a case's page to the form of an act, which may stand behind the others."""
        link = self.page.locator("#acts").get_by_role("link", name=act, exact=True)
        if not (self.page.url.endswith(f"/cases/{number}/") and link.is_visible()):
            self.open(number)
        if not link.is_visible():
            self.press(self.page.locator("#acts summary"))
        self.press(link)
        expect(self.page.get_by_role("heading", level=1)).to_have_text(act)

    def act(self, number: str, act: str, fields: Mapping[str, str] | None = None) -> None:
        """Record an act on a case; `fields` maps a label to a text, an option or a choice."""
        self.begin(number, act)
        self.fill(fields or {})
        self.submit()
        self.is_told(f"已记录：{act}")

    def fill(self, fields: Mapping[str, str]) -> None:
        for label, value in fields.items():
            self._enter(_named(label), value)

    def _enter(self, label: re.Pattern, value: str) -> None:
        choices = self.main.get_by_role("group", name=label)
        if choices.count():
            self.choose(choices.get_by_label(value, exact=True))
            return
        field = self.main.locator("form").get_by_label(label)
        sort = field.evaluate("node => node.tagName")
        if sort == "SELECT":
            self.select(field, value)
        else:
            # Whatever is written freely may be of the complainant: it can be found again.
            self.write(field, value + WORD if sort == "TEXTAREA" else value)

    def press(self, control: Locator) -> None:
        """Press a button, or follow a link."""
        control.click()

    def choose(self, choice: Locator) -> None:
        """Tick a box, or choose one of several."""
        choice.check()

    def select(self, field: Locator, option: str) -> None:
        """Select an option of a list by what it says."""
        field.select_option(label=option)

    def write(self, field: Locator, text: str) -> None:
        """Enter a text, or a date as the browser keeps it."""
        field.fill(text)

    def follow(self, link: Locator) -> None:
        """Go where a link leads and wait for the page that stands there."""
        with self.page.expect_navigation():
            link.click()

    def fits(self, width: int) -> None:
        """Expect the page to fit a window of `width` pixels, without scrolling sideways."""
        wide = self.page.viewport_size
        self.page.set_viewport_size({"width": width, "height": 844})
        expect(self.page.locator("html")).to_have_js_property("scrollWidth", width)
        self.page.set_viewport_size(wide)

    def submit(self) -> None:
        """Send the form of the page and wait for the answer, be it a refusal."""
        with self.page.expect_navigation():
            self.press(self.main.locator("form button.btn-primary"))

    def register(self, fields: Mapping[str, str]) -> str:
        """Register a complaint; return its number."""
        assert self.visit("/cases/new/") == 200
        self.fill(fields)
        self.submit()
        self.is_told("已登记，编号")
        return self.page.url.rstrip("/").rpartition("/")[2]

    def is_told(self, words: str) -> None:
        """Expect the answer to something that was done."""
        expect(self.page.get_by_role("status").filter(has_text=words)).to_be_visible()

    def is_refused(self, *words: str) -> None:
        """Expect a refusal that says all of these words, above the form or at a field of it."""
        expect(self.main.get_by_role("alert")).to_be_visible()
        said = " ".join(self.main.locator(".refusal, .error").all_inner_texts())
        for part in words:
            assert part in said

    def offered(self) -> list[str]:
        """Return the acts that the case page offers, the leading ones first."""
        return self.page.locator("#acts a").all_text_contents()

    def deadlines(self) -> list[Deadline]:
        """Return the deadlines of the case page, in the order of the page."""
        rows = self.page.locator("#clocks > li").evaluate_all(DEADLINES)
        return [Deadline(*(part.strip() for part in row)) for row in rows]

    def told(self) -> dict[tuple[str, str], tuple[str, str]]:
        """Return what the case page says of each deadline: (stage, due) → (words, basis)."""
        return {(row.stage, row.due): (row.words, row.basis) for row in self.deadlines()}

    def card(self, heading: str) -> str:
        """Return what a card of the page says, empty where there is no such card."""
        title = self.page.get_by_role("heading", level=2, name=heading, exact=True)
        card = self.main.locator("section.card").filter(has=title)
        return card.inner_text() if card.count() else ""

    def told_of(self, number: str) -> list[Deadline]:
        """Open a case and return its deadlines."""
        self.open(number)
        return self.deadlines()

    def offered_on(self, number: str) -> list[str]:
        """Open a case and return the acts that its page offers."""
        self.open(number)
        return self.offered()

    def unsent(self) -> bool:
        """Press the button of an incomplete form; say whether the browser keeps it back."""
        self.main.locator("form button.btn-primary").click()
        return self.main.locator("form :invalid").count() > 0

    def timeline(self) -> list[str]:
        """Return the titles of the timeline, the oldest first."""
        return self.page.locator("#timeline .entry-title").all_text_contents()[::-1]

    def stage(self) -> str:
        """Return the stage that the bar marks as the present one."""
        return self.page.locator("[aria-current=step]").inner_text()


def _named(label: str) -> re.Pattern:
    """Match a label with or without its mark; Playwright writes the pattern between slashes."""
    return re.compile(rf"^\s*{re.escape(label)}(\s+\*)?\s*$".replace("/", r"\/"))


def sign_in(
    context: BrowserContext, site: str, username: str, sort: type[Person] = Person
) -> Person:
    """Sign somebody in, in a browser context of their own.

    Whoever needs a second factor comes with a session in which it was shown: test_signing_in.py has the
    whole way.
    """
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    person = sort(page, site)
    user = User.objects.get(username=username)
    if factors.must_have(user.actor):
        context.add_cookies([session_of(user, site)])
        page.goto(f"{site}/")
    else:
        person.enter_password(username)
    expect(page.get_by_role("heading", level=1)).to_have_text("工作台")
    return person


def session_of(user: User, site: str) -> dict[str, str]:
    """Return the cookie of a new session of somebody, as Playwright takes it."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": site}
