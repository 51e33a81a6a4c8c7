"""Each edition of the policy file that a deployment brought: what it said, and since when."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PolicyEdition(models.Model):
    """One edition of policy.yaml, written down by `migrate`; its row joins the chain of changes."""

    digest = models.CharField(_("校验和"), max_length=64)
    text = models.TextField(_("内容"))
    noted_at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("权限规则版本")
        verbose_name_plural = _("权限规则版本")
        ordering = ["-pk"]

    def __str__(self):
        return self.digest[:16]
