"""Long work: begun once, counted while it runs, stopped when asked, honest about how it ended."""

from datetime import timedelta
from threading import Event, Thread

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import User
from jobs import tasks, work
from jobs.models import Job, JobState
from jobs.progress import SILENT_SECONDS, progress_of
from tests.complaints.sending import signed_in

pytestmark = pytest.mark.fresh_db


@pytest.fixture
def person():
    return User.objects.create_user("wangfang", "王芳", "Another-2026-secret")


@pytest.fixture
def kind(monkeypatch):
    """Offer a way to make a kind of work known for one test."""

    def make(do, **options):
        monkeypatch.setattr(tasks.run, "delay", lambda pk: None)
        monkeypatch.setitem(work.KINDS, "test", work.Kind("test", "试验", do, **options))

    return make


def begun(person, **params):
    return work.start("test", owner=person, params=params)


def test_work_is_counted_and_leaves_its_result(kind, person):
    def do(job, progress):
        progress.expect(job.params["steps"])
        for _ in range(job.params["steps"]):
            progress.step()
        return {"sum": 5}

    kind(do)
    job = begun(person, steps=5)
    tasks.run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.result) == (JobState.DONE, 5, 5, {"sum": 5})
    assert job.started_at <= job.ended_at


def test_a_message_that_comes_twice_does_the_work_once(kind, person):
    done = []
    kind(lambda job, progress: done.append(job.pk) or {})
    job = begun(person)
    tasks.run(str(job.pk))
    tasks.run(str(job.pk))
    assert done == [job.pk]


def test_the_message_goes_out_with_the_commit_only(kind, person, monkeypatch):
    from django.db import transaction

    kind(lambda job, progress: {})
    sent = []
    monkeypatch.setattr(tasks.run, "delay", sent.append)

    @transaction.atomic
    def begin_and_fail():
        begun(person)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        begin_and_fail()
    assert (sent, Job.objects.count()) == ([], 0)
    job = begun(person)
    assert sent == [str(job.pk)]


def test_what_the_work_refuses_is_told_in_its_words(kind, person):
    def do(job, progress):
        raise work.Unusable("第3行没有编号")

    kind(do)
    job = begun(person)
    tasks.run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.problem) == (JobState.FAILED, "第3行没有编号")


def test_an_error_does_not_show_what_it_held(kind, person):
    def do(job, progress):
        raise ValueError("13800000000")

    kind(do)
    job = begun(person)
    tasks.run(str(job.pk))
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "138" not in job.problem


def test_a_cancelled_job_stops_at_its_next_step_and_its_count_is_seen_meanwhile(kind, person):
    running, go_on = Event(), Event()

    def do(job, progress):
        progress.expect(10)
        progress.step(3)
        progress.tell()
        running.set()
        go_on.wait(10)
        progress.tell()
        raise AssertionError("not reached")

    def run(pk):
        tasks.run(pk)
        connection.close()

    kind(do)
    job = begun(person)
    worker = Thread(target=run, args=[str(job.pk)])
    worker.start()
    assert running.wait(10)
    job.refresh_from_db()
    assert (job.state, progress_of(job)) == (JobState.RUNNING, (3, 10))
    assert signed_in(person).post(reverse("job_cancel", args=[job.pk])).status_code == 302
    go_on.set()
    worker.join()
    job.refresh_from_db()
    assert (job.state, job.done) == (JobState.CANCELLED, 3)


def test_a_job_that_has_not_begun_is_cancelled_at_once(kind, person):
    kind(lambda job, progress: pytest.fail("it was cancelled"))
    job = begun(person)
    work.cancel(job)
    tasks.run(str(job.pk))
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED


def test_a_job_whose_worker_died_is_called_failed(kind, person, clock):
    kind(lambda job, progress: {})
    alive, dead = begun(person), begun(person)
    for job in (alive, dead):
        tasks._begin(job.pk)
        cache.set(f"job:{job.pk}", (1, 2))
    cache.delete(f"job:{dead.pk}")
    clock.advance(timedelta(seconds=SILENT_SECONDS + 1))
    tasks.tidy()
    assert {job.pk: job.state for job in Job.objects.all()} == {
        alive.pk: JobState.RUNNING,
        dead.pk: JobState.FAILED,
    }


def test_a_job_is_seen_by_its_owner_alone(kind, person):
    kind(lambda job, progress: {})
    job = begun(person)
    other = User.objects.create_user("lilei", "李雷", "Another-2026-secret")
    pages = [reverse(name, args=[job.pk]) for name in ("job", "job_file")]
    assert signed_in(person).get(pages[0]).status_code == 200
    assert [signed_in(other).get(page).status_code for page in pages] == [404, 404]
    assert signed_in(other).post(reverse("job_cancel", args=[job.pk])).status_code == 404
    assert Client().get(pages[0]).status_code == 302
    assert str(job.pk) not in signed_in(other).get(reverse("jobs")).content.decode()


def test_htmx_is_told_to_ask_no_more_once_a_job_has_ended(kind, person):
    kind(lambda job, progress: {})
    job, client = begun(person), signed_in(person)
    page, headers = reverse("job", args=[job.pk]), {"HX-Request": "true"}
    assert client.get(page, headers=headers).status_code == 200
    tasks.run(str(job.pk))
    answer = client.get(page, headers=headers)
    assert (answer.status_code, "已完成" in answer.content.decode()) == (286, True)


def test_inv_38_what_a_job_has_written_is_taken_away_after_a_week(
    kind, person, clock, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path

    def do(job, progress):
        job.file.save("ledger.csv", ContentFile("李建国".encode()), save=False)
        return {}

    kind(do)
    job = begun(person)
    tasks.run(str(job.pk))
    (path,) = (one for one in tmp_path.rglob("*") if one.is_file())
    address = reverse("job_file", args=[job.pk])
    clock.advance(timedelta(days=7) - timedelta(seconds=1))
    assert tasks.forget_files() == 0
    assert signed_in(person).get(address).status_code == 200
    clock.advance(timedelta(seconds=1))
    assert tasks.forget_files() == 1
    assert not path.exists()
    assert signed_in(person).get(address).status_code == 404
    assert tasks.forget_files() == 0
