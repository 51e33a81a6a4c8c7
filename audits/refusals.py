"""Why a step of an audit was not taken, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.refusals import Reason
from regulations.engine.pack import Pack

REFUSALS = {
    "share_too_small": gettext_lazy("抽查比例低于制度要求。"),
    "share_below_setting": gettext_lazy("抽查比例低于单位设定。"),
    "not_in_force": gettext_lazy("该季度末没有施行中的版本，不能抽查。"),
    "quarter_not_over": gettext_lazy("季度尚未结束，不能抽取。"),
    "already_drawn": gettext_lazy("该计划已经抽取，样本不再变动。"),
    "other_seed": gettext_lazy("该季度的计划用的是另一个种子，不能改用别的种子重抽。"),
    "no_reason": gettext_lazy("须写明理由。"),
    "not_in_population": gettext_lazy("该案件不在冻结的总体内，或已在样本中。"),
    "already_replaced": gettext_lazy("该样本已被替换。"),
    "paper_done": gettext_lazy("底稿已完成，样本不能替换。"),
    "stratum_empty": gettext_lazy("本层没有尚未抽中的案件可以替换，缺口将列在报告中。"),
    "not_an_auditor": gettext_lazy("请指定本单位的审计人员。"),
    "recused": gettext_lazy("该人员经手过此案或与此案有利害关系，应当回避。"),
    "wrong_state": gettext_lazy("现为“%(what)s”，不能进行此操作。"),
    "not_judged": gettext_lazy("尚有 %(what)s 个核查项没有判断。"),
    "no_remark": gettext_lazy("判断与系统核对不一致或不符合的，须写明情况：%(what)s。"),
    "no_files": gettext_lazy("请选择要上传的文件。"),
    "too_many_files": gettext_lazy("一件案件的附件已达上限。"),
    "too_late": gettext_lazy("异议期已过。"),
    "objected_before": gettext_lazy("已提出过异议，不再受理。"),
    "due_in_the_past": gettext_lazy("整改期限不能早于今天。"),
}


def refusal(reason: Reason, pack: Pack | None = None) -> str:
    """Return what was refused, why, by which clause, and what would be accepted."""
    text = REFUSALS.get(reason.code)
    if text is None:  # a refusal of the case's own pipeline, which the hand-over goes through
        from complaints.wording import refusal as of_case

        return of_case(reason, pack)
    words = str(text) % {"what": reason.what or ""}
    if reason.accepted:
        words += _("应为：%(accepted)s。") % {"accepted": reason.accepted}
    if reason.source and pack is not None:
        words += _("依据：%(basis)s。") % {"basis": pack.basis(reason.source)}
    return words
