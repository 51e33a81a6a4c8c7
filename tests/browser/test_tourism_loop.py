"""One 大理文旅 complaint of three neighbours round the whole loop, everybody at their own browser.

Nobody has a mouse: each control is reached by Tab.

The figures are those of the regulation: table 8.1 for 重大投诉 × 物业类 (transfer 2 hours, response
2, plan 24, closing 3 natural days), 4.1.1 (24 hours), 7.4 (follow-up on the same day). Hours count
from the start event; days end at 24:00 of the last one.
"""

import pytest

from tests.browser.complaints import THREE_NEIGHBOURS
from tests.browser.person import DONE, SCHEDULE

pytestmark = pytest.mark.browser

ON_TIME = "按时完成"


def test_a_group_complaint_goes_round_the_loop_by_keyboard_alone(at, enter_by_keys):
    enter = enter_by_keys
    clerk, officer, manager, head = map(enter, ("yinlan", "zhoumin", "linxiaoyun", "duanhongwei"))
    number = receive(at, clerk, officer)
    assign(at, number, officer, head)
    handler = enter("zhaogang")
    investigate(at, number, head, handler)
    resolve(at, number, officer, manager, handler)
    feed_back(at, number, officer, enter("hejia"))
    review_and_archive(at, number, officer, manager)


def receive(at, clerk, officer):
    number = clerk.register(THREE_NEIGHBOURS)
    assert number == "DL2026030001"
    officer.open(number)
    assert officer.stage() == "接收"
    assert "重大投诉\n大理文旅 6.1.2.3" in officer.card("定级与责任")  # 三人以上十人以下
    assert "物业公司（配合 项目工程部）\n大理文旅 4.1.2.6" in officer.card("定级与责任")
    assert "人力运营副总" in officer.card("须上报")  # 8.1
    assert "总经理" in officer.card("须上报")  # 6.1.2 末
    due = officer.told()
    assert due["信息传递", "2026-03-02 11:00"][1].startswith("大理文旅 8.1 重大")
    assert due["响应", "2026-03-03 09:00"][1].startswith("大理文旅 4.1.1 ")
    assert due["投诉关闭", "2026-03-05 24:00"][1].startswith("大理文旅 8.1 重大关闭")
    assert due["信息传递", "2026-03-02 11:00"][0] == "剩余 2小时0分"
    assert len(due) == 3
    at(3, 2, "9:10")
    officer.act(number, "判定有效性", {"是否有效投诉": "是", "判定依据": "合同、协议或书面承诺"})
    at(3, 2, "9:20")
    officer.act(number, "上报传递", {"上报给": "人力运营副总"})
    assert officer.told()["信息传递", "2026-03-02 11:00"][0] == ON_TIME
    return number


def assign(at, number, officer, head):
    assert head.visit(f"/cases/{number}/") == 404  # the task is not theirs yet
    at(3, 2, "9:30")
    officer.act(number, "分派", {"责任部门": "物业公司"})
    assert officer.stage() == "分派"
    head.open(number)
    due = head.told()
    assert due["响应", "2026-03-02 11:30"][1].startswith("大理文旅 8.1 重大")
    assert "8.1 重大" in due["处理方案", "2026-03-03 09:30"][1]
    assert "8.3 重大方案由客服部负责人组织制定" in due["处理方案", "2026-03-03 09:30"][1]
    at(3, 2, "9:50")
    head.act(number, "接单", {"承办人": "赵刚"})
    assert head.stage() == "调查"


def investigate(at, number, head, handler):
    at(3, 2, "10:10")
    handler.act(number, "责任部门响应", {"说明": "已致电业主，今日上门"})
    due = handler.told()
    assert due["响应", "2026-03-02 11:30"][0] == due["响应", "2026-03-03 09:00"][0] == ON_TIME
    at(3, 2, "11:00")
    handler.act(number, "完成调查", {"调查结论": "属实", "核实情况": "门禁主板损坏"})
    assert handler.stage() == "处理"


def resolve(at, number, officer, manager, handler):
    manager.open(number)
    assert "批准处理方案" not in manager.offered()  # there is nothing to sign
    at(3, 2, "14:00")
    plan = {"处理方式": "进行更换", "处理措施": "更换门禁主板并测试"}
    handler.act(number, "提交处理方案", plan | SCHEDULE)
    assert handler.told()["处理方案", "2026-03-03 09:30"][0] == ON_TIME
    handler.begin(number, "处理完成")
    handler.fill(DONE)
    handler.submit()
    handler.is_refused("尚缺：审批", "客服部负责人", "大理文旅 8.3")
    assert handler.visit(f"/cases/{number}/plan_approved/") == 403
    assert "客服部负责人" in handler.main.inner_text()
    at(3, 2, "15:00")
    manager.begin(number, "批准处理方案")
    assert "更换门禁主板并测试" in manager.card("处理方案（第1版）")
    manager.act(number, "批准处理方案")
    assert "处理方案（组织制定人） · 客服部负责人" in manager.card("签批")
    assert "已签 2026-03-02 15:00" in manager.card("签批")
    at(3, 2, "15:30")
    officer.act(number, "与客户沟通", {"客户意见": "接受"})
    at(3, 3, "10:00")
    handler.act(number, "处理完成", {"说明": "主板已更换"} | DONE)
    followup = handler.told()["回访", "2026-03-03 24:00"]
    assert followup == ("剩余 14小时0分", "大理文旅 7.4 处理完成当日由客户服务部回访")
    at(3, 3, "10:30")
    handler.act(number, "反馈处理结果", {"处理过程与结果": "已更换主板，连续测试正常"})
    assert handler.stage() == "反馈"


def feed_back(at, number, officer, caller):
    at(3, 3, "11:00")
    officer.act(number, "告知客户结果")
    at(3, 3, "11:20")
    officer.act(number, "确认结果", {"确认方": "客户", "确认方式": "电话录音"})
    assert officer.told()["投诉关闭", "2026-03-05 24:00"][0] == ON_TIME
    at(3, 3, "14:00")
    caller.begin(number, "回访")
    survey = {"是否收到投诉受理确认": "是", "工作人员是否沟通或上门核实": "是"}
    scores = {"处理及时性": "5", "处理方案": "9", "服务态度": "10"}
    caller.fill({"总体满意度": "满意"} | survey | scores)
    caller.submit()
    caller.is_refused("评分低于6分须注明原因", "大理文旅 投诉处理结果确认表")
    caller.fill({"处理及时性：低于6分的原因": "等了一天"})
    caller.submit()
    caller.is_told("已记录：回访")
    assert caller.stage() == "复核"
    assert caller.told()["回访", "2026-03-03 24:00"][0] == ON_TIME


def review_and_archive(at, number, officer, manager):
    at(3, 3, "15:00")
    officer.begin(number, "归档")
    officer.submit()
    officer.is_refused("尚缺：审批", "客服部经理", "大理文旅 投诉处理结果确认表")
    manager.act(number, "复核", {"复核结论": "通过"})
    manager.act(number, "关闭", {"关闭方式": "处理完成并经客户确认"})
    assert "关闭审批 · 客服部经理" in manager.card("签批")
    at(3, 3, "16:00")
    officer.act(number, "归档")
    due = officer.told()
    assert len(due) == 6
    assert {words for words, _basis in due.values()} == {ON_TIME}
    assert officer.card("制度规定的考核") == ""
    assert officer.stage() == "归档"
    assert officer.timeline() == [
        "收到投诉",
        "完成登记",
        "判定有效性：有效",
        "上报传递：人力运营副总",
        "分派：物业公司",
        "接单",
        "责任部门响应",
        "完成调查：属实",
        "提交处理方案：进行更换",
        "批准处理方案",
        "与客户沟通：接受",
        "处理完成：进行更换 2026-03-02",
        "反馈处理结果",
        "告知客户结果",
        "确认结果：客户 电话录音",
        "回访：满意",
        "复核：通过",
        "关闭：处理完成并经客户确认",
        "归档",
    ]
