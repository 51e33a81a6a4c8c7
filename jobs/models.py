"""Long work that somebody has asked for: what, by whom, how far, and what came of it."""

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class JobState(models.TextChoices):
    QUEUED = "queued", _("等待中")
    RUNNING = "running", _("进行中")
    DONE = "done", _("已完成")
    FAILED = "failed", _("失败")
    CANCELLED = "cancelled", _("已取消")


UNDER_WAY = (JobState.QUEUED, JobState.RUNNING)


class JobQuerySet(models.QuerySet):
    def of(self, user):
        """The jobs of a person, newest first."""
        return self.filter(owner=user).order_by("-created_at")

    def under_way(self):
        return self.filter(state__in=UNDER_WAY)

    def running_since(self, moment):
        """Jobs that were begun before `moment` and have not ended."""
        return self.filter(state=JobState.RUNNING, started_at__lt=moment)


class Job(models.Model):
    """One piece of work. `params` and `result` hold codes, numbers and ids, nothing personal."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    kind = models.CharField(_("种类"), max_length=32)
    owner = models.ForeignKey(
        "accounts.User", verbose_name=_("发起人"), on_delete=models.PROTECT, related_name="jobs"
    )
    params = models.JSONField(default=dict)
    created_at = models.DateTimeField(_("发起时间"))
    started_at = models.DateTimeField(_("开始"), null=True)
    ended_at = models.DateTimeField(_("结束"), null=True)
    state = models.CharField(
        _("状态"), max_length=16, choices=JobState.choices, default=JobState.QUEUED
    )
    cancel_asked = models.BooleanField(default=False)
    total = models.PositiveIntegerField(null=True)
    done = models.PositiveIntegerField(default=0)
    # Why it failed, for the person who asked.
    problem = models.TextField(blank=True)
    result = models.JSONField(default=dict)
    upload = models.FileField(upload_to="jobs/in/", blank=True)
    file = models.FileField(upload_to="jobs/out/", blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("后台作业")
        verbose_name_plural = _("后台作业")
        constraints = [
            models.CheckConstraint(name="job_state_known", condition=Q(state__in=JobState.values))
        ]
        indexes = [
            models.Index(name="job_of_owner", fields=["owner", "-created_at"]),
            models.Index(
                name="job_running", fields=["started_at"], condition=Q(state=JobState.RUNNING)
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.pk}"

    @property
    def under_way(self) -> bool:
        return self.state in UNDER_WAY
