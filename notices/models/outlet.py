"""Where a department's notices go besides its people: a group's robot, or another system."""

import re

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from notices.calling import NotCalled, is_listed, parted
from notices.models.notice import OF_STAFF, PERSONAL, Channel

# What the key of a robot is made of.
TOKEN = re.compile(r"[A-Za-z0-9_-]+")
KINDS = [choice for choice in Channel.choices if choice[0] not in PERSONAL]


class Outlet(models.Model):
    """A robot or a callback address of a department, for some topics of the cases it deals with."""

    name = models.CharField(_("名称"), max_length=64, unique=True)
    kind = models.CharField(_("类型"), max_length=16, choices=KINDS)
    department = models.ForeignKey(
        "accounts.Department", verbose_name=_("部门"), on_delete=models.PROTECT, related_name="+"
    )
    topics = ArrayField(models.CharField(max_length=16, choices=OF_STAFF), verbose_name=_("事由"))
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
            try:
                listed = is_listed(parted(self.address))
            except NotCalled:
                words = _("回调地址应以 https:// 开头，只含主机名、端口和路径，不含用户名。")
                raise ValidationError({"address": words}) from None
            if not listed:
                words = _("系统的回调名单（CALLBACK_HOSTS）中没有这台主机，请联系运维人员。")
                raise ValidationError({"address": words})
            if not self.secret:
                raise ValidationError({"secret": _("网络回调须有签名密钥，接收方以此核对来源。")})
        elif not TOKEN.fullmatch(self.address):
            raise ValidationError({"address": _("请填写机器人的密钥（token），不是完整网址。")})
        elif self.secret and not TOKEN.fullmatch(self.secret):
            raise ValidationError({"secret": _("加签密钥只含字母、数字、“-”和“_”。")})
