"""Writing the access log, each entry in a transaction of its own."""

from django.db import transaction

from accounts.models import AccessEntry, AccessHead
from records import chain, clock


@transaction.atomic(durable=False)
def record(kind, *, actor=None, address="", data=None) -> AccessEntry:
    """Append one entry to the access log's chain.

    Call it outside the transaction of the thing that was refused, or the entry goes with it.
    `data` holds ids and codes only.
    """
    AccessHead.objects.get_or_create(pk=1, defaults={"hash": chain.GENESIS})
    head = AccessHead.objects.select_for_update().get(pk=1)
    entry = AccessEntry(
        seq=head.seq + 1,
        kind=kind,
        recorded_at=clock.now(),
        actor=actor,
        address=address,
        data=data or {},
        previous_hash=head.hash,
    )
    entry.hash = chain.link(head.hash, entry.content())
    entry.save(force_insert=True)
    AccessHead.objects.filter(pk=head.pk).update(seq=entry.seq, hash=entry.hash)
    return entry


def refused(*, actor, address="", **data) -> AccessEntry:
    """Record that somebody tried what they may not do."""
    return record(AccessEntry.Kind.REFUSED, actor=actor, address=address, data=data)
