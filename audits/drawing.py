"""Which cases an audit draws: reproducible from the frozen population, the share and the seed.

Pure Python without Django: integers, exact fractions and SHA-256 alone, so that the same draw comes
out on any machine and any Python. A change of anything here is a new `ALGORITHM`; plans keep theirs.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple

ALGORITHM = 1

Stratum = tuple[str, ...]


class Member(NamedTuple):
    """A case of the population: its number, and its value on each axis of the plan."""

    number: str
    stratum: Stratum


def total(count: int, share: Fraction) -> int:
    """Return how many of `count` cases are due: the share, rounded up (TOB-37)."""
    return -(-count * share.numerator // share.denominator)


def quotas(
    sizes: Mapping[Stratum, int], share: Fraction, minimum: int, seed: int
) -> dict[Stratum, int]:
    """Spread the total over strata by largest remainder; the minimum of each may raise it.

    Equal remainders are ordered by the digest of seed and stratum, so that no name has precedence.
    A stratum with fewer cases than `minimum` gives all it has.
    """
    count = sum(sizes.values())
    due = total(count, share)
    exact = {stratum: divmod(due * size, count) for stratum, size in sizes.items() if size}
    left = due - sum(whole for whole, _rest in exact.values())
    order = sorted(exact, key=lambda stratum: (-exact[stratum][1], _mark(seed, *stratum)))
    first = set(order[:left])
    return {
        stratum: max(whole + (stratum in first), min(minimum, sizes[stratum]))
        for stratum, (whole, _rest) in exact.items()
    }


def ranked(population: Iterable[Member], seed: int) -> dict[Stratum, list[str]]:
    """Return the numbers of each stratum in the order in which they are drawn."""
    strata: dict[Stratum, list[str]] = {}
    for member in population:
        strata.setdefault(member.stratum, []).append(member.number)
    for numbers in strata.values():
        numbers.sort(key=lambda number: (_mark(seed, number), number))
    return strata


def draw(population: Iterable[Member], share: Fraction, minimum: int, seed: int) -> list[Member]:
    """Return the cases drawn, stratum by stratum, each at most once.

    `share` lies above 0 and is at most 1; `minimum` is per stratum, 0 or more. Raises ValueError
    where a number stands in the population twice.
    """
    members = list(population)
    if len({member.number for member in members}) != len(members):
        raise ValueError("a case stands in the population twice")
    order = ranked(members, seed)
    due = quotas(Counter(member.stratum for member in members), share, minimum, seed)
    return [
        Member(number, stratum)
        for stratum in sorted(order)
        for number in order[stratum][: due[stratum]]
    ]


def digest(population: Iterable[Member]) -> str:
    """Return the SHA-256 of a population, whatever its order: what a frozen one is known by."""
    lines = sorted("\t".join((member.number, *member.stratum)) for member in population)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _mark(seed: int, *words: str) -> str:
    return hashlib.sha256("\n".join((str(seed), *words)).encode()).hexdigest()
