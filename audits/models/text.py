"""What auditors and departments write: erasable rows, which the record names by id and digest."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.models.particulars import digest, new_salt


class AuditText(models.Model):
    """A remark, reason, objection or report in somebody's own words; may be erased, not changed."""

    body = models.TextField()
    salt = models.CharField(max_length=32, default=new_salt)

    class Meta:
        verbose_name = _("审计文字")
        verbose_name_plural = _("审计文字")

    def __str__(self):
        return f"#{self.pk}"

    def reference(self) -> dict:
        """Return what an entry keeps of this text."""
        return {"text": self.pk, "digest": digest(self.salt, self.body)}
