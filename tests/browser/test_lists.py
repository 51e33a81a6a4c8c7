"""A head at a list with the keyboard alone: walk, tick, give to somebody; what cannot be is told."""

import pytest
from playwright.sync_api import expect

from tests.browser.complaints import ONE_OWNER

pytestmark = pytest.mark.browser


def test_a_head_walks_a_list_by_keys_and_hands_out_what_is_ticked(at, enter):
    at(3, 2, "9:00")
    officer, head = enter("zhoumin"), enter("duanhongwei")
    numbers = [officer.register(ONE_OWNER) for _each in range(3)]
    for number in numbers:
        officer.act(number, "分派", {"责任部门": "物业公司"})
    page = head.page
    assert head.visit("/cases/?tab=all&sort=new") == 200
    bar = page.locator("#hand-out")
    expect(bar).to_be_hidden()
    page.keyboard.press("j")
    expect(page.get_by_role("link", name=numbers[2], exact=True)).to_be_focused()
    page.keyboard.press("x")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("x")
    expect(bar).to_be_visible()
    expect(bar.locator("[data-ticked]")).to_have_text("2")
    page.keyboard.press("/")
    page.keyboard.type("xj?")  # in a field, keys are letters
    expect(page.get_by_role("searchbox")).to_have_value("xj?")
    expect(bar.locator("[data-ticked]")).to_have_text("2")
    # In the meantime one of them is returned.
    other = enter("duanhongwei")
    other.act(numbers[1], "退单", {"原因": "不属物业职责"})
    bar.get_by_label("交给").select_option(label="杨帆")
    bar.get_by_role("button", name="批量交办").press("Enter")
    expect(page.get_by_role("heading", name="未交办：1 件")).to_be_visible()
    expect(page.locator(".refusals")).to_contain_text(numbers[1])
    head.visit("/board/")
    column = page.locator("[data-takes]", has=page.get_by_role("heading", name="杨帆"))
    expect(column.locator("[data-row]")).to_have_count(1)
    # A ticket is dragged to somebody else's column.
    ticket = page.locator("[data-row]", has_text=numbers[0])
    ticket.drag_to(page.locator("[data-takes]", has=page.get_by_role("heading", name="赵刚")))
    expect(head.main).to_contain_text("已交给赵刚：1 件")
    head.visit("/cases/?tab=all&sort=new")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert f"/cases/{numbers[2]}/" in page.url
