"""The registration page at work: the preview with its clauses, drafts, and late entries."""

import re

import pytest
from django.conf import settings
from playwright.sync_api import expect

from accounts.models import User
from complaints import drafts
from demo.people import PASSWORD
from tests.browser.complaints import NAME, ONE_OWNER, PHONE, THREE_NEIGHBOURS
from tests.canaries import WORD
from tests.waiting import until

pytestmark = pytest.mark.browser

# What every complaint of an owner is asked for; who took it in and when is filled in.
TYPICAL = {
    "投诉渠道",
    "客户类型",
    "客户姓名",
    "物业房号",
    "联系电话",
    "项目名称",
    "投诉主题",
    "问题描述",
    "客户要求",
    "投诉类别",
}
FACTS = {"投诉类别": "物业服务", "投诉人数": "3"}


def expect_preview_of_a_group(clerk):
    """Expect what 大理文旅 makes of three neighbours about 物业服务, received at 9:00."""
    preview = clerk.page.locator("#preview")
    expect(preview).to_contain_text(re.compile(r"等级\s*重大投诉\s*大理文旅 6\.1\.2\.3"))
    expect(preview).to_contain_text(re.compile(r"责任部门\s*物业公司\s*配合 项目工程部"))
    expect(preview).to_contain_text(re.compile(r"须上报\s*人力运营副总\s*大理文旅 8\.1 重大"))
    expect(preview).to_contain_text(re.compile(r"到期\s*2026-03-02 11:00\s*大理文旅 8\.1 重大"))
    expect(preview).to_contain_text(re.compile(r"到期\s*2026-03-03 09:00\s*大理文旅 4\.1\.1"))
    expect(preview).to_contain_text(re.compile(r"到期\s*2026-03-05 24:00\s*大理文旅 8\.1 重大关闭"))


def test_the_preview_follows_what_is_entered(at, enter):
    clerk = enter("zhoumin")
    clerk.visit("/cases/new/")
    clerk.fill(FACTS)
    clerk.page.get_by_label("客户姓名").focus()
    expect_preview_of_a_group(clerk)
    clerk.fill({"投诉人数": "10"})
    clerk.page.get_by_label("客户姓名").focus()
    expect(clerk.page.locator("#preview")).to_contain_text(re.compile(r"等级\s*危机投诉"))


def test_the_preview_comes_without_javascript_and_nothing_is_lost(at, enter):
    clerk = enter("zhoumin", java_script_enabled=False)
    clerk.visit("/cases/new/")
    clerk.fill(FACTS | {"客户姓名": NAME})
    clerk.page.get_by_role("button", name="查看时限").click()
    expect_preview_of_a_group(clerk)
    expect(clerk.main.get_by_role("alert")).to_have_count(0)
    clerk.fill(THREE_NEIGHBOURS | {"客户姓名": NAME})
    clerk.submit()
    clerk.is_told("已登记，编号 DL2026030001")


def test_a_draft_survives_a_reload_and_goes_when_it_was_sent(at, enter):
    clerk = enter("zhoumin")
    clerk.visit("/cases/new/")
    clerk.fill(THREE_NEIGHBOURS)
    expect(clerk.page.locator("#kept")).to_contain_text("草稿已保存 2026-03-02 09:00")
    expect(clerk.page.locator("#preview")).to_contain_text("重大投诉")
    until(lambda: NAME in str([one.entered for one in drafts.of(writer())]), seconds=5)
    clerk.page.reload()
    clerk.is_told("已恢复 2026-03-02 09:00 保存、没有提交的内容")
    expect(clerk.page.get_by_label("客户姓名")).to_have_value(NAME)
    expect_preview_of_a_group(clerk)
    clerk.submit()
    clerk.is_told("已登记，编号")
    number = clerk.page.url.rstrip("/").rpartition("/")[2]
    clerk.visit("/cases/new/")
    expect(clerk.page.get_by_label("客户姓名")).to_have_value("")
    type_into_an_act(clerk, number)


def type_into_an_act(clerk, number):
    """The same for an act on the case, whose session runs out as well; the browser keeps nothing."""
    clerk.begin(number, "备注")
    clerk.fill({"备注": "李建国来电"})
    expect(clerk.page.locator(".kept")).to_contain_text("草稿已保存 2026-03-02 09:00")
    clerk.page.reload()
    clerk.is_told("已恢复 2026-03-02 09:00 保存、没有提交的内容")
    note = clerk.main.locator("[name=note]")
    expect(note).to_have_value("李建国来电" + WORD)
    clerk.page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    note.fill("李建国来电两次")
    expect(clerk.page.locator(".kept")).to_contain_text("登录已过期")
    stored = clerk.page.evaluate("({...localStorage, ...sessionStorage})")
    assert stored == {"htmx-current-path-for-history": f"/cases/{number}/noted/"}  # a name, no text
    clerk.submit()
    sign_in_again(clerk)
    expect(note).to_have_value("李建国来电两次")
    clerk.submit()
    clerk.is_told("已记录：备注")


def test_a_draft_survives_a_session_that_ran_out_while_somebody_typed(at, enter):
    clerk = enter("zhoumin")
    clerk.visit("/cases/new/")
    clerk.page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    clerk.fill(THREE_NEIGHBOURS)
    expect(clerk.page.locator("#preview")).to_contain_text("登录已过期")
    clerk.submit()
    sign_in_again(clerk)
    expect(clerk.page.get_by_role("heading", level=1)).to_have_text("登记投诉")
    expect(clerk.page.get_by_label("客户姓名")).to_have_value(NAME)
    clerk.submit()
    clerk.is_told("已登记，编号")


def sign_in_again(clerk):
    expect(clerk.page).to_have_url(re.compile("/login/"))
    clerk.page.get_by_label("登录名").fill("zhoumin")
    clerk.page.get_by_label("密码").fill(PASSWORD)
    clerk.page.get_by_role("button", name="登录", exact=True).click()


def writer():
    return User.objects.get(username="zhoumin")


class Keyboard:
    """A clerk at the keyboard alone. An interaction is a field filled in or chosen, a move to the
    next one, or a key that sends the form."""

    def __init__(self, page):
        self.page, self.interactions = page, 0

    def focused(self):
        return self.page.evaluate(
            "document.activeElement.labels?.[0]?.innerText.replace('*', '').trim() ?? ''"
        )

    def next(self):
        self.page.keyboard.press("Tab")
        self.interactions += 1

    def write(self, text):
        self.page.keyboard.insert_text(text)
        self.interactions += 1

    def choose(self, option):
        for _step in range(40):
            words = "document.activeElement.selectedOptions[0].text"
            if self.page.evaluate(words) == option:
                break
            self.page.keyboard.press("ArrowDown")
        assert self.page.evaluate(words) == option
        self.interactions += 1

    def send(self):
        with self.page.expect_navigation():
            self.page.keyboard.press("Control+Enter")
        self.interactions += 1


def test_a_typical_complaint_takes_at_most_twenty_interactions_by_keyboard(at, enter):
    clerk = enter("zhoumin")
    clerk.visit("/cases/new/")
    hands = Keyboard(clerk.page)
    wanted = {name: value for name, value in ONE_OWNER.items() if name in TYPICAL}
    entered = []
    while True:
        label = hands.focused()
        entered.append(label)
        if clerk.page.evaluate("document.activeElement.tagName") == "SELECT":
            hands.choose(wanted[label])
        else:
            hands.write(wanted[label])
        if len(entered) == len(wanted):
            break
        if label == "客户类型":  # the room is asked for as soon as the answer is there
            expect(clerk.page.get_by_label("物业房号")).to_be_visible()
        hands.next()
    hands.send()
    clerk.is_told("已登记，编号 DL2026030001")
    assert set(entered) == set(wanted)
    assert hands.interactions <= 20, hands.interactions


def test_a_suggested_category_and_an_earlier_customer_are_taken_over(at, enter):
    clerk = enter("zhoumin")
    clerk.register(ONE_OWNER)
    clerk.visit("/cases/new/")
    clerk.fill({"联系电话": PHONE})
    clerk.page.get_by_role("button", name="填入客户资料").click()
    expect(clerk.page.get_by_label("客户姓名")).to_have_value(NAME)
    expect(clerk.page.get_by_label("项目名称")).to_have_value("实力北岸")
    clerk.fill({"投诉主题": "工程质量差", "问题描述": "收房时发现墙面开裂，工程质量差。"})
    clerk.page.locator("#suggested").get_by_role("button", name="采用").click()
    expect(clerk.page.get_by_label("投诉类别")).to_have_value("延期交楼类")
    expect(clerk.page.locator("#preview")).to_contain_text(re.compile(r"责任部门\s*项目工程部"))


def test_fields_come_and_go_with_what_they_depend_on(at, enter):
    clerk = enter("zhoumin")
    clerk.visit("/cases/new/")
    room = clerk.page.get_by_label("物业房号")
    expect(room).to_be_hidden()
    clerk.fill({"客户类型": "业主"})
    expect(room).to_be_visible()
    clerk.fill({"客户类型": "目标客户"})
    expect(room).to_be_hidden()
    plain = enter("hejia", java_script_enabled=False)
    plain.visit("/cases/new/")
    expect(plain.page.get_by_label("物业房号")).to_be_visible()


def test_a_refused_registration_leads_to_its_first_fault(at, enter):
    clerk = enter("zhoumin")
    clerk.visit("/cases/new/")
    clerk.fill({name: value for name, value in THREE_NEIGHBOURS.items() if name != "项目名称"})
    clerk.submit()
    clerk.is_refused("项目名称", "大理文旅 投诉处理通知单")
    expect(clerk.page.get_by_label("项目名称")).to_be_focused()
    clerk.fill({"项目名称": "实力北岸"})
    clerk.submit()
    clerk.is_told("已登记，编号")
