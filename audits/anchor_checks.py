"""Do the anchors hold: signatures, roots, the log outside, and the chains' rows under them?"""

from collections.abc import Callable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection

from audits import anchoring, heads, keys, outside
from audits.difference import Difference
from audits.models import Anchor
from records import chain, merkle

ANCHOR, LEAF, LOG = "audits_anchor", "audits_anchorleaf", "anchors.jsonl"

# Leaves whose row is not there, or is another one now.
LOST = """
SELECT leaf.key, leaf.since, leaf.count, leaf.anchor_id,
       (SELECT coalesce(max(seq), 0) FROM {rows} WHERE {row_key} = leaf.key),
       EXISTS (SELECT FROM {table} WHERE {key} = leaf.key)
FROM audits_anchorleaf AS leaf
WHERE leaf.chain = %(chain)s {one} AND NOT EXISTS (
    SELECT FROM {rows} AS row
    WHERE {row_key} = leaf.key AND row.seq = leaf.count AND row.hash = leaf.hash
)
ORDER BY leaf.key, leaf.count
"""


def faults(advance: Callable[[], object] = lambda: None) -> Iterator[Difference]:
    """Yield what is wrong with the anchors themselves, and which anchored rows are gone or changed."""
    yield from _signed(advance)
    yield from _outside()
    for one in heads.EVERY:
        yield from lost_rows(one)


def _signed(advance: Callable[[], object]) -> Iterator[Difference]:
    """The table's own chain, each root over its leaves, its totals and signature."""
    expected, place, totals = chain.GENESIS, 0, {}
    key = keys.public_key()
    for anchor in Anchor.objects.order_by("seq").iterator(chunk_size=500):
        place += 1
        if anchor.seq != place:
            yield Difference(ANCHOR, _span(place, anchor.seq - 1), "missing")
            place, expected = anchor.seq, anchor.previous_hash
            totals = None
        tree = merkle.Tree()
        for leaf in anchoring.leaves_of(anchor):
            tree.add(leaf.hashed())
            if totals is not None:
                anchoring.count_in(totals, leaf)
        yield from _anchor(anchor, expected, tree, totals, key)
        expected, totals = anchor.hash, anchor.totals
        advance()


def _anchor(anchor: Anchor, expected: str, tree: merkle.Tree, totals: Any, key) -> Iterator:
    told = chain.link(anchor.previous_hash, anchor.content())
    if anchor.previous_hash != expected:
        yield Difference(ANCHOR, str(anchor), "does not follow the anchor before it")
    if anchor.hash != told:
        yield Difference(ANCHOR, str(anchor), "content does not match its hash")
    if not keys.is_signed(key, keys.DOMAIN + told.encode(), anchor.signature):
        yield Difference(ANCHOR, str(anchor), "is not signed with the key")
    if (anchor.leaves, anchor.root) != (tree.size, tree.root()):
        yield Difference(LEAF, f"anchor {anchor}", "leaves do not make the root that was signed")
    elif totals is not None and totals != anchor.totals:
        yield Difference(ANCHOR, str(anchor), "totals are not those of its leaves")


def _outside() -> Iterator[Difference]:
    """The log outside and the table hold the same anchors; the log has seen nothing that is gone."""
    stored = dict(Anchor.objects.values_list("seq", "hash"))
    expected, key = 0, keys.public_key()
    try:
        for line in outside.lines():
            if line.seq != expected + 1:
                yield Difference(
                    LOG, line.place, f"anchors {_span(expected + 1, line.seq - 1)} missing"
                )
            expected = line.seq
            if not _line_holds(line, key):
                yield Difference(LOG, line.place, f"anchor {line.seq} was changed")
            elif line.seq not in stored:
                yield Difference(ANCHOR, str(line.seq), f"missing, but in the log ({line.place})")
                yield from _gone(line)
            elif stored[line.seq] != line.hash:
                yield Difference(ANCHOR, str(line.seq), f"is not what the log has ({line.place})")
    except outside.Contradiction as problem:
        yield Difference(LOG, "", str(problem))
    if stored and max(stored) > expected:
        yield Difference(LOG, _span(expected + 1, max(stored)), "missing from the log outside")


def _line_holds(line: outside.Line, key) -> bool:
    body = dict(line.body)
    try:
        previous, own, signature = (body.pop(n) for n in ("previous_hash", "hash", "signature"))
        leaves = [anchoring.Leaf(*end) for end in body.pop("ends")]
        return (
            own == chain.link(previous, body)
            and body["root"] == merkle.root(leaf.hashed() for leaf in leaves)
            and keys.is_signed(key, keys.DOMAIN + own.encode(), signature)
        )
    except (KeyError, TypeError):
        return False


def _gone(line: outside.Line) -> Iterator[Difference]:
    """Name the rows that an anchor which the table has lost tells of, and which are not there."""
    kinds = {one.chain: one for one in heads.EVERY}
    for end in line.body["ends"]:
        leaf = anchoring.Leaf(*end)
        one = kinds[leaf.chain]
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT coalesce(max(seq), 0), bool_or(seq = %s AND hash = %s) FROM {one.rows}"
                f" WHERE {one.row_key} = %s",
                [leaf.count, leaf.hash, leaf.key],
            )
            there, holds = cursor.fetchone()
        if not holds:
            since = min(max(there, leaf.since), leaf.count - 1)
            name = f"{_name(one, leaf.key)}{_span(since + 1, leaf.count)}"
            yield Difference(one.rows, name, f"missing or changed since anchor {line.seq}")


def lost_rows(one: heads.Heads, key: int | None = None) -> Iterator[Difference]:
    """Yield for one kind of chain which anchored rows are missing or changed; `key` limits it to one."""
    statement = LOST.format(**vars(one), one="" if key is None else "AND leaf.key = %(key)s")
    with connection.cursor() as cursor:
        cursor.execute(statement, {"chain": one.chain, "key": key})
        found = cursor.fetchall()
    for pk, leaves in groupby(found, key=itemgetter(0)):
        rows = list(leaves)
        _key, since, _count, anchor, there, has_head = rows[0]
        most = rows[-1][2]
        if one is heads.CASES and not has_head:
            yield Difference(
                one.table, f"id {pk}", f"missing, with events 1–{most} ({_by(anchor)})"
            )
        elif there < most:
            name = f"{_name(one, pk)}{_span(there + 1, most)}"
            yield Difference(one.rows, name, f"missing ({_by(rows[-1][3])})")
        if there > since:
            name = f"{_name(one, pk)}{_span(since + 1, min(there, most))}"
            yield Difference(one.rows, name, f"not what was anchored ({_by(anchor)})")


def _by(anchor: int) -> str:
    return f"anchor {anchor}"


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"


def _name(one: heads.Heads, key: int) -> str:
    """Return how a chain is called before its rows' places: the case's number and a slash."""
    if one.key == "0":
        return ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM complaints_complaint WHERE id = %s", [key])
        row = cursor.fetchone()
    return f"{(row and row[0]) or f'#{key}'}/"
