"""What changed between two versions is found, rule by rule, and nothing else is."""

import pytest

from regulations.differences import by_kind, differences
from regulations.engine.reading import read_pack
from tests.engine.cases import PACKS, pack
from tests.engine.small_pack import SMALL, changed

OLD = read_pack(SMALL, "old")


def against(old: str, new: str):
    """Return the changes that a pack with one text replaced makes."""
    return differences(OLD, read_pack(changed(old, new)[0], "new"))


def test_the_same_pack_has_no_difference():
    assert differences(OLD, read_pack(SMALL, "again")) == []


@pytest.mark.parametrize(
    ("old", "new", "label", "cell"),
    [
        ("hours: 2, defer", "hours: 3, defer", "时限", ("时限", "2小时，节假日顺延", "3小时，节假日顺延")),
        ("{hours: 2, defer: holidays,", "{hours: 2,", "时限", ("时限", "2小时，节假日顺延", "2小时")),
        ("who: owner", "who: responsible", "时限", ("责任", "归口部门", "责任部门")),
        ("stops: [responded]", "stops: [assigned]", "时限", ("停止", "响应客户", "任务分派")),
        ("by: 客服经理, when", "by: 部门负责人, when", "签批", ("签批人", "客服经理", "部门负责人")),
        ("amount: 200, source: [S-05]", "amount: 300, source: [S-05]", "考核", ("金额", "200元", "300元")),
        ("at_least: 90", "more_than: 90", "奖励", ("评分", "90分以上（含）", "超过90分（不含）")),
        ("first: 1, last: 7, per_day: 100", "first: 1, last: 7, per_day: 150", "考核", ("金额", "每天100元", "每天150元")),
        ("first: 物业部, clock", "first: 客服部, clock", "投诉类别", ("责任", "物业部", "客服部")),
        ('"09:00-18:00"', '"08:30-18:00"', "服务时间", ("时段", "每日 09:00–18:00", "每日 08:30–18:00")),
        ("reset: year", "reset: month", "编号", ("重新起号", "每年", "每月")),
        ("S-03: [\"3\", clock, 两小时响应]", "S-03: [\"3\", clock, 三小时响应]", "条款", ("内容", "两小时响应", "三小时响应")),
        ("S-07: 由人自行决定", "S-07: 暂不采用", "条款", ("不采用的原因", "由人自行决定", "暂不采用")),
        ("issuer: 公司", "issuer: 集团", "文件控制", ("发布单位", "公司", "集团")),
        ("kinds: [投诉]\nurgencies", "kinds: [投诉, 咨询]\nurgencies", "选项", ("内容", "投诉", "投诉、咨询")),
        ("text: 未响应, stage: response", "text: 未响应, stage: close", "考核", ("何时计", "“响应”时限逾期时", "“投诉关闭”时限逾期时")),
    ],
)  # fmt: skip
def test_a_changed_rule_says_what_it_was_and_what_it_is(old, new, label, cell):
    changes = against(old, new)
    assert [(change.kind, change.label) for change in changes] == [("changed", label)]
    assert cell in changes[0].cells


def test_a_changed_figure_that_a_condition_uses_changes_the_criterion_too():
    changes = against("value: 5000, alternatives: [8000]", "value: 8000, alternatives: [5000]")
    (reading,) = [change for change in changes if change.label == "读法"]
    assert reading.cells == (("所采读法", "5000", "8000"), ("另一读法", "8000", "5000"))
    criterion = [change for change in changes if change.label == "等级标准"]
    assert criterion[0].cells == (
        ("条件", "赔偿金额合计超过5000元（不含5000元）", "赔偿金额合计超过8000元（不含8000元）"),
    )


def test_a_new_and_a_removed_rule():
    rule = "  - {what: legal, by: 部门负责人, when: {grade: 重大}, source: [S-02]}\n"
    text = SMALL.replace("gates:\n", rule + "gates:\n")
    (change,) = differences(OLD, read_pack(text, "new"))
    assert (change.kind, change.label) == ("added", "签批")
    assert change.name == "法律意见 · 部门负责人 · 等级为重大"
    (change,) = differences(read_pack(text, "new"), OLD)
    assert change.kind == "removed"


def test_a_new_clause_and_its_rule():
    text = SMALL + '  S-08: ["8", reward, 95分以上奖300元]\n'
    text = text.replace("scoring:", "  - {at_least: 95, amount: 300, source: [S-08]}\nscoring:")
    changes = differences(OLD, read_pack(text, "new"))
    assert by_kind(changes) == {"added": 2, "removed": 0, "changed": 0}
    assert {change.label for change in changes} == {"条款", "奖励"}


def test_a_reading_that_switches_a_rule_is_told():
    other = read_pack(PACKS / "dali-tourism.yaml", chosen={"recruitment_in_scope": True})
    changes = differences(pack(), other)
    switched = [change for change in changes if change.label == "提示"]
    assert ("读法", "采用", "现未采用") in switched[0].cells


def test_a_figure_of_the_house_shows_as_a_difference():
    other = read_pack(PACKS / "dali-tourism.yaml", chosen={"repair_standard": 10})
    changes = differences(pack(), other)
    assert {change.label for change in changes} == {"时限", "提示", "读法"}


def test_changes_stand_in_the_order_of_clauses():
    text = SMALL.replace("amount: 200, source: [S-05]", "amount: 300, source: [S-05]")
    text = text.replace("hours: 2", "hours: 3").replace("at_least: 90", "at_least: 91")
    sources = [change.source[0] for change in differences(OLD, read_pack(text, "new"))]
    assert sources == ["S-03", "S-05", "S-06"]
