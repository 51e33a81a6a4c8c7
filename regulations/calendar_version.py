"""A unit's working days as they were on a day: a calendar that, once published, never changes."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CalendarVersion(models.Model):
    """The official days with the unit's own exceptions in them, whole.

    A case counts with the version of its day of receipt, until a `calendar_changed` event names
    another by its digest; so neither a new notice nor a new release of the library moves a closed case.
    `exceptions` are [{"day": ISO date, "open": bool, "reason": text}].
    """

    unit = models.ForeignKey(
        "accounts.Department",
        verbose_name=_("适用单位"),
        on_delete=models.PROTECT,
        related_name="calendars",
    )
    number = models.PositiveIntegerField(_("版本"))
    # Names the content in events: the same days and hours have the same one.
    digest = models.CharField(max_length=64, db_index=True)
    closed = ArrayField(models.DateField(), verbose_name=_("放假的工作日"))
    opened = ArrayField(models.DateField(), verbose_name=_("调休上班日"))
    known_until = models.DateField(_("官方安排公布至"))
    exceptions = models.JSONField(_("本单位例外"), default=list)
    # [["09:00", "12:00"], …] of an open day.
    hours = models.JSONField(_("工作时间"))
    created_at = models.DateTimeField(_("发布时间"))
    created_by = models.ForeignKey(
        "accounts.User",
        verbose_name=_("发布人"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("工作日历")
        verbose_name_plural = _("工作日历")
        constraints = [
            models.UniqueConstraint(name="calendar_number_once", fields=["unit", "number"]),
            models.CheckConstraint(name="calendar_counts_from_one", condition=Q(number__gte=1)),
        ]

    def __str__(self):
        return f"{self.unit} {self.number}"
