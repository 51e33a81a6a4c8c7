"""What happened to a case: append-only, chained by hash, without personal values or free text."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.lifecycle import State
from records import chain

# Kinds of events that follow by themselves begin so.
DERIVED = "derived."


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
        return self.kind.startswith(DERIVED)

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


class Told(NamedTuple):
    """What is read of a stored event to judge its case and to settle it."""

    case_id: int
    seq: int
    kind: str
    at: datetime
    data: dict[str, Any]
    once: str | None
    actor_id: int | None

    @property
    def is_derived(self) -> bool:
        return self.kind.startswith(DERIVED)


def events_of(cases: Iterable) -> dict[int, list[Told]]:
    """Return the events of cases by the case's id, each in the order of `seq` (one query)."""
    events = defaultdict(list)
    rows = CaseEvent.objects.filter(case__any_of=[case.pk for case in cases])
    rows = rows.order_by("case", "seq")
    for row in rows.values_list(*Told._fields):
        events[row[0]].append(Told._make(row))
    return events
