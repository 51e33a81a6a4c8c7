"""Working papers: one for each sample, its checklist, and what happened to it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audits.models.text import AuditText


class PaperState(models.TextChoices):
    OPEN = "open", _("待核查")
    SUBMITTED = "submitted", _("待二审")
    APPROVED = "approved", _("已完成")
    REPLACED = "replaced", _("已替换")


class Topic(models.TextChoices):
    """What a line of the checklist asks."""

    STEP = "step", _("步骤")
    TIME = "time", _("时限")
    SIGNATURE = "signature", _("签批")
    RECORD = "record", _("记录")
    TRUTH = "truth", _("结果真实性")


class Says(models.TextChoices):
    """What the system found; on some lines it has nothing to say."""

    FINE = "fine", _("符合")
    FAULT = "fault", _("不符合")
    NOTHING = "nothing", _("由审计人员判断")


class Judgment(models.TextChoices):
    FINE = "fine", _("符合")
    FAULT = "fault", _("不符合")
    NOT_APPLICABLE = "not_applicable", _("不适用")


class Paper(models.Model):
    """The working paper of a sample; only its auditor writes in it, another one approves it."""

    sample = models.OneToOneField("audits.Sample", on_delete=models.PROTECT, related_name="paper")
    case = models.ForeignKey(
        "complaints.Complaint",
        verbose_name=_("投诉"),
        on_delete=models.PROTECT,
        related_name="audit_papers",
    )
    auditor = models.ForeignKey(
        "accounts.User",
        verbose_name=_("审计人员"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reviewer = models.ForeignKey(
        "accounts.User",
        verbose_name=_("二审人"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    state = models.CharField(
        _("状态"), max_length=16, choices=PaperState.choices, default=PaperState.OPEN
    )

    class Meta:
        verbose_name = _("审计底稿")
        verbose_name_plural = _("审计底稿")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="paper_reviewed_by_somebody_else",
                condition=Q(reviewer=None) | ~Q(reviewer=models.F("auditor")),
            ),
            models.CheckConstraint(
                name="paper_approved_by_somebody",
                condition=~Q(state="approved") | Q(reviewer__isnull=False, auditor__isnull=False),
            ),
        ]

    def __str__(self):
        return str(self.case)


class Item(models.Model):
    """One line of a checklist: what the system found, with its clause, and the auditor's judgment."""

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="items")
    place = models.PositiveSmallIntegerField()
    topic = models.CharField(_("项目"), max_length=16, choices=Topic.choices)
    code = models.CharField(max_length=64)
    data = models.JSONField(default=dict)
    source = ArrayField(models.CharField(max_length=16), verbose_name=_("依据"), default=list)
    says = models.CharField(_("系统核对"), max_length=16, choices=Says.choices)
    judgment = models.CharField(_("审计判断"), max_length=16, choices=Judgment.choices, blank=True)
    remark = models.ForeignKey(AuditText, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("核查项")
        verbose_name_plural = _("核查项")
        ordering = ["paper", "place"]
        constraints = [
            models.UniqueConstraint(name="audit_item_place_once", fields=["paper", "place"])
        ]

    def __str__(self):
        return f"{self.paper_id}/{self.place}"
