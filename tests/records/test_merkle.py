"""Merkle trees against RFC 6962: its test vectors' shape, written out by hand."""

import hashlib

import pytest

from records import merkle


def sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


A, B, C, D, E = (sha(b"\x00", name) for name in (b"a", b"b", b"c", b"d", b"e"))
AB, CD = sha(b"\x01", A, B), sha(b"\x01", C, D)
ABCD = sha(b"\x01", AB, CD)


@pytest.mark.parametrize(
    ("leaves", "root"),
    [
        ([], sha(b"")),
        ([A], A),
        ([A, B], AB),
        ([A, B, C], sha(b"\x01", AB, C)),
        ([A, B, C, D], ABCD),
        ([A, B, C, D, E], sha(b"\x01", ABCD, E)),
    ],
)
def test_the_root_is_what_rfc_6962_says(leaves, root):
    assert merkle.root(leaves) == root.hex()


@pytest.mark.parametrize("size", range(1, 18))
def test_each_leaf_is_proved_by_its_path_and_no_other_leaf_is(size):
    leaves = [sha(b"\x00", bytes([number])) for number in range(size)]
    for place, leaf in enumerate(leaves):
        way = merkle.path(leaves, place)
        assert merkle.climbed(leaf, way) == merkle.root(leaves)
        assert merkle.climbed(sha(b"forged"), way) != merkle.root(leaves)


def test_a_leaf_is_hashed_apart_from_a_node():
    assert merkle.leaf({"b": 1, "a": "甲"}) == sha(b"\x00", '{"a":"甲","b":1}'.encode())
