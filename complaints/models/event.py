"""What happened to a case: append-only, chained by hash, without personal values or free text."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.lifecycle import State
from records import chain


class CaseEvent(models.Model):
    """One event. `data` holds codes, numbers, times, ids of rows and salted digests of texts."""

    case = models.ForeignKey(
        "complaints.Complaint", on_delete=models.PROTECT, related_name="events"
    )
    seq = models.PositiveIntegerField()
    kind = models.CharField(_("种类"), max_length=32)
    at = models.DateTimeField(_("发生时间"))
    recorded_at = models.DateTimeField(_("记录时间"))
    actor = models.ForeignKey(
        "accounts.User", verbose_name=_("人员"), null=True, on_delete=models.PROTECT
    )
    post = models.CharField(_("职务"), max_length=64, blank=True)
    state = models.CharField(_("此后状态"), max_length=16, choices=State.choices)
    data = models.JSONField(default=dict)
    # A derived event's cause; the database refuses the second event with the same one.
    once = models.CharField(max_length=160, null=True)  # noqa: DJ001
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("事件")
        verbose_name_plural = _("事件")
        ordering = ["case", "seq"]
        constraints = [
            models.UniqueConstraint(name="event_place_once", fields=["case", "seq"]),
            models.UniqueConstraint(name="derived_event_once", fields=["case", "once"]),
            models.CheckConstraint(
                name="event_not_from_the_future",
                condition=Q(at__lte=models.F("recorded_at")),
            ),
        ]

    def __str__(self):
        return f"{self.case_id}/{self.seq} {self.kind}"

    @property
    def is_derived(self) -> bool:
        return self.kind.startswith("derived.")

    def content(self):
        """Return what the hash covers: everything but the hashes."""
        return {
            "case": self.case_id,
            "seq": self.seq,
            "kind": self.kind,
            "at": self.at,
            "recorded_at": self.recorded_at,
            "actor": self.actor_id,
            "post": self.post,
            "state": self.state,
            "data": self.data,
            "once": self.once,
        }

    def seal(self, previous_hash: str) -> None:
        """Join the chain after the event with the hash `previous_hash`."""
        self.previous_hash = previous_hash
        self.hash = chain.link(previous_hash, self.content())
