"""Clocks as rows: what the last verdict said of each deadline, for lists, boards and reports."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ClockState(models.TextChoices):
    RUNNING = "running", _("计时中")
    MET = "met", _("按时完成")
    LATE = "late", _("逾期完成")
    OVERDUE = "overdue", _("已逾期")
    PAUSED = "paused", _("暂停")
    VOID = "void", _("作废")
    NO_LIMIT = "no_limit", _("无时限")


class ClockQuerySet(models.QuerySet):
    def running(self):
        """Clocks that nothing has stopped yet, overdue ones included."""
        return self.filter(state__in=[ClockState.RUNNING, ClockState.OVERDUE])

    def overdue(self, moment):
        """Running clocks whose due moment has passed; says so before a sweep has been by."""
        return self.running().filter(due_at__lt=moment)


class Clock(models.Model):
    """One deadline of one case in one cycle. Written by `sla.settle` from the verdict alone."""

    case = models.ForeignKey(
        "complaints.Complaint",
        verbose_name=_("投诉"),
        on_delete=models.PROTECT,
        related_name="clocks",
    )
    key = models.CharField(_("标识"), max_length=128)
    stage = models.CharField(_("环节"), max_length=32)
    source = ArrayField(models.CharField(max_length=16), verbose_name=_("依据"))
    cycle = models.PositiveSmallIntegerField(_("轮次"))
    department = models.ForeignKey(
        "accounts.Department",
        verbose_name=_("部门"),
        null=True,
        on_delete=models.PROTECT,
    )
    started_at = models.DateTimeField(_("起算"))
    due_at = models.DateTimeField(_("到期"), null=True)
    warn_at = models.DateTimeField(_("预警"), null=True)
    stopped_at = models.DateTimeField(_("停止"), null=True)
    state = models.CharField(_("状态"), max_length=16, choices=ClockState.choices)
    late_days = models.PositiveIntegerField(_("逾期天数"), default=0)

    objects = ClockQuerySet.as_manager()

    class Meta:
        verbose_name = _("时限")
        verbose_name_plural = _("时限")
        constraints = [
            models.UniqueConstraint(name="clock_once", fields=["case", "key"]),
            models.CheckConstraint(
                name="clock_state_known", condition=Q(state__in=ClockState.values)
            ),
        ]
        indexes = [
            models.Index(
                name="clock_running_by_due",
                fields=["due_at"],
                condition=Q(state__in=["running", "overdue"]),
            )
        ]

    def __str__(self):
        return f"{self.case_id} {self.key}"
