"""Reports over many cases that somebody signs, whom they are published to, and what is decided on them.

All of these only grow and join the chain of changes; a report that waits for its signature is no record.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models.attachment import KeptFile

KEPT = {"on_delete": models.PROTECT, "related_name": "+"}


class DueReport(models.Model):
    """A report whose period is over and that waits for its signature; beat puts it here."""

    regulation = models.ForeignKey("regulations.Regulation", **KEPT)
    key = models.CharField(max_length=32)
    first = models.DateField()
    months = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="report_due_once", fields=["regulation", "key", "first"])
        ]

    def __str__(self):
        return f"{self.key} {self.first:%Y-%m}"


class Report(models.Model):
    """A signed report: its numbers as they were then. What cases do later changes none of them.

    `content` is {"tables": [{"title", "head", "rows"}], "corrections": [...]} as in making.py.
    """

    regulation = models.ForeignKey("regulations.Regulation", **KEPT)
    version = models.ForeignKey("regulations.RegulationVersion", **KEPT)
    key = models.CharField(max_length=32)
    first = models.DateField(_("期间"))
    months = models.PositiveSmallIntegerField()
    content = models.JSONField()
    signed_by = models.ForeignKey("accounts.User", verbose_name=_("签发人"), **KEPT)
    post = models.CharField(_("职务"), max_length=64)
    signed_at = models.DateTimeField(_("签发时间"))

    class Meta:
        verbose_name = _("签发的报告")
        verbose_name_plural = _("签发的报告")
        constraints = [
            models.UniqueConstraint(
                name="report_signed_once", fields=["regulation", "key", "first"]
            )
        ]

    def __str__(self):
        return f"{self.key} {self.first:%Y-%m}"

    @property
    def duty(self):
        """What the regulation said of it when it was signed."""
        return next(row for row in self.version.pack.periodic if row.key == self.key)


class Publication(models.Model):
    """A signed report published to posts: [department, title] each."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="publications")
    audience = models.JSONField(_("范围"))
    published_by = models.ForeignKey("accounts.User", verbose_name=_("发布人"), **KEPT)
    published_at = models.DateTimeField(_("发布时间"))

    def __str__(self):
        return f"{self.report_id}"

    @property
    def posts(self) -> set[tuple[int, str]]:
        return {(place, title) for place, title in self.audience}


class HotSpot(models.Model):
    """A hot or difficult point that somebody has found elsewhere than in the sums."""

    class Found(models.TextChoices):
        FOLLOW_UP = "follow_up", _("回访")
        CHECK = "check", _("检查")
        SUPERIOR = "superior", _("上级分析")
        AUTHORITY = "authority", _("主管部门分析")
        OTHER = "other", _("其他")

    regulation = models.ForeignKey("regulations.Regulation", **KEPT)
    month = models.DateField(_("月份"))
    found = models.CharField(_("来源"), max_length=16, choices=Found.choices)
    category = models.CharField(_("类别"), max_length=64, blank=True)
    text = models.CharField(_("热点难点"), max_length=200)
    entered_by = models.ForeignKey("accounts.User", **KEPT)
    entered_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="hot_spot_month", fields=["regulation", "month"])]

    def __str__(self):
        return self.text


class MeetingItem(models.Model):
    """What a service quality analysis meeting decided: the matter, the unit responsible, the day due."""

    regulation = models.ForeignKey("regulations.Regulation", **KEPT)
    held_on = models.DateField(_("会议日期"))
    matter = models.CharField(_("议题与整改要求"), max_length=300)
    department = models.ForeignKey("accounts.Department", verbose_name=_("责任单位"), **KEPT)
    due_on = models.DateField(_("整改期限"))
    source = ArrayField(models.CharField(max_length=16), default=list)
    entered_by = models.ForeignKey("accounts.User", **KEPT)
    entered_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="meeting_item_newest", fields=["regulation", "-held_on"])]

    def __str__(self):
        return self.matter


class Rectification(models.Model):
    """A department's rectification report on an item; `file` is the key of its file in the vault."""

    item = models.ForeignKey(MeetingItem, on_delete=models.PROTECT, related_name="reports")
    text = models.TextField(_("整改情况"))
    name = models.CharField(max_length=200, blank=True)
    file = models.CharField(max_length=100, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    sent_by = models.ForeignKey("accounts.User", **KEPT)
    sent_at = models.DateTimeField()

    def __str__(self):
        return f"{self.item_id}"


class RectificationFile(KeptFile):
    """The file of a rectification report, and what the scanner says of it."""

    report = models.OneToOneField(Rectification, on_delete=models.PROTECT, related_name="kept")

    def __str__(self):
        return f"{self.report_id}"


class Appraisal(models.Model):
    """How a department's handling of a month's complaints is appraised; the newest one counts."""

    class Result(models.TextChoices):
        GOOD = "good", _("良好")
        FAIR = "fair", _("合格")
        POOR = "poor", _("需改进")

    regulation = models.ForeignKey("regulations.Regulation", **KEPT)
    department = models.ForeignKey("accounts.Department", verbose_name=_("部门"), **KEPT)
    month = models.DateField()
    result = models.CharField(_("考核结论"), max_length=16, choices=Result.choices)
    remark = models.CharField(_("说明"), max_length=200, blank=True)
    appraised_by = models.ForeignKey("accounts.User", **KEPT)
    appraised_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="appraisal_newest", fields=["regulation", "month", "-id"])]

    def __str__(self):
        return f"{self.department_id} {self.month:%Y-%m}"
