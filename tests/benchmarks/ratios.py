"""Comparing two pieces of work on a noisy machine: interleaved rounds, the best of each."""

from collections.abc import Callable
from time import perf_counter

Work = Callable[[], object]


def ratio(work: Work, floor: Work, *, times: int, rounds: int = 7) -> float:
    """Return how many times longer `work` takes than `floor`, each at its best of some rounds."""
    best = [float("inf"), float("inf")]
    for _ in range(rounds):
        for place, one in enumerate((work, floor)):
            begun = perf_counter()
            for _time in range(times):
                one()
            best[place] = min(best[place], perf_counter() - begun)
    return best[0] / best[1]
