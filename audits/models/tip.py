"""内部举报: a report of misconduct by staff, for auditors alone; its words are sealed."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class TipState(models.TextChoices):
    RECEIVED = "received", _("待核实")
    VERIFYING = "verifying", _("核实中")
    ANSWERED = "answered", _("已答复")


class TipOutcome(models.TextChoices):
    TRUE = "true", _("属实")
    PARTLY = "partly", _("部分属实")
    UNTRUE = "untrue", _("不属实")
    UNPROVEN = "unproven", _("无法核实")


class TipQuerySet(models.QuerySet):
    def seen_by(self, person, units):
        """The reports of some units that this auditor may see: not those that keep them out."""
        return self.filter(unit__in=units).exclude(kept_from__contains=[person.pk])


class Tip(models.Model):
    """One report. Who sent it is sealed with it, or not known at all; no account is kept.

    `sealed` holds JSON with `text`, `name` and `contact`. `kept_from` are the ids of auditors
    whom it concerns: they do not see that it exists.
    """

    unit = models.ForeignKey(
        "accounts.Department", verbose_name=_("单位"), on_delete=models.PROTECT, related_name="+"
    )
    code = models.CharField(max_length=64, unique=True)
    sealed = models.TextField()
    kept_from = models.JSONField(default=list)
    received_at = models.DateTimeField(_("收到时间"))

    objects = TipQuerySet.as_manager()

    class Meta:
        verbose_name = _("内部举报")
        verbose_name_plural = _("内部举报")

    def __str__(self):
        return f"{self.pk}"

    @property
    def last(self):
        """Return the last step, None before an auditor has taken it up."""
        return max(self.steps.all(), key=lambda step: step.pk, default=None)

    @property
    def state(self) -> str:
        last = self.last
        return last.state if last else TipState.RECEIVED


class TipStep(models.Model):
    """What an auditor did with a report: took it up, or answered it with an outcome."""

    tip = models.ForeignKey(Tip, on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(_("状态"), max_length=16, choices=TipState.choices)
    outcome = models.CharField(_("核实结果"), max_length=16, choices=TipOutcome.choices, blank=True)
    sealed = models.TextField()
    at = models.DateTimeField(_("时间"))
    auditor = models.ForeignKey(
        "accounts.User", verbose_name=_("审计人员"), on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("举报办理")
        verbose_name_plural = _("举报办理")
        constraints = [
            models.UniqueConstraint(
                name="one_answer_to_a_tip",
                fields=["tip"],
                condition=Q(state=TipState.ANSWERED),
            ),
            models.CheckConstraint(
                name="an_answer_has_an_outcome",
                condition=Q(state=TipState.ANSWERED, outcome__gt="")
                | (~Q(state=TipState.ANSWERED) & Q(outcome="")),
            ),
        ]

    def __str__(self):
        return f"{self.tip_id} {self.state}"
