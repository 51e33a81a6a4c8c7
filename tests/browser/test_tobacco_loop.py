"""One 烟草2026 complaint round the loop over the Spring Festival, all of it without JavaScript.

第八条 a first response within an hour, 第十条 a task within 1 working day of registration, 第七条
质量部门 a check within 3 working days, 第五条 and 第七条 公司管理层 approve the plan of a 重大投诉.
2026-02-14 (Saturday) and 02-28 are working days, 02-15 to 02-23 are days off.
"""

import pytest

from tests.browser.complaints import OFF_TASTE

pytestmark = pytest.mark.browser


@pytest.fixture
def enter_plainly(enter):
    return lambda username: enter(username, java_script_enabled=False)


def test_a_serious_complaint_about_quality_goes_round_the_loop(at, enter_plainly):
    at(2, 13, "10:00")
    clerk, chief = enter_plainly("xujing"), enter_plainly("yeqing")
    number = receive(at, clerk)
    assign(at, number, clerk, chief)
    engineer = enter_plainly("renjie")
    investigate(at, number, chief, engineer)
    resolve(at, number, engineer, enter_plainly("zhengguoqiang"))
    finish(at, number, clerk, enter_plainly("taoran"))


def receive(at, clerk):
    number = clerk.register(OFF_TASTE)
    assert number == "2026020001"  # 年份+月份+序号
    assert "重大投诉\n烟草2026 第十条" in clerk.card("定级与责任")  # 媒体关注
    assert "质量部门\n烟草2026 第六条" in clerk.card("定级与责任")
    due = clerk.told()
    assert due["响应", "2026-02-13 11:00"][1].startswith("烟草2026 第八条 任何渠道1小时内")
    assert "第十条 登记完成后1个工作日内分派" in due["分派", "2026-02-14 24:00"][1]
    at(2, 13, "10:30")
    clerk.act(number, "响应客户", {"说明": "已告知受理，将尽快检测"})
    assert clerk.told()["响应", "2026-02-13 11:00"][0] == "按时完成"
    return number


def assign(at, number, clerk, chief):
    at(2, 14, "9:00")
    clerk.act(number, "分派", {"责任部门": "质量部门"})
    assert "公司管理层" in clerk.card("须上报")
    assert "第十条 重大投诉分派同时报公司管理层" in clerk.card("须上报")
    due = clerk.told()
    assert due["分派", "2026-02-14 24:00"][0] == "按时完成"
    assert due["调查核实", "2026-02-26 24:00"][1].startswith("烟草2026 第七条 质量部门 3个工作日")
    chief.act(number, "接单", {"承办人": "任杰"})
    assert chief.stage() == "调查"


def investigate(at, number, chief, engineer):
    at(2, 24, "15:00")
    engineer.act(number, "出具检测报告", {"说明": "醇化不足，成因为配方批次偏差"})
    assert engineer.told()["调查核实", "2026-02-26 24:00"][0] == "按时完成"
    engineer.act(number, "完成调查", {"调查结论": "属实", "核实情况": "同批次抽检三条均偏苦"})
    assert engineer.stage() == "处理"


def resolve(at, number, engineer, leader):
    engineer.act(number, "提交处理方案", {"处理方式": "补发产品", "处理措施": "换货并召回同批次"})
    engineer.begin(number, "处理完成")
    engineer.fill({"所做处理": "补发产品"})
    engineer.submit()
    engineer.is_refused("尚缺：审批", "公司管理层", "烟草2026 第五条", "第七条 公司管理层")
    at(2, 25, "9:00")
    leader.act(number, "批准处理方案")
    at(2, 26, "16:00")
    engineer.act(number, "处理完成", {"所做处理": "补发产品"})
    engineer.act(number, "反馈处理结果", {"处理过程与结果": "已换货，同批次已召回"})
    assert engineer.stage() == "反馈"


def finish(at, number, clerk, manager):
    clerk.begin(number, "回访")
    clerk.fill({"总体满意度": "满意"})
    clerk.submit()
    clerk.is_refused("尚缺：处理结果反馈", "烟草2026 第七条 客服部门 告知客户结果并确认满意度")
    clerk.act(number, "告知客户结果")
    clerk.act(number, "回访", {"总体满意度": "满意"})
    clerk.begin(number, "归档")
    clerk.submit()
    clerk.is_refused("尚缺：复核", "烟草2026 第二条 记录、处理、反馈、复核四项缺一不可")
    manager.act(number, "复核", {"复核结论": "通过"})
    manager.act(number, "关闭", {"关闭方式": "记录、处理、反馈、复核齐全"})
    clerk.act(number, "归档")
    assert clerk.stage() == "归档"
    assert {words for words, _basis in clerk.told().values()} == {"按时完成"}
    assert clerk.timeline()[-3:] == ["复核：通过", "关闭：记录、处理、反馈、复核齐全", "归档"]
