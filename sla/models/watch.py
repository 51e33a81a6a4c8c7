"""The sweep watched: when it was last by, when it was away, and whether the clock can be believed."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Watch(models.Model):
    """The last sweep, one row: the database's time beside the host's elapsed time."""

    swept_at = models.DateTimeField()
    # Which host's elapsed time it is; another host's cannot be compared.
    host = models.CharField(max_length=64)
    elapsed = models.FloatField()

    class Meta:
        constraints = [models.CheckConstraint(name="one_watch", condition=Q(pk=1))]

    def __str__(self):
        return f"{self.swept_at:%Y-%m-%d %H:%M:%S}"


class Outage(models.Model):
    """A time in which no sweep was by; what fell due in it was recorded afterwards."""

    since = models.DateTimeField(_("起"))
    until = models.DateTimeField(_("止"))

    class Meta:
        verbose_name = _("停摆时段")
        verbose_name_plural = _("停摆时段")
        constraints = [
            models.CheckConstraint(name="outage_ends", condition=Q(until__gt=F("since"))),
            models.UniqueConstraint(name="outage_once", fields=["since"]),
        ]

    def __str__(self):
        return f"{self.since:%Y-%m-%d %H:%M} – {self.until:%Y-%m-%d %H:%M}"


class ClockAlarm(models.Model):
    """The database's clock jumped; no sweep runs until a person has confirmed the time."""

    before = models.DateTimeField(_("上次巡检"))
    found = models.DateTimeField(_("数据库时间"))
    # Seconds by which the database's clock went ahead of (or behind, negative) the elapsed time.
    off_by = models.FloatField(_("偏差秒数"))
    confirmed_by = models.ForeignKey(
        "accounts.User", verbose_name=_("确认人"), null=True, on_delete=models.PROTECT
    )
    confirmed_at = models.DateTimeField(_("确认时间"), null=True)

    class Meta:
        verbose_name = _("时钟报警")
        verbose_name_plural = _("时钟报警")
        constraints = [
            models.UniqueConstraint(
                models.Value(1), name="one_open_alarm", condition=Q(confirmed_at=None)
            )
        ]

    def __str__(self):
        return f"{self.found:%Y-%m-%d %H:%M:%S} {self.off_by:+.0f}s"
