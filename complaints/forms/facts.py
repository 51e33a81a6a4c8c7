"""Facts that a criterion can see, as form fields; the pack's intake decides which are asked for."""

from datetime import datetime
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.joining import labelled
from regulations.engine.facts import MOMENTS, TRUTHS

STATES = [
    ("", _("未知")),
    ("none", _("无")),
    ("possible", _("可能")),
    ("actual", _("已发生")),
]
TRUTH = [("", _("未知")), ("yes", _("是")), ("no", _("否"))]
FAULT = [
    ("", _("未知")),
    ("ours", _("我方")),
    ("customer", _("客户")),
    ("third_party", _("第三方")),
]


def truth(label):
    return forms.ChoiceField(label=label, choices=TRUTH, required=False)


def state(label):
    return forms.ChoiceField(label=label, choices=STATES, required=False)


def count(label):
    return forms.IntegerField(label=label, min_value=1, max_value=1_000_000, required=False)


def money(label):
    return forms.DecimalField(
        label=label,
        min_value=Decimal(0),
        max_digits=12,
        decimal_places=2,
        required=False,
    )


# The engine's facts (replay.md) that people state, in the order in which they are asked.
FACT_FIELDS = {
    "complainants": lambda: count(_("投诉人数")),
    "amount": lambda: money(_("涉及金额（元）")),
    "safety_risk": lambda: truth(_("可能危及人身安全或造成财产损失")),
    "major_harm": lambda: truth(_("已造成重大人身伤害或财产损失")),
    "legal": lambda: state(_("诉讼")),
    "media": lambda: state(_("媒体曝光")),
    "exposure_people": lambda: count(_("引起诉讼或曝光的人数")),
    "authority": lambda: truth(_("已投诉到政府部门")),
    "brand_harm": lambda: truth(_("对品牌或声誉有重大影响")),
    "against_staff": lambda: truth(_("投诉工作人员")),
    "out_of_duty": lambda: truth(_("不属受理部门职责")),
    "same_issue_complainants": lambda: count(_("同一问题的不同投诉人数")),
    "same_target_complaints": lambda: count(_("同一投诉对象的投诉次数")),
    "fault": lambda: forms.ChoiceField(label=_("延误责任"), choices=FAULT, required=False),
    "mishandled": lambda: truth(_("处理不当")),
}


# Facts that follow from other cases, with the word for one that no form asks for.
OF_OTHERS = {
    "same_issue_complainants": _("同一问题的不同投诉人数"),
    "same_target_complaints": _("同一投诉对象的投诉次数"),
    "recurs_from": _("已处理后再次发生，原等级"),
}


def words_of_others(facts) -> list[str]:
    """Return in words what follows from other cases among these facts."""
    known = ((label, facts.get(name)) for name, label in OF_OTHERS.items())
    return [labelled(label, value) for label, value in known if value is not None]


def fact_value(name: str, value):
    """Return a field's value as the engine's fact; None for an unknown one."""
    if value in (None, "", []):
        return None
    if name in TRUTHS:
        return value == "yes"
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def field_value(name: str, fact):
    """Return a fact as the initial value of its field."""
    if isinstance(fact, bool):
        return "yes" if fact else "no"
    if name in MOMENTS and isinstance(fact, str):
        return datetime.fromisoformat(fact)
    return fact
