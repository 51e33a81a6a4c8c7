"""Merkle trees as RFC 6962 has them: leaves and nodes are hashed under different prefixes."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from records import chain

EMPTY = hashlib.sha256(b"").hexdigest()


def leaf(content: Mapping[str, Any]) -> bytes:
    """Return the hash of a leaf's content (32 bytes)."""
    return hashlib.sha256(b"\x00" + chain.canonical(content)).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that takes its leaves one by one and keeps no more than one hash for each level."""

    def __init__(self) -> None:
        self.size = 0
        self._left: list[bytes] = []

    def add(self, hashed: bytes) -> None:
        """Append a leaf that has been hashed; whatever is complete by it is folded."""
        self.size += 1
        size = self.size
        while size % 2 == 0:
            hashed = _node(self._left.pop(), hashed)
            size //= 2
        self._left.append(hashed)

    def root(self) -> str:
        """Return the root of what was added so far, as 64 hex digits."""
        if not self._left:
            return EMPTY
        *others, found = self._left
        for left in reversed(others):
            found = _node(left, found)
        return found.hex()


def root(leaves: Iterable[bytes]) -> str:
    """Return the root over hashed leaves, as 64 hex digits."""
    tree = Tree()
    for hashed in leaves:
        tree.add(hashed)
    return tree.root()


def path(leaves: list[bytes], place: int) -> list[str]:
    """Return what proves the leaf at `place` (from 0): the neighbours from the leaf to the root.

    Each is "L" or "R", the side on which the neighbour stands, and its hash in hex.
    """
    if len(leaves) == 1:
        return []
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    left, right = leaves[:split], leaves[split:]
    if place < split:
        return [*path(left, place), "R" + root(right)]
    return [*path(right, place - split), "L" + root(left)]


def climbed(hashed: bytes, neighbours: Iterable[str]) -> str:
    """Return the root that a leaf and its path lead to, as 64 hex digits."""
    for neighbour in neighbours:
        other = bytes.fromhex(neighbour[1:])
        hashed = _node(other, hashed) if neighbour[0] == "L" else _node(hashed, other)
    return hashed.hex()
