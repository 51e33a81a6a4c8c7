"""What auditors record beside the samples: yearly audits, open and mystery checks, flagged cases."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audits.models.text import AuditText


class SpecialAudit(models.Model):
    """The special audit of a year under a regulation, with its proposals; written once."""

    regulation = models.ForeignKey(
        "regulations.Regulation",
        verbose_name=_("制度"),
        on_delete=models.PROTECT,
        related_name="special_audits",
    )
    year = models.PositiveSmallIntegerField(_("年度"))
    conclusion = models.ForeignKey(
        AuditText, verbose_name=_("审计结论"), on_delete=models.PROTECT, related_name="+"
    )
    proposals = models.ForeignKey(
        AuditText, verbose_name=_("改进建议"), on_delete=models.PROTECT, related_name="+"
    )
    recorded_by = models.ForeignKey(
        "accounts.User", verbose_name=_("记录人"), on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(_("记录时间"))

    class Meta:
        verbose_name = _("年度专项审计")
        verbose_name_plural = _("年度专项审计")
        ordering = ["-year", "regulation"]
        constraints = [
            models.UniqueConstraint(name="special_audit_once_a_year", fields=["regulation", "year"])
        ]

    def __str__(self):
        return f"{self.regulation_id} {self.year}"


class Way(models.TextChoices):
    OPEN = "open", _("明查")
    MYSTERY = "mystery", _("暗访")


class Result(models.TextChoices):
    FINE = "fine", _("未发现问题")
    PROBLEMS = "problems", _("发现问题")


class Inspection(models.Model):
    """An open or a mystery check of a department's service, with its result; written once."""

    regulation = models.ForeignKey(
        "regulations.Regulation",
        verbose_name=_("制度"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    department = models.ForeignKey(
        "accounts.Department",
        verbose_name=_("检查单位"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    day = models.DateField(_("检查时间"))
    way = models.CharField(_("检查方式"), max_length=16, choices=Way.choices)
    result = models.CharField(_("检查结果"), max_length=16, choices=Result.choices)
    problems = models.ForeignKey(
        AuditText,
        verbose_name=_("发现问题"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    recorded_by = models.ForeignKey(
        "accounts.User", verbose_name=_("记录人"), on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(_("记录时间"))

    class Meta:
        verbose_name = _("明查暗访")
        verbose_name_plural = _("明查暗访")
        ordering = ["-day", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="inspection_names_its_problems",
                condition=models.Q(result="fine") | models.Q(problems__isnull=False),
            )
        ]

    def __str__(self):
        return f"{self.day} {self.department_id}"


class FlaggedCase(models.Model):
    """A mark that the regulation puts on a case now; a cache of the last verdict, for lists."""

    case = models.ForeignKey(
        "complaints.Complaint",
        verbose_name=_("投诉"),
        on_delete=models.PROTECT,
        related_name="flags",
    )
    name = models.CharField(_("标记"), max_length=32)

    class Meta:
        verbose_name = _("标记案件")
        verbose_name_plural = _("标记案件")
        ordering = ["-case"]
        constraints = [models.UniqueConstraint(name="case_flagged_once", fields=["case", "name"])]

    def __str__(self):
        return f"{self.case_id} {self.name}"
