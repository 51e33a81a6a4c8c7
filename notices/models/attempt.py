"""The delivery log: what became of each try, kept as evidence."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Outcome(models.TextChoices):
    SENT = "sent", _("已发出")
    FAILED = "failed", _("失败")
    DOUBTFUL = "doubtful", _("存疑，将以同一编号重发")
    MOOT = "moot", _("已无需发送")


class Attempt(models.Model):
    """One try to deliver one notice; append-only."""

    notice = models.ForeignKey(
        "notices.Notice", verbose_name=_("通知"), on_delete=models.PROTECT, related_name="log"
    )
    at = models.DateTimeField(_("时间"))
    outcome = models.CharField(_("结果"), max_length=16, choices=Outcome.choices)
    # The id under which it went out, the same at each repetition.
    message_id = models.CharField(_("消息编号"), max_length=80, blank=True)
    # The kind of the error or the answer's status; never what was in the message.
    detail = models.CharField(_("说明"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("发送记录")
        verbose_name_plural = _("发送记录")
        indexes = [models.Index(name="attempt_newest", fields=["-id"])]

    def __str__(self):
        return f"{self.notice_id} {self.outcome}"
