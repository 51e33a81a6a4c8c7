"""A case as one line of a list, read narrowly: fifty lines are a page, and people wait for it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet

from complaints.models import Complaint
from complaints.models.particulars import COLUMNS, ERASED
from regulations.engine.pack import Pack
from regulations.models import pack_by_digest

# Field of a line → where it is read.
READ = {
    "pk": "pk",
    "number": "number",
    "version": "version_id",
    "sha256": "version__sha256",
    "chosen": "version__chosen",
    "event_count": "event_count",
    "state": "state",
    "origin": "origin",
    "grade": "grade",
    "category": "category",
    "channel": "channel",
    "project": "project",
    "department": "department__name",
    "handler": "handler__name",
    "handler_id": "handler_id",
    "received_at": "received_at",
    "next_due": "next_due",
    "next_due_from": "next_due_from",
    "next_due_stage": "next_due_stage",
    "next_due_source": "next_due_source",
    "name": "particulars__name",
    "phone": "particulars__phone",
    "subject": "particulars__subject",
    "more": "particulars__more",
}


class Line(NamedTuple):
    """What a list shows of a case; the complainant's four columns are None once they are erased."""

    pk: int
    number: str
    version: int
    sha256: str
    chosen: dict[str, Any]
    event_count: int
    state: str
    origin: str
    grade: str
    category: str
    channel: str
    project: str
    department: str | None
    handler: str | None
    handler_id: int | None
    received_at: datetime
    next_due: datetime | None
    next_due_from: datetime | None
    next_due_stage: str
    next_due_source: Sequence[str]
    name: str | None
    phone: str | None
    subject: str | None
    more: dict[str, Any] | None

    @property
    def pack(self) -> Pack:
        return pack_by_digest(self.version, self.sha256, self.chosen)

    @property
    def entered(self) -> str:
        """By which door whoever complains entered it themselves, empty where somebody of the house did."""
        known = self.origin in Complaint.OUTSIDE
        return str(Complaint.Origin(self.origin).label) if known else ""

    @property
    def told(self) -> "Told":
        """The complainant's words, as a veil goes over them; after their erasure one that says so."""
        if self.subject is None:
            return Told("", "", str(ERASED), {})
        return Told(self.name, self.phone, self.subject, self.more)


class Told(NamedTuple):
    """What a line knows of what was entered (complaints.personal.Told)."""

    name: str
    phone: str
    subject: str
    more: dict[str, Any]

    def value(self, key: str) -> object:
        """Return what was entered under an intake field's key, None for nothing."""
        column = COLUMNS.get(key)
        return getattr(self, column) or None if column else self.more.get(key)


def read(cases: QuerySet[Complaint]) -> list[Line]:
    """Return the lines of some cases in the order of the queryset: one query.

    The cases are chosen by their own rows; what stands beside them is read of the chosen ones alone.
    """
    chosen = Complaint.objects.filter(pk__in=cases.values("pk"))
    rows = chosen.order_by(*cases.query.order_by).values_list(*READ.values())
    return [Line._make(row) for row in rows]
