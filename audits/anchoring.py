"""Making anchors: the ends of the chains that have grown, under one root, signed from outside."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils.timezone import localdate

from audits import heads, keys, outside
from audits.models import Anchor, AnchorLeaf
from records import chain, clock, merkle

# A row may be stored later than one with a higher id, by as long as a transaction lasts.
LATEST_COMMIT = timedelta(hours=1)
LOCK = 0x62696875616E  # "bihuan": one process makes anchors at a time

NEW_ENDS = """
INSERT INTO audits_anchorleaf (anchor_id, place, chain, key, since, count, hash)
SELECT %(anchor)s, %(place)s + row_number() OVER (ORDER BY {key}) - 1, %(chain)s,
       {key}, coalesce(last.count, 0), head.{count}, head.{hash}
FROM {table} AS head
LEFT JOIN LATERAL (
    SELECT count FROM audits_anchorleaf
    WHERE chain = %(chain)s AND key = {key} ORDER BY count DESC LIMIT 1
) AS last ON true
WHERE head.{count} > coalesce(last.count, 0) {grown}
"""
GROWN = "AND {key} IN (SELECT {row_key} FROM {rows} WHERE id > %(mark)s)"


class Leaf(NamedTuple):
    """What one leaf of an anchor holds, as it is hashed."""

    chain: str
    key: int
    since: int
    count: int
    hash: str

    def hashed(self) -> bytes:
        return merkle.leaf(self._asdict())


def anchor() -> Anchor | None:
    """Append the next anchor to the table and to the log outside of the database.

    Returns None where another process is at it. Raises keys.NoKey without a key and
    outside.Contradiction where the log outside knows of anchors that the table does not: a bent
    or older database is not anchored, so that the evidence stays.
    """
    outside.refuse_contradiction()
    with transaction.atomic():
        if not _locked("pg_try_advisory_xact_lock"):
            return None
        made = _append(Anchor.objects.first(), clock.now())
    carry_out()
    return made


def carry_out() -> None:
    """Write to the log outside whatever anchors it does not hold yet."""
    with transaction.atomic():
        _locked("pg_advisory_xact_lock")
        outside.refuse_contradiction()
        last = outside.last()
        for row in Anchor.objects.filter(seq__gt=last.seq if last else 0).order_by("seq"):
            outside.append(row, leaves_of(row))


def leaves_of(row: Anchor) -> Iterator[Leaf]:
    """Yield the leaves of one anchor in their order."""
    ends = AnchorLeaf.objects.filter(anchor=row).order_by("place").values_list(*Leaf._fields)
    return map(Leaf._make, ends.iterator(chunk_size=5000))


def _append(before: Anchor | None, now: datetime) -> Anchor:
    made = Anchor(seq=before.seq + 1 if before else 1, at=now, marks=_marks())
    marks, place = _looked_at(before, now), 0
    for one in heads.EVERY:
        place += _new_ends(one, made.seq, place, marks.get(one.chain))
    tree, totals = merkle.Tree(), _copied(before.totals if before else {})
    for leaf in leaves_of(made):
        tree.add(leaf.hashed())
        count_in(totals, leaf)
    made.leaves, made.root, made.totals = tree.size, tree.root(), totals
    made.key = keys.fingerprint(keys.public_key())
    made.seal(before.hash if before else chain.GENESIS)
    made.signature = keys.sign(keys.DOMAIN + made.hash.encode())
    made.save(force_insert=True)
    return made


def count_in(totals: dict[str, dict[str, int]], leaf: Leaf) -> None:
    """Add a leaf to the totals: chains that are new, and rows after the chain's leaf before."""
    sums = totals.setdefault(leaf.chain, {"chains": 0, "rows": 0})
    sums["chains"] += leaf.since == 0
    sums["rows"] += leaf.count - leaf.since


def _copied(totals: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    return {name: dict(sums) for name, sums in totals.items()}


def _new_ends(one: heads.Heads, anchor: int, place: int, mark: int | None) -> int:
    """Store the leaves of one kind of chain; return how many. Without a mark all ends are compared."""
    key = one.key if one.key == "0" else f"head.{one.key}"
    names = {**vars(one), "key": key}
    grown = "" if mark is None or one.key == "0" else GROWN.format(**names)
    with connection.cursor() as cursor:
        cursor.execute(
            NEW_ENDS.format(**names, grown=grown),
            {"anchor": anchor, "place": place, "chain": one.chain, "mark": mark},
        )
        return cursor.rowcount


def _marks() -> dict[str, int]:
    """Return the highest id of each kind of chain's rows, read before the ends are."""
    with connection.cursor() as cursor:
        found = {}
        for one in heads.EVERY:
            cursor.execute(f"SELECT coalesce(max(id), 0) FROM {one.rows}")
            (found[one.chain],) = cursor.fetchone()
    return found


def _looked_at(before: Anchor | None, now: datetime) -> dict[str, Any]:
    """Return up to which row nothing can be new; nothing for the first anchor of a day, which looks at all."""
    if before is None or localdate(before.at) != localdate(now):
        return {}
    settled = Anchor.objects.filter(at__lte=now - LATEST_COMMIT).first()
    return settled.marks if settled else {}


def _locked(function: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [LOCK])
        return cursor.fetchone()[0] is not False
