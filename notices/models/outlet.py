"""Where a department's notices go besides its people: a group's robot, or another system."""

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from notices.models.notice import PERSONAL, Channel, Topic

KINDS = [choice for choice in Channel.choices if choice[0] not in PERSONAL]


class Outlet(models.Model):
    """A robot or a callback address of a department, for some topics of the cases it deals with."""

    name = models.CharField(_("名称"), max_length=64, unique=True)
    kind = models.CharField(_("类型"), max_length=16, choices=KINDS)
    department = models.ForeignKey(
        "accounts.Department", verbose_name=_("部门"), on_delete=models.PROTECT, related_name="+"
    )
    topics = ArrayField(
        models.CharField(max_length=16, choices=Topic.choices), verbose_name=_("事由")
    )
    # The robot's key or token, or the whole address of a callback.
    address = models.CharField(_("密钥或地址"), max_length=300)
    secret = models.CharField(_("签名密钥"), max_length=200, blank=True)
    is_active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = _("发送端")
        verbose_name_plural = _("发送端")
        constraints = [
            models.CheckConstraint(
                name="outlet_kind_known",
                condition=models.Q(kind__in=[kind for kind, _label in KINDS]),
            )
        ]

    def __str__(self):
        return self.name

    def clean(self):
        if self.kind == Channel.WEBHOOK:
            if not self.address.startswith(("https://", "http://")):
                raise ValidationError({"address": _("回调地址应以 https:// 开头。")})
            if not self.secret:
                raise ValidationError({"secret": _("网络回调须有签名密钥，接收方以此核对来源。")})
        elif not self.address.isascii() or "/" in self.address:
            raise ValidationError({"address": _("请填写机器人的密钥（token），不是完整网址。")})
