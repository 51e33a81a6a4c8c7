"""What somebody gave as the reason for seeing personal values, where no reason of the list fits."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models.particulars import new_salt


class RevealReason(models.Model):
    """A reason in somebody's own words: an erasable row, which the access log names by its id."""

    case = models.ForeignKey("complaints.Complaint", on_delete=models.PROTECT, related_name="+")
    body = models.CharField(_("用途"), max_length=200)
    salt = models.CharField(max_length=32, default=new_salt)

    class Meta:
        verbose_name = _("查看个人信息的用途")
        verbose_name_plural = _("查看个人信息的用途")

    def __str__(self):
        return f"{self.case_id}/{self.pk}"
