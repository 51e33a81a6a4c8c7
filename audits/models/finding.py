"""Findings: what an audit holds against a case, and everything that happened to it afterwards."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.models.paper import Topic


class FindingState(models.TextChoices):
    RAISED = "raised", _("已提出")
    OBJECTED = "objected", _("部门异议")
    RECTIFYING = "rectifying", _("整改中")
    RECTIFIED = "rectified", _("待效果检查")
    CLOSED = "closed", _("已关闭")
    DISMISSED = "dismissed", _("已撤销")


ENDED = (FindingState.CLOSED, FindingState.DISMISSED)


class FindingQuerySet(models.QuerySet):
    def open(self):
        return self.exclude(state__in=ENDED)

    def late(self, day):
        """Findings whose rectification should have been reported before a local date."""
        return self.filter(state=FindingState.RECTIFYING, due_on__lt=day)


class Finding(models.Model):
    """One finding on one case, by its clause. It comes from a paper, or from an investigation."""

    case = models.ForeignKey(
        "complaints.Complaint",
        verbose_name=_("投诉"),
        on_delete=models.PROTECT,
        related_name="findings",
    )
    paper = models.ForeignKey(
        "audits.Paper", null=True, on_delete=models.PROTECT, related_name="findings"
    )
    item = models.OneToOneField("audits.Item", null=True, on_delete=models.PROTECT)
    department = models.ForeignKey(
        "accounts.Department",
        verbose_name=_("责任部门"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    topic = models.CharField(_("项目"), max_length=16, choices=Topic.choices)
    code = models.CharField(max_length=64)
    data = models.JSONField(default=dict)
    source = ArrayField(models.CharField(max_length=16), verbose_name=_("依据"), default=list)
    state = models.CharField(
        _("状态"), max_length=16, choices=FindingState.choices, default=FindingState.RAISED
    )
    due_on = models.DateField(_("整改期限"), null=True)
    raised_at = models.DateTimeField(_("提出时间"))

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("审计发现")
        verbose_name_plural = _("审计发现")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="finding_rectified_until_a_day",
                condition=~Q(state="rectifying") | Q(due_on__isnull=False),
            )
        ]
        indexes = [models.Index(name="finding_of_department", fields=["department", "-id"])]

    def __str__(self):
        return f"#{self.pk}"

    def get_absolute_url(self):
        return reverse("finding", args=[self.pk])


class EntryKind(models.TextChoices):
    """What happened to a paper or a finding. Retired codes stay and are never used again."""

    ASSIGNED = "assigned", _("指定审计人员")
    EVIDENCE = "evidence", _("取证")
    SUBMITTED = "submitted", _("提交二审")
    RETURNED = "returned", _("二审退回")
    APPROVED = "approved", _("二审通过")
    REPLACED = "replaced", _("替换样本")
    RAISED = "raised", _("提出发现")
    OBJECTED = "objected", _("部门提出异议")
    UPHELD = "upheld", _("维持发现")
    DISMISSED = "dismissed", _("撤销发现")
    ORDERED = "ordered", _("要求整改")
    RECTIFIED = "rectified", _("报告整改完成")
    EFFECTIVE = "effective", _("效果检查合格")
    NOT_EFFECTIVE = "not_effective", _("效果检查不合格")
    HANDED_OVER = "handed_over", _("移送考核")
    CLOSED = "closed", _("关闭")


class AuditEntry(models.Model):
    """One line of what happened: append-only, without free text; texts and files by reference."""

    paper = models.ForeignKey(
        "audits.Paper", null=True, on_delete=models.PROTECT, related_name="entries"
    )
    finding = models.ForeignKey(
        Finding, null=True, on_delete=models.PROTECT, related_name="entries"
    )
    kind = models.CharField(_("种类"), max_length=16, choices=EntryKind.choices)
    actor = models.ForeignKey(
        "accounts.User",
        verbose_name=_("人员"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    post = models.CharField(_("职务"), max_length=64, blank=True)
    recorded_at = models.DateTimeField(_("时间"))
    data = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("审计经过")
        verbose_name_plural = _("审计经过")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="audit_entry_of_a_paper_or_a_finding",
                condition=Q(paper=None, finding__isnull=False)
                | Q(paper__isnull=False, finding=None),
            ),
            models.CheckConstraint(
                name="audit_entry_kind_known", condition=Q(kind__in=EntryKind.values)
            ),
        ]

    def __str__(self):
        return f"{self.pk} {self.kind}"
