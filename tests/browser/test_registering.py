"""The registration page at work: the preview with its clauses, drafts, and late entries."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.complaints import THREE_NEIGHBOURS
from tests.waiting import until

pytestmark = pytest.mark.browser

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
    clerk.fill(FACTS | {"客户姓名": "李建国"})
    clerk.page.get_by_role("button", name="查看时限").click()
    expect_preview_of_a_group(clerk)
    expect(clerk.main.get_by_role("alert")).to_have_count(0)
    clerk.fill(THREE_NEIGHBOURS | {"客户姓名": "李建国"})
    clerk.submit()
    clerk.is_told("已登记，编号 DL2026030001")


def kept(clerk):
    """Return the drafts that the browser keeps."""
    drafts = "k => k.startsWith('draft:')"
    return clerk.page.evaluate(
        f"Object.fromEntries(Object.keys(localStorage).filter({drafts}).map(k => [k, localStorage[k]]))"
    )


def test_a_draft_survives_a_reload_and_goes_when_it_was_sent(at, enter):
    clerk = enter("zhoumin")
    clerk.visit("/cases/new/")
    clerk.fill(THREE_NEIGHBOURS)
    until(lambda: "李建国" in str(kept(clerk)), seconds=5)
    clerk.page.reload()
    clerk.is_told("已恢复上次没有提交的内容")
    expect(clerk.page.get_by_label("客户姓名")).to_have_value("李建国")
    expect_preview_of_a_group(clerk)
    clerk.submit()
    clerk.is_told("已登记，编号")
    clerk.visit("/cases/new/")
    expect(clerk.page.get_by_label("客户姓名")).to_have_value("")
    assert (
        clerk.page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('draft:'))") == []
    )


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
