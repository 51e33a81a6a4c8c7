"""How much somebody has taken out of the system, or brought into it, on one day."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User


class What(models.TextChoices):
    """What is limited for each person and day."""

    EXPORT = "export", _("导出")
    REVEAL = "reveal", _("查看个人信息")
    UPLOAD = "upload", _("上传文件")
    KILOBYTES = "kilobytes", _("上传容量")


class DailyUse(models.Model):
    """One person's use of one thing on one day; `refused` counts what went beyond the limit."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    what = models.CharField(max_length=16, choices=What.choices)
    day = models.DateField()
    count = models.PositiveBigIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="daily_use_once", fields=["day", "person", "what"])
        ]

    def __str__(self):
        return f"{self.person_id} {self.what} {self.day}"
