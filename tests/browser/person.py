"""A person at a browser: signs in, finds a case, records acts through the pages."""

from dataclasses import dataclass

from demo.people import PASSWORD


@dataclass
class Person:
    """Somebody signed in in a browser context of their own."""

    page: object
    site: str

    def open(self, number):
        self.page.goto(f"{self.site}/cases/{number}/")
        return self.page

    def act(self, number, label, fields=None):
        """Record an act on a case; `fields` maps a label to a text, an option or a choice."""
        self.open(number)
        self.page.get_by_role("link", name=label, exact=True).first.click()
        self.fill(fields or {})
        self.submit()

    def fill(self, fields):
        for label, value in fields.items():
            field = self.page.get_by_label(label, exact=False).first
            kind = field.evaluate("node => node.tagName + ':' + (node.type || '')")
            if kind.startswith("SELECT"):
                field.select_option(label=value)
            elif kind.endswith(":radio") or kind.startswith(("DIV", "FIELDSET")):
                group = self.page.get_by_role("group", name=label)
                group.get_by_label(value, exact=True).check()
            else:
                field.fill(value)

    def submit(self):
        self.page.locator("main form button[type=submit]").last.click()

    def text(self):
        return self.page.locator("main").inner_text()


def sign_in(new_context, site, username) -> Person:
    """Open a browser context, sign somebody in and return them."""
    page = new_context(locale="zh-CN", timezone_id="Asia/Shanghai").new_page()
    page.goto(f"{site}/login/")
    page.get_by_label("登录名").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.locator("main form button[type=submit], form.login button[type=submit]").first.click()
    page.wait_for_url(f"{site}/")
    return Person(page, site)
