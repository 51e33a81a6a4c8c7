"""What is wrong with a file, a map or a row, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from complaints.lifecycle import Kind
from complaints.refusals import Reason
from complaints.wording import refusal
from regulations.models import RegulationVersion
from reports.importing.gate import Unreadable

# Why a file as a whole is refused.
FILE_WORDS = {
    "no_file": _("无法打开文件：%(reason)s。"),
    "not_a_workbook": _("不是完好的 .xlsx 工作簿；请在表格软件中打开后另存为 .xlsx。"),
    "encrypted": _("文件有密码保护；请去掉密码后再上传。"),
    "old_format": _("这是旧的 .xls 等格式；请另存为 .xlsx。"),
    "macros": _("工作簿含宏，不予打开；请另存为不含宏的 .xlsx。"),
    "wrong_extension": _("扩展名 %(name)s 与内容不符，或不受支持；只接受 .xlsx 和 .csv。"),
    "empty_file": _("文件是空的。"),
    "binary_text": _("文件含空字符，不是 CSV 文本。"),
    "not_a_table": _("文件不是完好的 CSV 表格。"),
    "unknown_encoding": _("CSV 的编码不是 UTF-8，也不是 GB18030。"),
    "too_large": _("文件展开后超过 %(limit)s MB；请分成几个文件。"),
    "packed_too_tightly": _("工作簿的压缩比超过 %(limit)s，不予打开。"),
    "too_many_parts": _("工作簿内的部件超过 %(limit)s 个。"),
    "declares_entities": _("工作簿内含 DTD 或实体声明，不予打开。"),
    "too_heavy": _("读取工作簿所需的内存或时间超出限制。"),
    "no_such_sheet": _("没有名为“%(name)s”的工作表；现有：%(names)s。"),
    "no_header": _("第 %(row)s 行没有表头。"),
    "too_many_rows": _("超过 %(limit)s 行；请删去表格下方的空行，或分成几个文件。"),
    "too_many_columns": _("超过 %(limit)s 列；请删去表格右侧的空列。"),
}

# Why a cell, or a row (no column), is refused.
WORDS = {
    "missing": _("此格必填。"),
    "formula": _("此格是公式，请粘贴为数值。"),
    "error_value": _("此格是错误值 %(value)s。"),
    "bad_date": _("“%(value)s”不是有效的日期时间；应为 %(accepted)s 或 Excel 日期。"),
    "bad_number": _("“%(value)s”不是有效的数。"),
    "bad_truth": _("“%(value)s”应为“是”或“否”。"),
    "bad_character": _("此格含不能保存的字符。"),
    "too_long": _("共 %(length)s 字，最多 %(limit)s 字。"),
    "unknown_term": _("“%(value)s”不在制度所列之内；应为：%(accepted)s。"),
    "department_not_bound": _("制度所列的“%(value)s”在本单位没有对应部门。"),
    "unknown_handler": _("“%(value)s”未在“%(department)s”任职。"),
    "no_department_head": _("“%(department)s”没有在任负责人，请在映射中指定承办人。"),
    "duplicate_number": _("编号“%(value)s”与第 %(row)s 行重复。"),
    "number_taken": _("编号“%(value)s”已在系统中。"),
    "number_reserved": _("编号“%(value)s”属于系统将要发出的号段；请加编号前缀，或选择接着编号。"),
    "from_the_future": _("时间晚于现在。"),
    "before_received": _("早于收到时间 %(earlier)s。"),
    "before_previous": _("早于前一步“%(step)s”的时间 %(earlier)s。"),
    "half_answered": _("答复与答复时间须同时填写，或同时留空。"),
    "unanswered": _("没有答复的投诉不能有这一步。"),
    "no_department": _("没有责任部门，无法分派。"),
    "step_left_out": _("缺少前一步的时间。"),
    "calendar_gap": _("日期超出可计算的年份（2000至2069年）。"),
    "key_incomplete": _("没有编号列时，时间和主题（或内容）须填写，才能认出这一行。"),
    "refused": _("制度不接受这段历史：%(reason)s"),
}


@dataclass(frozen=True)
class Fault:
    """One fault: where it is (`column` a letter, empty for the whole row), its code and what goes with it.

    `params` are what the words of the code are filled with; of a step its kind, of a refusal by the
    regulation its reasons and the version. They are put into words when somebody reads them.
    """

    sheet: str
    row: int
    column: str
    header: str
    code: str
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def cell(self) -> str:
        return f"{self.column}{self.row}"

    @property
    def words(self) -> str:
        """Return what is wrong in the language of the moment."""
        shown = dict(self.params)
        if "step" in shown:
            shown["step"] = Kind(shown["step"]).label
        if "reasons" in shown:
            reasons = (Reason(**one | {"source": tuple(one["source"])}) for one in shown["reasons"])
            shown["reason"] = "".join(refusal(one, shown["version"].pack) for one in reasons)
        return str(WORDS[self.code]) % shown

    def as_json(self) -> dict[str, Any]:
        """Return the fault as plain values, without words."""
        version = self.params.get("version")
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "header": self.header,
            "code": self.code,
            "params": self.params | ({} if version is None else {"version": version.pk}),
        }

    def __str__(self):
        title = f" {self.header}" if self.header else ""
        return f"{self.sheet}!{self.cell}{title} [{self.code}] {self.words}"


def faults_from(rows: Iterable[Mapping[str, Any]]) -> list[Fault]:
    """Return the faults that `as_json` was written of (one query where the regulation refused rows)."""
    faults = [Fault(**row) for row in rows]
    refused = [one for one in faults if "version" in one.params]
    if refused:
        versions = RegulationVersion.objects.in_bulk({one.params["version"] for one in refused})
        for one in refused:
            one.params["version"] = versions[one.params["version"]]
    return faults


class BadValue(Exception):
    """A cell's value is not what its column holds."""

    def __init__(self, code: str, **params: Any):
        super().__init__(code)
        self.code, self.params = code, params


class BadMap(Exception):
    """The map cannot be used; `problems` says all of it at once."""

    def __init__(self, problems: Iterable[str]):
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def file_words(refused: Unreadable) -> str:
    """Return why a file is refused."""
    return str(FILE_WORDS[refused.code]) % refused.params
