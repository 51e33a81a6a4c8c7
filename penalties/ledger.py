"""Writing the ledger of one case. Whoever writes holds the case's lock; nothing else is locked."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from accounts.models import User
from complaints.attachments.keeping import Kept, attach
from complaints.models import Complaint, Purpose
from penalties.items import Item, items_of
from penalties.models import Entry, EntryText, Kind, LedgerHead
from records.bulk import columns, insert, update


class Ledger:
    """A locked case's entries, read once, and the end of their chain.

    The head says where the chain ends, not the last entry: if one was taken away, it must show.
    """

    def __init__(self, case: Complaint, now: datetime, head: LedgerHead, entries: list[Entry]):
        self.case, self.now = case, now
        self.head, self.entries = head, entries
        self.drafts: list[Entry] = []

    @classmethod
    def of(cls, case: Complaint, now: datetime) -> "Ledger":
        return ledgers([case], now)[case.pk]

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
        files: Sequence[Kept] = (),
        **fields: Any,
    ) -> Entry:
        """Append one entry to the case's chain; `text` and `files` are kept in rows of their own."""
        if text:
            fields["reason"] = EntryText.objects.create(case=self.case, body=text).reference()
        if files:
            rows = attach(self.case, files, Purpose.OBJECTION, actor, self.now)
            fields["reason"] = fields.get("reason", {}) | {"files": rows}
        entry = self.draft(kind, item=item, actor=actor, **fields)
        store([self])
        return entry

    def draft(self, kind: Kind, *, item: Item | None = None, **fields: Any) -> Entry:
        """Join one entry to the case's chain; `store` writes it."""
        entry = Entry(
            case=self.case,
            seq=self.head.count + 1,
            kind=kind,
            item=item.root if item else None,
            recorded_at=self.now,
            **fields,
        )
        entry.seal(self.head.hash)
        self.head.count, self.head.hash = entry.seq, entry.hash
        self.entries.append(entry)
        self.drafts.append(entry)
        return entry


def ledgers(cases: Sequence[Complaint], now: datetime) -> dict[int, Ledger]:
    """Return the ledgers of locked cases by the case's id (two queries)."""
    pks = [case.pk for case in cases]
    entries = defaultdict(list)
    for entry in Entry.objects.filter(case__any_of=pks).order_by("case", "seq"):
        entries[entry.case_id].append(entry)
    heads = {head.case_id: head for head in LedgerHead.objects.filter(case__any_of=pks)}
    return {
        case.pk: Ledger(case, now, heads.get(case.pk) or LedgerHead(case=case), entries[case.pk])
        for case in cases
    }


def store(changed: Iterable[Ledger]) -> None:
    """Write what was drafted in some ledgers, and where their chains end now (three queries)."""
    changed = [ledger for ledger in changed if ledger.drafts]
    _insert(Entry, [entry for ledger in changed for entry in ledger.drafts])
    heads = [ledger.head for ledger in changed]
    update(LedgerHead, [columns(head, key=True) for head in heads if head.pk is not None])
    _insert(LedgerHead, [head for head in heads if head.pk is None])
    for ledger in changed:
        ledger.drafts.clear()


def _insert(model: type[Entry | LedgerHead], rows: Sequence[Entry | LedgerHead]) -> None:
    for row, pk in zip(rows, insert(model, [columns(row) for row in rows]), strict=True):
        row.pk = pk


def change_to(item: Item, amount: Decimal) -> Decimal:
    """Return what an entry must add so that the item costs `amount`."""
    return amount - item.balance
