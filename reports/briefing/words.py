"""What the figures of the briefing count, in words."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Department
from regulations.words import STAGES

COUNTED = {
    "received": gettext_lazy("收到"),
    "valid": gettext_lazy("有效投诉"),
    "demands": gettext_lazy("需求（咨询、建议、沟通）"),
    "invalid": gettext_lazy("无效、撤诉或并案"),
    "closed": gettext_lazy("有效投诉中已关闭的"),
    "open": gettext_lazy("有效投诉中在办的"),
    "late": gettext_lazy("有效投诉中有逾期的"),
    "in_time": gettext_lazy("按时关闭的"),
    "answered": gettext_lazy("客户已评价的"),
    "unanswered": gettext_lazy("已关闭而没有客户评价的"),
    "impossible": gettext_lazy("结束早于收到的"),
    "satisfied": gettext_lazy("客户满意或基本满意的"),
    "dissatisfied": gettext_lazy("客户不满意的"),
    "stage_kept": gettext_lazy("时限全部按时的"),
    "stage_late": gettext_lazy("有时限逾期的"),
}


def asked_words(asked: Mapping[str, str]) -> str:
    """Say which cases an address of the briefing means."""
    words = [str(COUNTED.get(asked.get("what", "received"), ""))]
    words += [asked[key] or _("未填") for key in ("category", "project", "cause") if key in asked]
    if stage := asked.get("stage"):
        words.append(str(STAGES.get(stage, stage)))
    place = asked.get("place", asked.get("of"))
    if place is not None:
        found = Department.objects.filter(pk=place).first()
        words.append(found.name if found else _("未分派"))
    return " · ".join(words)
