"""An administrator's first day: an authenticator, a passkey, and each of them at the next sign-in.

The passkey is made and used by Chromium's own virtual authenticator.
"""

import pyotp
import pytest
from playwright.sync_api import expect

from accounts.models import Factor
from records import clock as database_clock
from tests.browser.person import Person

pytestmark = pytest.mark.browser
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
}


def heading(page, words):
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def look_at_a_typed_password(page, home):
    """ASVS 2.1.12: shown at a click, hidden at the next one."""
    page.goto(f"{home}/login/")
    typed = page.locator("#id_password")
    typed.fill("Bihuan2026")
    for shown in ("text", "password"):
        page.get_by_role("button", name="显示密码").click()
        expect(typed).to_have_attribute("type", shown)
    expect(typed).to_have_value("Bihuan2026")


def test_a_code_of_an_authenticator_and_a_passkey_each_open_the_door(new_context, site, at, loop):
    home = site.url.replace("127.0.0.1", "localhost")
    page = new_context().new_page()
    look_at_a_typed_password(page, home)
    Person(page, home).enter_password("fangzhou")
    heading(page, "第二因素")
    page.get_by_role("link", name="添加动态验证码").click()
    secret = page.locator("#secret").inner_text().replace(" ", "")
    own = pyotp.TOTP(secret)
    page.get_by_label("动态验证码").fill(own.at(database_clock.now()))
    page.get_by_role("button", name="启用").click()
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    recovery = page.locator(".recovery-codes li").first.inner_text()
    page.get_by_role("link", name="已保管好，进入工作台").click()
    heading(page, "工作台")

    chromium = page.context.new_cdp_session(page)
    chromium.send("WebAuthn.enable")
    device = chromium.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    page.goto(f"{home}/factors/")
    page.get_by_label("名称").fill("办公电脑")
    page.get_by_role("button", name="添加通行密钥").click()
    expect(page.get_by_role("cell", name="办公电脑")).to_be_visible()
    assert Factor.objects.filter(kind="passkey").count() == 1

    def again():
        page.locator("details.person summary").click()
        page.get_by_role("button", name="退出登录").click()
        Person(page, home).enter_password("fangzhou")
        heading(page, "第二步验证")

    again()
    page.get_by_role("button", name="使用通行密钥").click()
    heading(page, "工作台")
    again()
    page.get_by_label("动态验证码或恢复码").fill(own.at(database_clock.now()))
    page.get_by_role("button", name="验证", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="已用过")).to_be_visible()
    page.get_by_label("动态验证码或恢复码").fill(recovery)
    page.get_by_role("button", name="验证", exact=True).click()
    heading(page, "工作台")

    # A device that does not hold the key is told so, and opens nothing.
    chromium.send("WebAuthn.clearCredentials", {"authenticatorId": device["authenticatorId"]})
    again()
    page.get_by_role("button", name="使用通行密钥").click()
    expect(page.get_by_text("浏览器没有给出通行密钥")).to_be_visible()
