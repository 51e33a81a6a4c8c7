"""Comparing two pieces of work on a noisy machine: many short interleaved rounds, the best of each."""

import gc
from collections.abc import Callable
from time import perf_counter

Work = Callable[[], object]


def ratio(work: Work, floor: Work, *, times: int, rounds: int = 40) -> float:
    """Return how many times longer `work` takes than `floor`, each at its best of some rounds.

    The collector is told to pass over what was there before: a test run holds more than a server.
    """
    best = [float("inf"), float("inf")]
    gc.collect()
    gc.freeze()
    try:
        for _ in range(rounds):
            for place, one in enumerate((work, floor)):
                begun = perf_counter()
                for _time in range(times):
                    one()
                best[place] = min(best[place], perf_counter() - begun)
    finally:
        gc.unfreeze()
    return best[0] / best[1]
