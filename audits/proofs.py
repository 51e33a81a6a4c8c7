"""A proof pack of one case: events, ledger and texts, the proof that they were anchored, and what checks it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.db.models import QuerySet

from audits import anchoring, heads, keys
from audits.models import AnchorLeaf
from complaints.models import CaseText, Complaint
from penalties.models import Entry, EntryText
from records import chain, merkle

CHECK = Path(__file__).with_name("proof_check.py")


def write(case: Complaint, file: IO[bytes], *, texts: bool = False) -> None:
    """Write the pack of a case as a zip: case.json, key.pub, check.py.

    Only with `texts` what people wrote goes along; else the events' salted digests stand for it.
    """
    with ZipFile(file, "w", ZIP_DEFLATED) as pack:
        pack.writestr(
            "case.json", json.dumps(told(case, texts=texts), ensure_ascii=False, indent=1)
        )
        pack.writestr("key.pub", keys.public_file(keys.required()).read_bytes())
        pack.writestr("check.py", CHECK.read_bytes())


def told(case: Complaint, *, texts: bool = False) -> dict[str, Any]:
    """Return what a pack says of a case, as plain values."""
    entries = Entry.objects.filter(case=case).order_by("seq")
    content = {
        "case": case.pk,
        "number": case.number,
        "events": _chained(case.events.order_by("seq")),
        "texts": _written(CaseText, case) if texts else [],
        "entries": _chained(entries),
        "entry_texts": _written(EntryText, case) if texts else [],
        "proofs": [*_newest_proof(case, heads.CASES), *_newest_proof(case, heads.LEDGERS)],
    }
    return json.loads(chain.canonical(content))


def _chained(rows: QuerySet) -> list[dict[str, Any]]:
    return [{**row.content(), "previous_hash": row.previous_hash, "hash": row.hash} for row in rows]


def _written(texts: type[CaseText] | type[EntryText], case: Complaint) -> list[dict[str, Any]]:
    rows = texts.objects.filter(case=case).order_by("pk")
    return [{"id": text.pk, "salt": text.salt, "body": text.body} for text in rows]


def _newest_proof(case: Complaint, chain_of: heads.Heads) -> Iterator[dict[str, Any]]:
    """Yield how the newest anchor of one of a case's chains proves it; nothing where it was never anchored."""
    ends = AnchorLeaf.objects.filter(chain=chain_of.chain, key=case.pk).select_related("anchor")
    end = ends.order_by("-count").first()
    if end is None:
        return
    anchor = end.anchor
    leaves = list(anchoring.leaves_of(anchor))
    sealed = {name: getattr(anchor, name) for name in ("previous_hash", "hash", "signature")}
    yield {
        "leaf": leaves[end.place]._asdict(),
        "path": merkle.path([leaf.hashed() for leaf in leaves], end.place),
        "anchor": anchor.content() | sealed,
    }
