"""What does not go straight on: a returned task, plans that are refused, a complaint that is none.

The figures are those of 大理文旅 8.1 for 一般投诉: response 1 hour, plan 4 hours from the task.
"""

import pytest

from tests.browser.complaints import ONE_OWNER
from tests.browser.person import DONE, SCHEDULE

pytestmark = pytest.mark.browser


def test_a_returned_task_and_two_refused_plans(at, enter):
    officer, head = enter("zhoumin"), enter("duanhongwei")
    number = officer.register(ONE_OWNER)
    officer.act(number, "分派", {"责任部门": "物业公司"})
    return_task(at, number, officer, head)
    engineer, chief = enter("zhangliming"), enter("wangjianye")
    investigate(at, number, officer, chief, engineer)
    plan_three_times(at, number, officer, chief, engineer)


def return_task(at, number, officer, head):
    at(3, 2, "9:20")
    head.begin(number, "退单")
    head.submit()
    assert head.main.get_by_role("alert").count() == 1  # the reason is missing
    head.fill({"原因": "电梯由项目工程部维保，不属物业职责"})
    head.submit()
    head.is_told("已记录：退单")
    assert head.page.url == f"{head.site}/"  # the case is out of their sight
    assert head.visit(f"/cases/{number}/") == 404
    officer.open(number)
    assert officer.stage() == "接收"
    assert officer.timeline()[-1] == "退单"
    assert "不属物业职责" in officer.page.locator("#timeline").inner_text()
    due = officer.told()
    assert due["响应", "2026-03-02 10:00"][0] == "作废"  # the clocks of the task end with it
    assert due["处理方案", "2026-03-02 13:00"][0] == "作废"


def investigate(at, number, officer, chief, engineer):
    at(3, 2, "9:30")
    officer.act(number, "分派", {"责任部门": "项目工程部"})
    due = officer.told()
    assert due["响应", "2026-03-02 10:30"][0] == "剩余 1小时0分"
    assert due["处理方案", "2026-03-02 13:30"][0] == "剩余 4小时0分"
    chief.act(number, "接单", {"承办人": "张立明"})
    engineer.act(number, "责任部门响应")
    engineer.act(number, "完成调查", {"调查结论": "属实", "核实情况": "导靴磨损"})


def plan_three_times(at, number, officer, chief, engineer):
    at(3, 2, "10:00")
    engineer.act(
        number, "提交处理方案", {"处理方式": "进行修复", "处理措施": "加注润滑油"} | SCHEDULE
    )
    chief.act(number, "退回处理方案", {"原因": "治标不治本，应更换导靴"})
    engineer.open(number)
    assert engineer.offered()[0] == "提交处理方案"
    engineer.act(
        number, "提交处理方案", {"处理方式": "进行更换", "处理措施": "三个月内更换导靴"} | SCHEDULE
    )
    chief.act(number, "批准处理方案")
    officer.act(number, "与客户沟通", {"客户意见": "拒绝", "说明": "等待时间太长"})
    engineer.open(number)
    assert engineer.offered()[0] == "提交处理方案"
    engineer.act(
        number, "提交处理方案", {"处理方式": "进行更换", "处理措施": "本周更换导靴"} | SCHEDULE
    )
    engineer.begin(number, "处理完成")
    engineer.fill(DONE)
    engineer.submit()  # a new plan needs its signature and the customer's opinion anew
    engineer.is_refused("尚缺：审批。应为：部门负责人", "大理文旅 流程示意图", "尚缺：客户意见")
    chief.act(number, "批准处理方案")
    officer.act(number, "与客户沟通", {"客户意见": "接受"})
    states = {"第3版": "客户已接受", "第2版": "客户不接受", "第1版": "已退回"}
    for version, state in states.items():
        assert state in officer.card(f"处理方案（{version}）")
    assert officer.told()["处理方案", "2026-03-02 13:30"][0] == "按时完成"  # by the first of them
    engineer.act(number, "处理完成", DONE)
    assert engineer.stage() == "处理"
    assert "处理完成" in engineer.timeline()[-1]


def test_an_invalid_complaint_is_explained_and_closed(at, enter):
    officer, manager = enter("hejia"), enter("linxiaoyun")
    number = officer.register(ONE_OWNER | {"投诉主题": "要求物业调解邻里债务"})
    officer.begin(number, "判定有效性")
    officer.fill({"是否有效投诉": "否", "判定依据": "国家法律与地方法规"})
    officer.submit()
    officer.is_refused("判为无效须选择制度所列的情形")
    officer.fill({"无效情形": "不是公司原因造成（大理文旅 3.3.12 无效：并非公司原因所致）"})
    officer.submit()
    assert officer.timeline()[-1] == "判定有效性：无效（大理文旅 3.3.12 无效：并非公司原因所致）"
    assert "分派" not in officer.offered()[:1]
    manager.begin(number, "关闭")
    manager.fill({"关闭方式": "无效投诉，解释后关闭"})
    manager.submit()
    manager.is_refused("尚缺：处理结果反馈", "大理文旅 流程示意图")
    at(3, 2, "9:40")
    officer.act(number, "告知客户结果", {"说明": "已解释不在服务范围，建议走社区调解"})
    manager.act(number, "关闭", {"关闭方式": "无效投诉，解释后关闭"})
    assert manager.stage() == "无效"
    assert manager.offered() == []
    assert {words for words, _basis in manager.told().values()} == {"作废"}
    assert manager.card("制度规定的考核") == ""
