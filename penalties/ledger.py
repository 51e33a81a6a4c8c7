"""Writing the ledger of one case. Whoever writes holds the case's lock; nothing else is locked."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from accounts.models import User
from complaints.models import Complaint
from penalties.items import Item, items_of
from penalties.models import Entry, EntryText, Kind, LedgerHead


class Ledger:
    """A locked case's entries, read once, and the end of their chain."""

    def __init__(self, case: Complaint, now: datetime):
        self.case, self.now = case, now
        self.head = LedgerHead.objects.filter(case=case).first()
        self.entries = list(Entry.objects.filter(case=case).order_by("seq")) if self.head else []

    @property
    def items(self) -> list[Item]:
        return items_of(self.entries)

    def item(self, pk: int) -> Item:
        """Return the item that begins with the entry `pk`; raises StopIteration without one."""
        return next(item for item in self.items if item.root.pk == pk)

    def append(
        self,
        kind: Kind,
        *,
        item: Item | None = None,
        actor: User | None = None,
        text: str = "",
        **fields: Any,
    ) -> Entry:
        """Append one entry to the case's chain; `text` is kept in a row of its own."""
        if self.head is None:
            self.head = LedgerHead.objects.create(case=self.case)
        if text:
            fields["reason"] = EntryText.objects.create(case=self.case, body=text).reference()
        entry = Entry(
            case=self.case,
            seq=self.head.count + 1,
            kind=kind,
            item=item.root if item else None,
            actor=actor,
            recorded_at=self.now,
            **fields,
        )
        entry.seal(self.head.hash)
        entry.save(force_insert=True)
        self.head.count, self.head.hash = entry.seq, entry.hash
        self.head.save()
        self.entries.append(entry)
        return entry


def change_to(item: Item, amount: Decimal) -> Decimal:
    """Return what an entry must add so that the item costs `amount`."""
    return amount - item.balance
