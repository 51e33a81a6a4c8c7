"""Where an item of the ledger stands: derived from its entries, stored nowhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from penalties.models import Entry, Kind

NOTHING = Decimal("0.00")


class State(models.TextChoices):
    PROPOSED = "proposed", _("待确认")
    CONFIRMED = "confirmed", _("已确认")
    APPEALED = "appealed", _("异议中")
    DECIDED = "decided", _("已裁定")
    WAIVED = "waived", _("已免除")
    REVERSED = "reversed", _("已冲销")


STATES = {
    Kind.PROPOSED: State.PROPOSED,
    Kind.CONFIRMED: State.CONFIRMED,
    Kind.APPEALED: State.APPEALED,
    Kind.CHARGED: State.DECIDED,
    Kind.ADJUSTED: State.DECIDED,
    Kind.WAIVED: State.WAIVED,
    Kind.REVERSED: State.REVERSED,
}


@dataclass(frozen=True)
class Item:
    """A proposal with everything that followed it, in the order of the ledger."""

    root: Entry
    following: tuple[Entry, ...] = ()

    @property
    def entries(self) -> tuple[Entry, ...]:
        return self.root, *self.following

    @property
    def last(self) -> Entry:
        """The entry that says where the item stands; postings say nothing of that."""
        return [entry for entry in self.entries if entry.kind != Kind.POSTED][-1]

    @property
    def state(self) -> State:
        return STATES[Kind(self.last.kind)]

    @property
    def balance(self) -> Decimal:
        """What the item costs now, in CNY; zero while a range is undecided."""
        return sum((e.amount or NOTHING for e in self.entries if e.kind != Kind.POSTED), NOTHING)

    @property
    def posted(self) -> Decimal:
        """What closed months have taken over."""
        return sum((e.amount or NOTHING for e in self.entries if e.kind == Kind.POSTED), NOTHING)

    @property
    def last_posting(self) -> Entry | None:
        return next((e for e in reversed(self.following) if e.kind == Kind.POSTED), None)

    @property
    def person_id(self) -> int | None:
        """Who pays: resolved for the day of the breach, or named by whoever confirmed it."""
        return next((e.person_id for e in reversed(self.entries) if e.person_id), None)

    @property
    def appeals(self) -> int:
        return sum(entry.kind == Kind.APPEALED for entry in self.entries)

    def may_appeal(self, now: datetime) -> bool:
        """Say whether an objection is open: after a decision, until the day that it named."""
        until = self.last.until
        return self.state in (State.CONFIRMED, State.DECIDED) and until is not None and now <= until

    def is_final(self, now: datetime) -> bool:
        """Say whether a month may take the item over: decided, and nobody may object any more."""
        if self.state in (State.WAIVED, State.REVERSED):
            return True
        return self.state in (State.CONFIRMED, State.DECIDED) and not self.may_appeal(now)


def items_of(entries: Iterable[Entry]) -> list[Item]:
    """Return the items of entries that are in the order of the ledger, in that order."""
    roots: dict[int, Entry] = {}
    following: dict[int, list[Entry]] = {}
    for entry in entries:
        if entry.item_id is None:
            roots[entry.pk] = entry
        else:
            following.setdefault(entry.item_id, []).append(entry)
    return [Item(root, tuple(following.get(pk, ()))) for pk, root in roots.items()]


def with_following(roots: Iterable[Entry]) -> list[Item]:
    """Return the items that some proposals begin (one query for all that followed them)."""
    roots = list(roots)
    later = Entry.objects.filter(item__in=[root.pk for root in roots]).order_by("item", "seq")
    return items_of([*roots, *later.select_related("actor", "month")])
