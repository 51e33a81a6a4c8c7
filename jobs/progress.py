"""How far a job is, told while its work is still inside a transaction.

The count goes to the cache, so everybody sees it at once and taking the work back does not take
the count back; losing it loses nothing. Whether to stop is asked of the job's row.
"""

from time import monotonic

from django.core.cache import cache

from jobs.models import Job

# The cache is told twice a second at most, however many steps the work has.
EVERY_SECONDS = 0.5
# A worker that has not counted for so long is taken for dead.
SILENT_SECONDS = 300


class Cancelled(Exception):
    """The person who asked for the work does not want it any more."""


class Progress:
    """Counts the steps of one job; raises Cancelled at a step once somebody has asked to stop."""

    def __init__(self, job: Job):
        self.job = job
        self.done = 0
        self.total: int | None = None
        self._told = 0.0
        self.tell()

    def expect(self, total: int) -> None:
        """Say how many steps there are."""
        self.total = total
        self.tell()

    def step(self, count: int = 1) -> None:
        """Count steps that are done."""
        self.done += count
        if monotonic() - self._told >= EVERY_SECONDS:
            self.tell()

    def tell(self) -> None:
        """Show the count to everybody; stop where somebody has asked for it."""
        self._told = monotonic()
        cache.set(_key(self.job), (self.done, self.total), timeout=SILENT_SECONDS)
        if Job.objects.filter(pk=self.job.pk, cancel_asked=True).exists():
            raise Cancelled


def progress_of(job: Job) -> tuple[int, int | None]:
    """Return how many steps are done, of how many; None where nobody knows how many there are."""
    if not job.under_way:
        return job.done, job.total
    return cache.get(_key(job)) or (job.done, job.total)


def is_silent(job: Job) -> bool:
    """Say whether a job's worker has not counted for a long time."""
    return cache.get(_key(job)) is None


def _key(job: Job) -> str:
    return f"job:{job.pk}"
