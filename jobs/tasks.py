"""The worker's side of a job: begin it once, run it, and say how it ended."""

import logging
from datetime import timedelta
from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.acting import acting
from jobs.models import Job, JobState
from jobs.progress import SILENT_SECONDS, Cancelled, Progress, is_silent
from jobs.work import KINDS, Unusable
from records import clock

log = logging.getLogger(__name__)
FILES_LAST = timedelta(days=7)


@shared_task
def run(pk: str) -> None:
    """Do a job. A message that comes twice, or for a job that was cancelled, does nothing."""
    job = _begin(UUID(pk))
    if job is not None:
        with translation.override(job.params.get("language", settings.LANGUAGE_CODE)):
            _do(job)


def _do(job: Job) -> None:
    """Do a job that has begun, and say how it ended, in the language of who asked for it."""
    progress = None
    try:
        progress = Progress(job)
        with acting(job.owner):
            job.result = dict(KINDS[job.kind].work(job, progress))
        job.state = JobState.DONE
    except Cancelled:
        job.state = JobState.CANCELLED
    except Unusable as problem:
        job.state, job.problem = JobState.FAILED, str(problem)
    except Exception:
        log.exception("job %s failed", job.pk)
        job.state, job.problem = JobState.FAILED, _("出现了意外错误，没有保存任何结果。")
    if progress is not None:
        job.done, job.total = progress.done, progress.total
    job.ended_at = clock.now()
    job.save()


def _begin(pk: UUID) -> Job | None:
    with transaction.atomic():
        job = Job.objects.select_for_update().filter(pk=pk, state=JobState.QUEUED).first()
        if job is not None:
            job.state, job.started_at = JobState.RUNNING, clock.now()
            job.save(update_fields=["state", "started_at"])
    return job


@shared_task
def forget_files() -> int:
    """Take away what jobs have written for their owners a week ago; return how many files.

    A ledger holds personal values, which must not outlive their cases in a forgotten file.
    """
    old = Job.objects.filter(ended_at__lte=clock.now() - FILES_LAST).exclude(file="")
    count = 0
    for job in old:
        job.file.delete(save=False)
        job.save(update_fields=["file"])
        count += 1
    return count


@shared_task
def tidy() -> None:
    """Call jobs failed whose worker died; nothing else would ever end them."""
    now = clock.now()
    for job in Job.objects.running_since(now - timedelta(seconds=SILENT_SECONDS)):
        if is_silent(job):
            Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(
                state=JobState.FAILED, ended_at=now, problem=_("后台进程中断，请重新发起。")
            )
