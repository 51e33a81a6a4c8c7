"""8.2 of 大理文旅: a time that cannot be kept is extended by the post that the grade demands."""

import pytest

from tests.browser.complaints import THREE_NEIGHBOURS

pytestmark = pytest.mark.browser


def test_an_extension_with_the_wrong_and_the_right_signer(at, enter):
    officer, head = enter("zhoumin"), enter("duanhongwei")
    number = officer.register(THREE_NEIGHBOURS)  # three of them: 重大投诉
    officer.act(number, "分派", {"责任部门": "物业公司"})
    head.act(number, "接单", {"承办人": "赵刚"})
    engineer, deputy = enter("zhaogang"), enter("chenglixin")
    closing = next(row for row in engineer.told_of(number) if row.stage == "投诉关闭")
    asked = {"时限": f"投诉关闭 {closing.due}", "延期至": "2026-03-20T18:00"}

    at(3, 3, "10:00")
    engineer.begin(number, "申请延期")
    engineer.fill(asked)
    assert engineer.unsent()  # a written reason is asked for (8.2)
    engineer.fill({"原因": "进口配件未到"})
    engineer.submit()
    engineer.is_told("已记录：申请延期")

    # 分管副总 signs for a 重大投诉; the department's own head does not, and reads who does.
    assert "批准延期" not in head.offered_on(number)
    assert head.visit(f"/cases/{number}/extended/") == 403
    assert "分管副总" in head.main.inner_text()
    assert "大理文旅" in deputy_basis(deputy, number)
    deputy.act(number, "批准延期", asked | {"原因": "同意等待配件"})

    officer.open(number)
    card = officer.card("时限")
    assert "已延期" in card
    assert "第1次延期：2026-03-03 10:00 批准至 2026-03-20 24:00" in card
    assert officer.told()["投诉关闭", "2026-03-20 24:00"]


def deputy_basis(deputy, number: str) -> str:
    """Return what the signer reads of the signature that is waited for."""
    deputy.open(number)
    return deputy.card("签批")
