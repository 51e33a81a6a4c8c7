"""The mistakes of a pack in words: file, line, key, what is wrong, what would be right."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulations.engine.yaml_tree import PackError

# The reader's messages; what stands in quotation marks, and figures, are kept.
WRONG = (
    (r"missing", gettext_lazy("缺少此项")),
    (r"unknown key", gettext_lazy("没有这个键")),
    (r"key given twice", gettext_lazy("同一个键出现两次")),
    (r"alias or anchor", gettext_lazy("不接受锚点和别名")),
    (r"file too large", gettext_lazy("文件过大")),
    (r"nested too deeply", gettext_lazy("层次过深")),
    (r"text too long", gettext_lazy("文字过长")),
    (r"number too large", gettext_lazy("数字过大")),
    (r"not YAML: (?P<what>.*)", gettext_lazy("不是有效的 YAML（%(what)s）")),
    (r"no rule cites this fact", gettext_lazy("没有规则引用此条，也没有说明原因")),
    (r"unknown fact (?P<what>.*)", gettext_lazy("没有事实 %(what)s")),
    (r"unknown event (?P<what>.*)", gettext_lazy("没有事件 %(what)s")),
    (r"unknown reading (?P<what>.*)", gettext_lazy("没有读法 %(what)s")),
    (r"unknown operator (?P<what>.*)", gettext_lazy("没有运算 %(what)s")),
    (r"unknown [a-z_ ]+ (?P<what>'.*')", gettext_lazy("没有 %(what)s 这个词")),
    (r"(?P<what>.*) stands twice", gettext_lazy("%(what)s 出现两次")),
    (r"(?P<what>.*) is cited by a rule", gettext_lazy("%(what)s 已有规则引用")),
    (r"the reading's (?P<what>.*) is not a number", gettext_lazy("读法的值 %(what)s 不是数字")),
    (r"(?P<what>[a-z_]+) is not true", gettext_lazy("%(what)s 只能写 true")),
    (r"(?P<what>.*) is not a number", gettext_lazy("%(what)s 不是数字，不能比较大小")),
    (r"not a whole number.*", gettext_lazy("不是整数")),
    (r"not a number", gettext_lazy("不是数字")),
    (r"not a text", gettext_lazy("不是文字")),
    (r"not a date", gettext_lazy("不是日期")),
    (r"not a list", gettext_lazy("不是列表")),
    (r"not a mapping", gettext_lazy("不是“键: 值”的形式")),
    (r"not a value", gettext_lazy("不是一个值")),
    (r"not true or false", gettext_lazy("不是 true 或 false")),
    (r"not a fact", gettext_lazy("不是一条事实")),
    (r"not a fact id: (?P<what>.*)", gettext_lazy("%(what)s 不能作事实编号")),
    (r"not a code: (?P<what>.*)", gettext_lazy("%(what)s 不能作制度代码")),
    (r"not a range", gettext_lazy("不是金额范围")),
    (r"not hours", gettext_lazy("不是时段")),
    (r"not a numbering pattern", gettext_lazy("不是编号格式")),
    (r"not one usual urgency", gettext_lazy("未指明唯一的通常紧急程度")),
    (r"no single period", gettext_lazy("时限须恰好写一种")),
    (r"no single price", gettext_lazy("标准须恰好写一种")),
    (r"no single way to meet it", gettext_lazy("满足方式须恰好写一种")),
    (r"no post for the leaders", gettext_lazy("没有写明主管领导由哪个职务担任")),
    (r"no price", gettext_lazy("没有写明处罚")),
    (r"no operator", gettext_lazy("没有写明运算")),
    (r"nothing stops this clock", gettext_lazy("没有写明此时限何时停止")),
    (r"only minutes and hours can be deferred", gettext_lazy("只有分钟和小时可以顺延")),
    (r"target is not before limit", gettext_lazy("目标不早于期限")),
    (r"weights do not add up to 1", gettext_lazy("权重之和不是1")),
    (r"warn_before is no share", gettext_lazy("预警提前量不是份额")),
    (r"a choice without options", gettext_lazy("选择项没有列出选项")),
    (
        r"band (?P<what>\d+) starts at (?P<at>-?\d+)",
        gettext_lazy("第%(what)s段从第%(at)s天起，与前一段不相接"),
    ),
    (r"band (?P<what>\d+) has no end", gettext_lazy("第%(what)s段没有止日，其后不能再有")),
)
RIGHT = (
    (r"leaders: a post of the pack", gettext_lazy("leaders：本制度的一个职务")),
    (r"one of (?P<what>.*)", gettext_lazy("以下之一：%(what)s")),
    (r"a value for (?P<what>.*)", gettext_lazy("填写 %(what)s")),
    (r"an id of the list of facts", gettext_lazy("facts 所列的事实编号")),
    (r"a key of readings", gettext_lazy("readings 所列的键")),
    (
        r"an id such as (?P<what>[^,]*), at most 16 characters",
        gettext_lazy("如 %(what)s，不超过16字符"),
    ),
    (r"at most (?P<what>\d+) bytes", gettext_lazy("不超过 %(what)s 字节")),
    (r"at most (?P<what>\d+) characters", gettext_lazy("不超过 %(what)s 字")),
    (r"at most (?P<what>\d+) levels", gettext_lazy("不超过 %(what)s 层")),
    (r"at most (?P<what>\d+)", gettext_lazy("不超过 %(what)s")),
    (r"less than (?P<what>\d+)", gettext_lazy("小于 %(what)s")),
    (
        r"a rule with it as source, or a line in unused",
        gettext_lazy("由规则的 source 引用，或在 unused 中说明原因"),
    ),
    (r"only facts that no rule cites", gettext_lazy("只列没有规则引用的事实")),
    (r"each (?:key|id|spelling) once", gettext_lazy("每个只出现一次")),
    (r"values written out", gettext_lazy("把值逐一写出")),
    (r"a YAML mapping", gettext_lazy("“键: 值”形式的 YAML")),
    (r"keys with values", gettext_lazy("“键: 值”")),
    (r"usual: true on one of them", gettext_lazy("恰好在一项写 usual: true")),
    (r"a list", gettext_lazy("列表")),
    (r"a text", gettext_lazy("文字")),
    (r"a number", gettext_lazy("数字")),
    (
        r"a number such as (?P<what>\S+) or (?P<last>\S+)",
        gettext_lazy("数字，如 %(what)s 或 %(last)s"),
    ),
    (r"a number such as (?P<what>.*)", gettext_lazy("数字，如 %(what)s")),
    (r"a whole number such as (?P<what>.*)", gettext_lazy("整数，如 %(what)s")),
    (r"a date such as (?P<what>.*)", gettext_lazy("日期，如 %(what)s")),
    (r"a pattern such as (?P<what>.*)", gettext_lazy("格式，如 %(what)s")),
    (r"shares such as (?P<what>.*)", gettext_lazy("份额，如 %(what)s")),
    (r"windows such as (?P<what>.*), in order", gettext_lazy("按先后排列的时段，如 %(what)s")),
    (
        r"small letters, digits and hyphens such as (?P<what>.*)",
        gettext_lazy("小写字母、数字和连字符，如 %(what)s"),
    ),
    (r"a word, number, true or false", gettext_lazy("词语、数字、true 或 false")),
    (r"\[clause, kind, line\]", gettext_lazy("[条款, 种类, 一句话]")),
    (r"two amounts, the smaller first", gettext_lazy("两个金额，小的在前")),
    (r"a target below the limit", gettext_lazy("目标小于期限")),
    (r"a last day", gettext_lazy("写明止日")),
    (r"no defer here", gettext_lazy("此处不写 defer")),
    (
        r"a reading warn_before from 0 up to below 1",
        gettext_lazy("读法 warn_before 取0以上、1以下的数"),
    ),
    (r"(?:either )?(?P<what>\S.*) or (?P<last>\S.*)", gettext_lazy("%(what)s 或 %(last)s")),
)


@dataclass(frozen=True)
class Fault:
    """One mistake as a row of a table. `wrong` and `right` are in words."""

    file: str
    line: int
    key: str
    wrong: str
    right: str


def fault(error: PackError) -> Fault:
    """Return one mistake in words; a word of the pack stands as it was written."""
    return Fault(
        error.file,
        error.line,
        error.key,
        _worded(error.message, WRONG),
        _worded(error.expected, RIGHT),
    )


def line(error: PackError) -> str:
    """Return one mistake as a line for a terminal."""
    one = fault(error)
    return _("%(file)s:%(line)s: %(key)s：%(wrong)s；应为：%(right)s") % vars(one)


def _worded(code: str, words) -> str:
    for pattern, said in words:
        if found := re.fullmatch(pattern, code, re.DOTALL):
            return str(said) % found.groupdict()
    return code
