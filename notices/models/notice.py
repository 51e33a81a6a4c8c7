"""The outbox: what people must be told, written in the transaction that makes it true."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    IN_APP = "in_app", _("站内")
    EMAIL = "email", _("邮件")
    SMS = "sms", _("短信")
    WECOM = "wecom", _("企业微信机器人")
    DINGTALK = "dingtalk", _("钉钉机器人")
    FEISHU = "feishu", _("飞书机器人")
    WEBHOOK = "webhook", _("网络回调")


# What reaches a person; the others reach a group, or another system, by an outlet.
PERSONAL = (Channel.IN_APP, Channel.EMAIL, Channel.SMS)
# How long a message may be on its way before it counts as in doubt.
LEASE = timedelta(minutes=2)


class Topic(models.TextChoices):
    """What a notice is about; the words are made when it is read or sent."""

    REPORT = "report", _("上报")
    WARNED = "warned", _("即将到期")
    OVERDUE = "overdue", _("已逾期")
    UPGRADED = "upgraded", _("等级升级")
    ASSIGNED = "assigned", _("新任务")
    RETURNED = "returned", _("退单")
    SIGNATURE = "signature", _("待签批")
    PRESSED = "pressed", _("督办")
    PRESS_ANSWERED = "press_answered", _("督办回复")
    OWED = "owed", _("制度事项")
    ORDERED = "ordered", _("来文")
    PENALTY = "penalty", _("考核")
    DECISION = "decision", _("考核待裁定")
    AUDIT = "audit", _("审计发现")
    ENTERED = "entered", _("客户自行提交")
    # The only one that is for whoever complains.
    RECEIPT = "receipt", _("受理提醒")


# What people of the house are told, and may choose to hear of outside the application.
OF_STAFF = [choice for choice in Topic.choices if choice[0] != Topic.RECEIPT]


class NoticeQuerySet(models.QuerySet):
    def inbox(self, user):
        """The in-app notices of a person, newest first."""
        return self.filter(recipient=user, channel=Channel.IN_APP).order_by("-pk")

    def unread(self):
        return self.filter(read_at=None)

    def pending(self, moment):
        """Notices that wait for delivery, whose next try has come and that nobody is sending."""
        return self.filter(
            ~Q(channel=Channel.IN_APP),
            Q(sending_at=None) | Q(sending_at__lte=moment - LEASE),
            delivered_at=None,
            moot_at=None,
            next_try__lte=moment,
        ).order_by("next_try", "pk")


class Notice(models.Model):
    """One message to one person, one outlet or the complainant, on one channel; the key names its cause.

    `sending_at` is set before it is sent and cleared after: what died in between is in doubt, and is
    sent again under the same id. `moot_at`: it was not worth sending any more.
    """

    key = models.CharField(_("标识"), max_length=200, unique=True)
    case = models.ForeignKey(
        "complaints.Complaint",
        verbose_name=_("投诉"),
        on_delete=models.PROTECT,
        related_name="notices",
    )
    recipient = models.ForeignKey(
        "accounts.User",
        verbose_name=_("收件人"),
        null=True,
        on_delete=models.PROTECT,
        related_name="notices",
    )
    outlet = models.ForeignKey(
        "notices.Outlet",
        verbose_name=_("发送端"),
        null=True,
        on_delete=models.PROTECT,
        related_name="notices",
    )
    # The complainant: their address stands in their own row alone.
    to_customer = models.BooleanField(_("致投诉人"), default=False)
    channel = models.CharField(_("渠道"), max_length=16, choices=Channel.choices)
    topic = models.CharField(_("事由"), max_length=16, choices=Topic.choices)
    # Codes and facts only: stage, post, due moment.
    data = models.JSONField(_("内容"), default=dict)
    created_at = models.DateTimeField(_("时间"))
    next_try = models.DateTimeField(_("下次发送"), null=True)
    attempts = models.PositiveSmallIntegerField(_("发送次数"), default=0)
    sending_at = models.DateTimeField(_("正在发送"), null=True)
    # The messages that went out together as one, by the id of that one.
    parcel = models.UUIDField(_("合并发送"), null=True)
    doubtful = models.BooleanField(_("送达存疑"), default=False)
    delivered_at = models.DateTimeField(_("送达"), null=True)
    moot_at = models.DateTimeField(_("已无需发送"), null=True)
    read_at = models.DateTimeField(_("已读"), null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("通知")
        verbose_name_plural = _("通知")
        constraints = [
            models.CheckConstraint(
                name="notice_has_one_addressee",
                condition=Q(recipient=None, outlet__isnull=False, to_customer=False)
                | Q(recipient__isnull=False, outlet=None, to_customer=False)
                | Q(recipient=None, outlet=None, to_customer=True),
            )
        ]
        indexes = [
            models.Index(name="notice_inbox", fields=["recipient", "channel", "-id"]),
            models.Index(
                name="notice_pending",
                fields=["next_try", "id"],
                condition=Q(delivered_at=None, moot_at=None) & ~Q(channel="in_app"),
            ),
        ]

    def __str__(self):
        return self.key
