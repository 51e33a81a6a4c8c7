#!/usr/bin/env python3
"""Checks a proof pack of one case without the product: Python and `cryptography` alone.

    python check.py FOLDER [PUBLIC.pub]

FOLDER is the unpacked pack. The public key should come from whoever kept it, not from the pack; without
one the pack's own is taken, and that is said. Exit 0: everything agrees. Exit 1: each difference in a line.
"""

import hashlib
import json
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import load_pem_public_key

GENESIS = "0" * 64
SEALS = ("previous_hash", "hash")


def canonical(content):
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode()


def link(previous, content):
    return hashlib.sha256(previous.encode() + b"\n" + canonical(content)).hexdigest()


def climbed(leaf, neighbours):
    """Return the root that a leaf and its path lead to (RFC 6962)."""
    found = hashlib.sha256(b"\x00" + canonical(leaf)).digest()
    for neighbour in neighbours:
        other = bytes.fromhex(neighbour[1:])
        pair = other + found if neighbour[0] == "L" else found + other
        found = hashlib.sha256(b"\x01" + pair).digest()
    return found.hex()


def bent_rows(rows, what):
    """Yield what is wrong with a chain: its places, links and hashes."""
    expected = GENESIS
    for place, row in enumerate(rows, 1):
        content = {name: value for name, value in row.items() if name not in SEALS}
        if row.get("seq") != place:
            yield f"{what} {place}: missing"
            return
        if row["previous_hash"] != expected:
            yield f"{what} {place}: does not follow the one before it"
        if row["hash"] != link(row["previous_hash"], content):
            yield f"{what} {place}: content does not match its hash"
        expected = row["hash"]


def bent_texts(rows, texts, what):
    """Yield each text that is not the one a row names; an erased one is left out of the pack."""
    told = dict(references([row.get("data", row.get("reason")) for row in rows]))
    for text in texts:
        digest = hashlib.sha256(f"{text['salt']}\n{text['body']}".encode()).hexdigest()
        if told.get(text["id"]) != digest:
            yield f"text {text['id']}: is not what an {what} names"


def references(data):
    if isinstance(data, dict):
        if data.keys() >= {"text", "digest"}:
            yield data["text"], data["digest"]
        data = list(data.values())
    if isinstance(data, list):
        for value in data:
            yield from references(value)


def bent_proof(proof, case, rows, key, what):
    """Yield what is wrong with the proof that a chain was anchored, up to the leaf's count."""
    leaf, anchor = proof["leaf"], proof["anchor"]
    name = f"anchor {anchor.get('seq')}"
    seals = ("previous_hash", "hash", "signature")
    body = {field: value for field, value in anchor.items() if field not in seals}
    own = link(anchor["previous_hash"], body)
    if own != anchor["hash"]:
        yield f"{name}: content does not match its hash"
    try:
        key.verify(bytes.fromhex(anchor["signature"]), b"bihuan anchor v1\n" + own.encode())
    except (InvalidSignature, ValueError):
        yield f"{name}: is not signed with the key"
    if climbed(leaf, proof["path"]) != anchor["root"]:
        yield f"{name}: the path does not lead to its root"
    if (leaf["chain"], leaf["key"]) != (what, case):
        yield f"{name}: tells of another chain"
    elif len(rows) < leaf["count"]:
        yield f"{what} {len(rows) + 1}-{leaf['count']}: missing, but anchored"
    elif rows[leaf["count"] - 1]["hash"] != leaf["hash"]:
        yield f"{what} 1-{leaf['count']}: not what was anchored"


def differences(folder, key):
    pack = json.loads((folder / "case.json").read_text(encoding="utf-8"))
    rows, entries = pack["events"], pack["entries"]
    yield from bent_rows(rows, "event")
    yield from bent_rows(entries, "entry")
    if any(row["case"] != pack["case"] for row in rows):
        yield "events: of another case"
    if any(row["case_id"] != pack["case"] for row in entries):
        yield "entries: of another case"
    yield from bent_texts(rows, pack["texts"], "event")
    yield from bent_texts(entries, pack["entry_texts"], "entry")
    for what, chained in (("case", rows), ("ledger", entries)):
        proofs = [proof for proof in pack["proofs"] if proof["leaf"]["chain"] == what]
        if chained and not proofs:
            yield f"anchor: the {what} was not anchored yet"
        for proof in proofs:
            yield from bent_proof(proof, pack["case"], chained, key, what)


def main(arguments):
    if len(arguments) not in (1, 2):
        print(__doc__)
        return 2
    folder = Path(arguments[0])
    own = folder / "key.pub"
    key = load_pem_public_key(Path(arguments[1] if arguments[1:] else own).read_bytes())
    if not arguments[1:]:
        print("NOTE: checked with the key in the pack; compare it with one that was kept elsewhere")
    try:
        found = list(differences(folder, key))
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as problem:
        found = [f"case.json: cannot be read ({type(problem).__name__}: {problem})"]
    for difference in found:
        print(difference)
    print("NO" if found else "YES: every event is as it was recorded and anchored")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
