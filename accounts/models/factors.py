"""Second factors: what somebody has beside a password, and what was done to it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User


class FactorKind(models.TextChoices):
    TOTP = "totp", _("动态验证码")
    PASSKEY = "passkey", _("通行密钥")


class Factor(models.Model):
    """An authenticator application or a passkey of a person; it is added and taken away, never changed.

    `secret` is sealed: the shared secret of an application, or what a passkey is checked with.
    `credential` is a passkey's id, empty for an application.
    """

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="factors")
    kind = models.CharField(_("种类"), max_length=16, choices=FactorKind.choices)
    name = models.CharField(_("名称"), max_length=64)
    secret = models.TextField()
    credential = models.TextField(blank=True)
    added_at = models.DateTimeField(_("启用时间"))

    class Meta:
        verbose_name = _("第二因素")
        verbose_name_plural = _("第二因素")
        constraints = [
            models.UniqueConstraint(
                name="passkey_once", fields=["credential"], condition=~Q(credential="")
            ),
            models.UniqueConstraint(
                name="one_application_each",
                fields=["person"],
                condition=Q(kind=FactorKind.TOTP),
            ),
            models.CheckConstraint(name="factor_known", condition=Q(kind__in=FactorKind.values)),
        ]

    def __str__(self):
        return f"{self.person_id} {self.kind}"


class FactorUse(models.Model):
    """The last use of a factor; its row is the lock for the next one.

    `counter` is the time step of the last code, or what a passkey has counted: it only grows.
    """

    factor = models.OneToOneField(Factor, on_delete=models.CASCADE, related_name="use")
    counter = models.BigIntegerField(default=0)
    used_at = models.DateTimeField(_("最近使用"), null=True)

    def __str__(self):
        return f"{self.factor_id} {self.counter}"


class RecoveryCodes(models.Model):
    """The recovery codes that a person has not used, as digests; its row is the lock for using one."""

    person = models.OneToOneField(User, on_delete=models.PROTECT, related_name="recovery_codes")
    digests = ArrayField(models.CharField(max_length=64))
    made_at = models.DateTimeField(_("生成时间"))

    class Meta:
        verbose_name = _("恢复码")
        verbose_name_plural = _("恢复码")

    def __str__(self):
        return f"{self.person_id} {len(self.digests)}"


class FactorReset(models.Model):
    """An administrator took away all of somebody's second factors, and why; append-only."""

    person = models.ForeignKey(
        User, verbose_name=_("人员"), on_delete=models.PROTECT, related_name="factor_resets"
    )
    by = models.ForeignKey(
        User, verbose_name=_("操作人"), on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(_("理由"), max_length=200)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("第二因素重置")
        verbose_name_plural = _("第二因素重置")
        constraints = [
            models.CheckConstraint(name="reset_by_another", condition=~Q(person=F("by"))),
        ]

    def __str__(self):
        return f"{self.person_id} {self.at}"
