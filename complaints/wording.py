"""Words for the engine's codes: stages, missing items, refusals, moments and spans."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from complaints.joining import listed
from complaints.lifecycle import State
from complaints.refusals import Reason
from regulations.engine.pack import Pack
from regulations.engine.verdict import Source
from regulations.period_words import moment_words
from regulations.words import REFUSALS as OF_ENGINE
from regulations.words import WHATS

DERIVED = {
    "derived.warned": gettext_lazy("时限预警"),
    "derived.overdue": gettext_lazy("已逾期"),
    "derived.upgraded": gettext_lazy("等级自动升级"),
    "derived.reversed": gettext_lazy("更正逾期记录"),
}

REFUSALS = {
    **OF_ENGINE,
    "wrong_state": gettext_lazy("案件现处于“%(what)s”，此操作只能在“%(accepted)s”环节进行。"),
    "missing": gettext_lazy("尚缺：%(what)s。"),
    "from_the_future": gettext_lazy("发生时间不能晚于现在。"),
    "before_the_last_event": gettext_lazy("发生时间早于上一条记录，应不早于 %(accepted)s。"),
    "late_entry_without_reason": gettext_lazy("补录较早发生的事须写明原因。"),
    "handler_recused": gettext_lazy("此人须回避本案，请指定其他承办人。"),
    "handler_already": gettext_lazy("案件已由此人承办，请选择另一人。"),
    "no_such_case": gettext_lazy("只能选择同一制度下的另一案件。"),
    "merged_into_ended": gettext_lazy("只能并入在办的案件，所填案件已结束。"),
    "linked_already": gettext_lazy("两案已有这种关联。"),
    "no_such_link": gettext_lazy("没有这条可解除的关联。"),
    "nobody_to_recuse": gettext_lazy("请选择本单位在职、尚未登记回避的人员。"),
    "not_on_the_spot": gettext_lazy("不能当场办结：“%(accepted)s”须由他人或另行登记。"),
    "unknown_act": gettext_lazy("没有这种操作。"),
    "department_of_another_unit": gettext_lazy("请选择制度所列的本单位部门。"),
    "handler_of_another_department": gettext_lazy("承办人须在责任部门任职。"),
    "person_of_another_department": gettext_lazy("责任人须在所选部门任职。"),
    "nothing_pressed": gettext_lazy("没有待回复的督办。"),
    "order_unanswered": gettext_lazy("来文%(accepted)s尚未答复，先答复来文。"),
    "subtask_open": gettext_lazy("“%(accepted)s”尚未办结，先办结交办事项。"),
    "no_file": gettext_lazy("请选择要上传的文件。"),
    "too_many_files": gettext_lazy("一件案件最多 %(accepted)s 个附件。"),
    "no_plan_to_sign": gettext_lazy("没有待签批的处理方案，请责任部门先提交方案。"),
}


def refusal(reason: Reason, pack: Pack) -> str:
    """Return what was refused, why, by which clause, and what would be accepted."""
    text = REFUSALS.get(reason.code, gettext_lazy("制度不允许此操作（%(code)s）。"))
    what = State(reason.what).label if reason.what in State.values else WHATS.get(reason.what, "")
    accepted = reason.accepted or ""
    if reason.code in ("before_the_last_event", "after_due"):
        accepted = moment_words(datetime.fromisoformat(accepted))
    words = text % {"what": what, "accepted": accepted, "code": reason.code}
    if accepted and "%(accepted)s" not in str(text):
        words += _("应为：%(accepted)s。") % {"accepted": accepted}
    if reason.source:
        words += _("依据：%(basis)s。") % {"basis": pack.basis(reason.source)}
    return words


def clauses(pack: Pack, source: Source) -> str:
    """Return the regulation's short title and the clauses alone, where there is little room."""
    named = dict.fromkeys(pack.facts[name].clause for name in source if name in pack.facts)
    return f"{pack.short_title} {listed(named)}" if named else ""


def span_words(span: timedelta) -> str:
    """Return a length of time in its two largest units, at least one minute."""
    minutes = max(1, int(abs(span).total_seconds() // 60))
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [
        (days, ngettext("%(n)s天", "%(n)s天", days)),
        (hours, ngettext("%(n)s小时", "%(n)s小时", hours)),
        (minutes, ngettext("%(n)s分", "%(n)s分", minutes)),
    ]
    first = next(place for place, (number, _text) in enumerate(parts) if number)
    # A language that writes spaces has one behind each unit.
    return "".join(text % {"n": number} for number, text in parts[first : first + 2]).strip()
