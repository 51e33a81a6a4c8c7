"""A complaint that somebody else in the house received, on its way to those who register it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class HandedIn(models.Model):
    """What an employee heard, for the owner department; sealed, and forgotten once it is a case."""

    version = models.ForeignKey(
        "regulations.RegulationVersion", on_delete=models.PROTECT, related_name="+"
    )
    owner_department = models.ForeignKey(
        "accounts.Department", on_delete=models.PROTECT, related_name="+"
    )
    by = models.ForeignKey(
        "accounts.User", verbose_name=_("转交人"), on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("转交时间"))
    received_at = models.DateTimeField(_("收到时间"))
    sealed = models.BinaryField(blank=True)
    case = models.OneToOneField(
        "complaints.Complaint", null=True, on_delete=models.PROTECT, related_name="handed_in"
    )

    class Meta:
        verbose_name = _("转交的投诉")
        verbose_name_plural = _("转交的投诉")
        indexes = [
            models.Index(
                name="handed_in_waiting",
                fields=["owner_department", "at"],
                condition=models.Q(case=None),
            )
        ]

    def __str__(self):
        return f"{self.by_id} {self.at:%Y-%m-%d %H:%M}"
