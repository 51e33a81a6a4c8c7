"""Starting work in the background, and what the kinds of work are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import get_language

from accounts.models import User
from jobs.models import Job, JobState
from jobs.progress import Progress
from records import clock

Work = Callable[[Job, Progress], Mapping[str, Any]]


class Unusable(Exception):
    """The work cannot be done; its message, in words for the person who asked, says why."""


@dataclass(frozen=True)
class Kind:
    """A kind of work: its name for people, what does it, and the page of its result.

    `work` returns what goes into `job.result`. `result_url` is the name of a URL that takes the
    job's id, None where the result is a file or nothing.
    """

    code: str
    label: str | Promise
    work: Work
    result_url: str | None = None


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make a kind of work known; called when its app is ready."""
    KINDS[kind.code] = kind
    return kind


def start(kind: str, *, owner: User, params: Mapping[str, Any], upload: Any = None) -> Job:
    """Put work into the queue, to begin once the caller's transaction is stored.

    `params` are codes, numbers and ids; the language of who asks is kept beside them, so that what
    the worker writes is in it. Raises KeyError for an unknown kind.
    """
    from jobs.tasks import run

    kept = {"language": get_language() or settings.LANGUAGE_CODE} | dict(params)
    job = Job(kind=KINDS[kind].code, owner=owner, params=kept, created_at=clock.now())
    if upload is not None:
        job.upload.save(job.pk.hex, upload, save=False)
    job.save(force_insert=True)
    transaction.on_commit(partial(run.delay, str(job.pk)))
    return job


def cancel(job: Job) -> None:
    """Ask a job to stop at its next step; one that has not begun ends at once."""
    with transaction.atomic():
        row = Job.objects.select_for_update().get(pk=job.pk)
        row.cancel_asked = True
        if row.state == JobState.QUEUED:
            row.state, row.ended_at = JobState.CANCELLED, clock.now()
        row.save(update_fields=["cancel_asked", "state", "ended_at"])
