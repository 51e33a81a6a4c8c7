"""Many at once: callables let go together in threads, each with a database connection of its own."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, BrokenBarrierError
from typing import Any

from django.db import connection, connections

PATIENCE_SECONDS = 60


def together(*jobs: Callable[[], Any]) -> list[Any]:
    """Run the jobs at the same time; return what each returned or raised, in their order."""
    start = Barrier(len(jobs))

    def run(job: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            start.wait(PATIENCE_SECONDS)
            return job()
        except Exception as problem:
            return problem
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


class Meeting:
    """A place in the middle of the work where `size` threads wait for each other.

    Where a lock keeps the others out, nobody comes: then the first goes on alone, and so do all
    who come after it.
    """

    def __init__(self, size: int, seconds: float = 0.5):
        self.barrier = Barrier(size)
        self.seconds = seconds
        self.met = 0

    def wait(self) -> None:
        try:
            self.barrier.wait(self.seconds)
            self.met += 1
        except BrokenBarrierError:
            pass


def sort_out(outcomes: Sequence[Any], *kinds: type) -> tuple[list[Any], list[Any]]:
    """Part results from exceptions of the expected kinds; an unexpected one is raised."""
    results = [one for one in outcomes if not isinstance(one, Exception)]
    problems = [one for one in outcomes if isinstance(one, Exception)]
    for problem in problems:
        if not isinstance(problem, kinds):
            raise problem
    return results, problems
