"""Why a step on an item of the ledger was not taken, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.refusals import Reason
from regulations.engine.pack import Pack

REFUSALS = {
    "no_amount": gettext_lazy("须在条款规定的范围内确定金额。"),
    "outside_range": gettext_lazy("金额超出条款规定的范围。"),
    "above_tariff": gettext_lazy("金额不能高于条款规定的金额。"),
    "no_reason": gettext_lazy("须写明理由。"),
    "no_person": gettext_lazy("须指明承担人。"),
    "wrong_state": gettext_lazy("此项现为“%(what)s”，不能进行此操作。"),
    "too_late": gettext_lazy("异议期已过。"),
    "no_more_appeals": gettext_lazy("已经过复核，不再受理异议。"),
    "nothing_to_adjust": gettext_lazy("此项只有处分，没有金额可以调整。"),
    "month_not_over": gettext_lazy("本月尚未结束，不能结账。"),
    "month_closed": gettext_lazy("该月已经结账，更正计入下月。"),
    "earlier_month_open": gettext_lazy("须先为较早的月份结账。"),
    "not_scored": gettext_lazy("归口部门不参加评分。"),
}


def refusal(reason: Reason, pack: Pack | None = None) -> str:
    """Return what was refused, why, by which clause, and what would be accepted."""
    words = str(REFUSALS[reason.code]) % {"what": reason.what or ""}
    if reason.accepted:
        words += _("应为：%(accepted)s。") % {"accepted": reason.accepted}
    if reason.source and pack is not None:
        words += _("依据：%(basis)s。") % {"basis": pack.basis(reason.source)}
    return words
