"""A proof pack of one case: its events and texts, the proof that they were anchored, and what checks it."""

import json
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from audits import anchoring, keys
from audits.models import AnchorLeaf
from complaints.models import CaseText, Complaint
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
    rows = [
        {**event.content(), "previous_hash": event.previous_hash, "hash": event.hash}
        for event in case.events.order_by("seq")
    ]
    written = CaseText.objects.filter(case=case).order_by("pk") if texts else ()
    content = {
        "case": case.pk,
        "number": case.number,
        "events": rows,
        "texts": [{"id": text.pk, "salt": text.salt, "body": text.body} for text in written],
        "proofs": [proof for proof in [_newest_proof(case)] if proof],
    }
    return json.loads(chain.canonical(content))


def _newest_proof(case: Complaint) -> dict[str, Any] | None:
    """Return how the newest anchor of a case's chain proves it; None where it was never anchored."""
    ends = AnchorLeaf.objects.filter(chain="case", key=case.pk).select_related("anchor")
    end = ends.order_by("-count").first()
    if end is None:
        return None
    anchor = end.anchor
    leaves = list(anchoring.leaves_of(anchor))
    sealed = {name: getattr(anchor, name) for name in ("previous_hash", "hash", "signature")}
    return {
        "leaf": leaves[end.place]._asdict(),
        "path": merkle.path([leaf.hashed() for leaf in leaves], end.place),
        "anchor": anchor.content() | sealed,
    }
