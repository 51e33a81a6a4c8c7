"""What a person does not want to be told outside the application."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from notices.models.notice import OF_STAFF, Channel


class Muted(models.Model):
    """A topic that a person has switched off on a channel; the application itself always tells."""

    person = models.ForeignKey(
        "accounts.User", on_delete=models.CASCADE, related_name="muted_notices"
    )
    topic = models.CharField(_("事由"), max_length=16, choices=OF_STAFF)
    channel = models.CharField(_("渠道"), max_length=16, choices=Channel.choices)

    class Meta:
        verbose_name = _("通知设置")
        verbose_name_plural = _("通知设置")
        constraints = [
            models.UniqueConstraint(name="muted_once", fields=["person", "topic", "channel"]),
            models.CheckConstraint(
                name="the_application_always_tells", condition=~models.Q(channel=Channel.IN_APP)
            ),
        ]

    def __str__(self):
        return f"{self.person_id} {self.topic} {self.channel}"
