"""The access log: refused attempts and reads of personal data, in a chain of its own."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AccessEntry(models.Model):
    """One refusal or one read. Ids and codes only; never a personal value."""

    class Kind(models.TextChoices):
        REFUSED = "refused", _("拒绝")
        REVEALED = "revealed", _("查看个人信息")
        SIGNED_IN = "signed_in", _("登录")
        SIGN_IN_FAILED = "sign_in_failed", _("登录失败")

    seq = models.BigIntegerField(_("序号"), unique=True)
    kind = models.CharField(_("种类"), max_length=16, choices=Kind.choices)
    recorded_at = models.DateTimeField(_("时间"))
    actor = models.ForeignKey(
        "accounts.User", verbose_name=_("人员"), null=True, on_delete=models.PROTECT
    )
    address = models.CharField(_("地址"), max_length=64, blank=True)
    data = models.JSONField(_("内容"), default=dict)
    previous_hash = models.CharField(_("前一条的哈希"), max_length=64)
    hash = models.CharField(_("哈希"), max_length=64)

    class Meta:
        verbose_name = _("访问记录")
        verbose_name_plural = _("访问记录")
        ordering = ["-seq"]
        indexes = [
            # What somebody has given a reason for in the last half hour.
            models.Index(
                name="revealed_lately",
                fields=["actor", "-recorded_at"],
                condition=models.Q(kind="revealed"),
            )
        ]

    def __str__(self):
        return f"{self.seq} {self.kind}"

    def content(self):
        """Return what the hash covers."""
        return {
            "seq": self.seq,
            "kind": self.kind,
            "recorded_at": self.recorded_at,
            "actor": self.actor_id,
            "address": self.address,
            "data": self.data,
        }


class AccessHead(models.Model):
    """The last place of the access log's chain; its row is the lock for writing the next one."""

    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64)

    def __str__(self):
        return str(self.seq)
