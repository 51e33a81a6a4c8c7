"""A new version of the regulation, from the file to being in force, with four people's signatures."""

import pytest
from playwright.sync_api import expect

from tests.browser.complaints import ONE_OWNER
from tests.regulations.drafting import SIGNERS, second

pytestmark = pytest.mark.browser


@pytest.fixture
def files(tmp_path):
    """Return a faulty pack and a good one as files."""
    good, bad = tmp_path / "dali-2.yaml", tmp_path / "bad.yaml"
    good.write_text(second(), encoding="utf-8")
    bad.write_text(second().replace("hours: 36", "hour: 36"), encoding="utf-8")
    return good, bad


def upload(owner, file):
    assert owner.visit("/regulations/upload/") == 200
    owner.main.locator("input[type=file]").set_input_files(file)
    owner.submit()


def sign(person, label):
    person.page.get_by_role("button", name=f"以本人名义签署：{label}").click()


def test_a_pack_is_uploaded_signed_by_four_people_and_in_force(at, enter, files):
    good, bad = files
    owner = enter("luqing")
    upload(owner, bad)
    assert "没有保存任何内容" in owner.main.inner_text()
    assert "bad.yaml:" in owner.main.inner_text()
    assert "没有这个键" in owner.main.inner_text()

    upload(owner, good)
    owner.is_told("制度包没有错误，已作为草案保存。")
    address = owner.page.url.removeprefix(owner.site)
    owner.fill({"施行日期": "2026-03-02", "工程维（保）修标准时间（天）": "10"})
    owner.page.get_by_role("button", name="保存", exact=True).click()
    owner.is_told("已保存。")

    people = {"luqing": owner}
    for (_step, by), label in zip(SIGNERS, ("编制", "复核", "审核", "批准"), strict=True):
        person = people.get(by) or enter(by)
        person.visit(address)
        if by != "luqing":
            person.page.get_by_role("link", name="与第1版对比").click()
            assert "48小时" in person.main.inner_text()
            person.visit(address)
        sign(person, label)
    person.is_told("四人均已签署，第2版自 2026-03-02 起施行。")
    expect(person.page.locator(".edition")).to_contain_text("施行中")
    assert "高远" in person.page.locator(".edition").inner_text()

    owner.visit("/regulations/")
    rows = owner.page.locator(".versions tbody tr").all_inner_texts()
    assert "第2版 施行中" in " ".join(rows[0].split())
    assert "第1版 已被替代" in " ".join(rows[1].split())


def test_the_house_s_figure_counts_for_a_complaint_received_under_the_new_version(at, enter, loop):
    """工程维（保）修标准 is left to the house; 10 days from 2 March end on 12 March."""
    from tests.regulations.drafting import signed, uploaded

    signed(loop, uploaded(loop, in_days=0, chosen={"repair_standard": 10}))
    clerk = enter("zhoumin")
    clerk.register(ONE_OWNER | {"投诉类别": "维保修类"})
    assert ("投诉关闭", "2026-03-12 24:00") in clerk.told()
