"""One rule of a pack as a line of words: what pages, workbooks and differences are made of."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from regulations.engine.terms import Source


@dataclass(frozen=True, slots=True)
class Line:
    """A rule in words.

    `cells` stand in the order of the section's headers, empty where there is nothing to say. `key`
    is what the rule keeps when its figures change. `in_use` is False while a reading of the text
    keeps the rule from ever holding.
    """

    section: str
    key: str
    cells: tuple[str, ...]
    source: Source
    in_use: bool = True

    @property
    def name(self) -> str:
        """Return what tells the rule from others of its section."""
        section = SECTIONS[self.section]
        when = self.cells[section.headers.index(WHEN)] if WHEN in section.headers else ""
        return " · ".join(filter(None, [*self.cells[: section.named_by], when]))

    def pairs(self) -> list[tuple[str, str]]:
        """Return (header, cell) for the cells that say something."""
        headers = SECTIONS[self.section].headers
        return [(str(h), c) for h, c in zip(headers, self.cells, strict=True) if c]


@dataclass(frozen=True, slots=True)
class Section:
    """A kind of rule: its name, the workbook's sheet that shows it, and its columns.

    The first `named_by` columns, and when it is so, tell a rule from the others of its kind.
    """

    label: str
    sheet: str
    headers: tuple[str, ...]
    named_by: int = 1


WHEN, NAME, ALIASES, ALSO = _("适用条件"), _("名称"), _("又称"), _("也可由")

SECTIONS: dict[str, Section] = {
    "clocks": Section(
        _("时限"),
        "时限",
        (
            _("环节"),
            _("时限"),
            WHEN,
            _("起算"),
            _("停止"),
            _("责任"),
            _("计时方式"),
            _("说明"),
        ),
    ),
    "pauses": Section(_("暂停计时"), "时限", (_("原因"), _("最长"), _("签批人"))),
    "openings": Section(_("服务时间"), "时限", (NAME, _("时段"))),
    "clock_categories": Section(_("时限类别"), "时限", (NAME, ALIASES)),
    "grades": Section(_("等级标准"), "等级", (_("等级"), _("标准"), _("条件"), _("性质")), 2),
    "lifts": Section(_("等级升级"), "等级", (_("原等级"), _("升为"), WHEN), 2),
    "manual_grade": Section(_("人工定级"), "等级", (_("说明"),)),
    "urgencies": Section(_("紧急程度"), "等级", (NAME, WHEN)),
    "approvals": Section(
        _("签批"), "签批", (_("事项"), _("签批人"), ALSO, WHEN, _("何时起"), _("性质")), 2
    ),
    "extensions": Section(_("延期签批"), "签批", (_("签批人"), ALSO, WHEN)),
    "extension_reason": Section(_("延期原因"), "签批", (_("说明"),)),
    "assignment": Section(_("责任判定"), "签批", (_("说明"),)),
    "reports": Section(_("上报"), "上报", (_("报给"), WHEN, _("何时起"), _("性质"))),
    "tasks": Section(_("制度事项"), "上报", (_("事项"), _("由谁"), WHEN, _("何时起"))),
    "periodic": Section(_("定期工作"), "上报", (_("事项"), _("周期"), _("比例"))),
    "rate": Section(_("关闭率"), "上报", (_("计入的事项"), WHEN)),
    "closing": Section(
        _("关闭"),
        "关闭",
        (_("关闭方式"), _("须具备"), _("由谁"), WHEN, _("如何满足"), _("性质")),
        2,
    ),
    "gates": Section(
        _("环节条件"), "关闭", (_("环节"), _("须先有"), _("由谁"), WHEN, _("如何满足")), 2
    ),
    "survey": Section(_("回访问卷"), "关闭", (_("问题"), _("回答"), _("须说明原因"))),
    "verifications": Section(_("核查"), "关闭", (_("核查事项"), WHEN, _("在此之前"))),
    "validity": Section(_("无效情形"), "关闭", (_("情形"),)),
    "validity_questions": Section(_("有效性判断"), "关闭", (_("问题"),)),
    "demands": Section(_("办理时须填"), "关闭", (_("环节"), _("内容"))),
    "added": Section(_("办理时加填"), "关闭", (_("环节"), _("栏目"), _("填写方式"), _("选项"))),
    "records": Section(_("专项记录"), "关闭", (_("记录"), _("栏目"), _("说明"))),
    "subtasks": Section(_("交办事项"), "关闭", (_("事项"), _("在此之前"), _("性质"))),
    "single": Section(_("一件一次"), "关闭", (_("环节"),)),
    "screening": Section(_("初判"), "关闭", (_("说明"),)),
    "touch_points": Section(_("首次接谈"), "签批", (_("部门"), WHEN)),
    "replies": Section(_("答复用语"), "表单", (_("用语"), _("内容"))),
    "tallies": Section(_("专项统计"), "上报", (_("统计"), _("统计的内容"), _("分列"))),
    "conduct": Section(_("接待须知"), "表单", (_("说明"),)),
    "penalties": Section(
        _("考核"), "考核", (_("违规"), _("对象"), _("金额"), _("处理"), _("何时计"), WHEN)
    ),
    "flags": Section(_("提示"), "考核", (_("提示"), WHEN)),
    "rewards": Section(_("奖励"), "奖励", (_("评分"), _("金额"))),
    "scoring": Section(_("评分"), "奖励", (_("权重"), _("不参评部门"))),
    "readings": Section(_("读法"), "读法", (_("要点"), _("所采读法"), _("另一读法"), _("性质"))),
    "forms": Section(_("表单"), "表单", (_("表单"), _("栏目"))),
    "intake": Section(
        _("登记栏目"),
        "表单",
        (_("栏目"), _("填写方式"), _("是否必填"), _("何时填写"), _("选项"), _("公众入口")),
    ),
    "numbering": Section(_("编号"), "表单", (_("格式"), _("重新起号"), _("性质"))),
    "categories": Section(
        _("投诉类别"),
        "表单",
        (_("类别"), _("责任"), WHEN, _("配合"), _("时限类别"), ALIASES, _("举例")),
    ),
    "channels": Section(_("渠道"), "表单", (NAME, ALIASES, _("服务时间"), _("本系统"))),
    "customer_kinds": Section(_("客户类型"), "表单", (NAME, ALIASES)),
    "departments": Section(_("部门"), "表单", (NAME, ALIASES, _("上级"))),
    "posts": Section(_("职务"), "表单", (NAME, _("所在部门"), ALIASES)),
    "retention": Section(_("保存期限"), "表单", (_("内容"), _("期限"))),
    "control": Section(
        _("文件控制"),
        "表单",
        (
            NAME,
            _("发布单位"),
            _("归口部门"),
            _("编制日期"),
            _("复核日期"),
            _("审核日期"),
            _("批准日期"),
        ),
    ),
    "lists": Section(_("选项"), "表单", (NAME, _("内容"))),
}
SETTING = _("单位设定")
