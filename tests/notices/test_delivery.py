"""Delivering the outbox to a real mail server: each notice at least once, with one key."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from django.conf import settings as site
from django.db import connection

from accounts.models import User
from complaints.lifecycle import Kind
from complaints.models import Complaint
from config.queue import beat_schedule
from notices import delivery
from notices.models import LEASE, Attempt, Channel, Muted, Notice, Outcome
from notices.tasks import deliver
from records import clock as records_clock
from tests.engine.cases import at
from tests.loop import Loop
from tests.notices.postbox import HOST, free_port
from tests.races.crowd import sort_out, together
from tests.waiting import until

REPORTED = ["gaoyuan@example.com", "shenzhuo@example.com"]  # of a 重大投诉 (6.1.2, 8.1)


def a_report(clock) -> tuple[Loop, Complaint]:
    clock.set(at("03-02 09:00"))
    loop = Loop.new()
    # The head who must also call the meeting (6.1.2 末) wants no mail of it.
    Muted.objects.create(person=loop.user("linxiaoyun"), topic="owed", channel="email")
    return loop, loop.register()


def mails():
    return Notice.objects.filter(channel=Channel.EMAIL).order_by("pk")


@pytest.mark.django_db
def test_what_waits_is_sent_once_with_its_key(postbox, clock):
    _loop, case = a_report(clock)
    assert deliver() == 2
    assert deliver() == 0
    assert postbox.addressees == REPORTED
    keys = {f"<notice-{notice.pk}@bihuan>" for notice in mails()}
    assert {message["Message-ID"] for message in postbox.messages} == keys
    for message in postbox.messages:
        assert f"{case.number} 须上报" in message["Subject"]
    bodies = {message["To"]: message.get_content() for message in postbox.messages}
    assert bodies[REPORTED[0]].startswith("大理文旅 6.1.2")
    assert bodies[REPORTED[1]].startswith("大理文旅 8.1")
    assert {notice.delivered_at for notice in mails()} == {at("03-02 09:00")}
    assert beat_schedule["deliver"]["task"] == deliver.name


@pytest.mark.django_db
def test_a_server_that_is_away_is_tried_again_with_growing_distance(mail_to, clock):
    loop, case = a_report(clock)
    mail_to(free_port())
    notice = mails().first()
    mails().exclude(pk=notice.pk).delete()
    for attempt, minutes in enumerate([1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360], 1):
        assert deliver() == 0
        assert deliver() == 0  # not due yet, so not tried
        notice.refresh_from_db()
        wait = notice.next_try - records_clock.now()
        assert (notice.attempts, wait) == (attempt, timedelta(minutes=minutes))
        clock.set(notice.next_try)
    loop.do(case, Kind.NOTED, "zhoumin", note="邮件不通，业务照常", late_reason="")
    assert Notice.objects.inbox(loop.user("gaoyuan")).count() == 1


@pytest.mark.django_db
def test_what_waited_is_sent_when_the_server_is_back(postbox, mail_to, clock):
    a_report(clock)
    mail_to(free_port())
    assert deliver() == 0
    mail_to(postbox.port)
    clock.advance(timedelta(minutes=1))
    assert deliver() == 2
    assert postbox.addressees == REPORTED


@pytest.mark.django_db
def test_a_server_that_hangs_keeps_the_worker_once_a_round(mail_to, clock, settings):
    """It takes connections and says nothing; five notices cost one time-out, not five."""
    loop, _case = a_report(clock)
    for _number in range(3):
        loop.register()
    asked = []
    with socket.create_server((HOST, 0)) as listening:
        mail_to(listening.getsockname()[1])
        settings.EMAIL_TIMEOUT = 0.3
        threading.Thread(target=count_connections, args=(listening, asked), daemon=True).start()
        assert deliver() == 0
        until(lambda: asked, seconds=5)
    assert len(asked) == 1
    assert {(n.attempts, n.next_try) for n in mails()} == {(1, at("03-02 09:01"))}


def count_connections(listening, asked):
    while True:
        try:
            asked.append(listening.accept())
        except OSError:
            return


@pytest.mark.django_db
def test_a_refused_mailbox_holds_up_nobody(postbox, clock):
    a_report(clock)
    postbox.refused = {REPORTED[0]}
    assert deliver() == 1
    assert postbox.addressees == REPORTED[1:]
    waiting = mails().get(delivered_at=None)
    assert (waiting.recipient.username, waiting.attempts) == ("gaoyuan", 1)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["a@example.com\nBcc: all@example.com", "无@@"])
def test_an_impossible_address_holds_up_nobody(address, postbox, clock):
    a_report(clock)
    User.objects.filter(username="shenzhuo").update(email=address)
    assert deliver() == 1
    assert postbox.addressees == ["gaoyuan@example.com"]
    assert mails().get(delivered_at=None).attempts == 1


@pytest.mark.race
@pytest.mark.parametrize("locked", [True, False], ids=["lock", "none"])
def test_two_workers_send_each_notice_once(locked, postbox, fresh_db, clock, monkeypatch):
    """Without the lock both take the same notice in hand before either says so."""
    loop, _case = a_report(clock)
    for _number in range(2):
        loop.register()
    if not locked:
        meeting, dropped = threading.Barrier(2), delivery._dropped
        rows = type(Notice.objects.all())
        monkeypatch.setattr(rows, "select_for_update", lambda rows, **options: rows)
        monkeypatch.setattr(delivery, "BATCH", 1)

        def met(notice, now):
            meeting.wait(20)
            return dropped(notice, now)

        monkeypatch.setattr(delivery, "_dropped", met)
        monkeypatch.setattr(delivery, "_others", lambda rows, first, now: [])
    sort_out(together(deliver, deliver))
    keys = [message["Message-ID"] for message in postbox.messages]
    assert len(keys) == (6 if locked else 2)
    assert len(set(keys)) == (6 if locked else 1)


@pytest.mark.race
def test_inv_4_a_worker_killed_between_sending_and_marking_loses_nothing(postbox, fresh_db, clock):
    """The message that may have gone out is in doubt, and goes out again under the same id."""
    _loop, case = a_report(clock)
    program = "import django; django.setup(); from notices.tasks import deliver; deliver()"
    worker = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=site.BASE_DIR,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "EMAIL_HOST": HOST,
            "EMAIL_PORT": str(postbox.port),
        },
    )
    postbox.on_message = lambda: os.kill(worker.pid, signal.SIGKILL)
    assert worker.wait(60) == -signal.SIGKILL
    assert mails().filter(delivered_at=None).count() == 2
    postbox.on_message = lambda: None
    until(partial(nobody_holds, "notices_notice"), seconds=20)
    assert deliver() == 1  # the other one; the first may be on its way
    clock.advance(LEASE)
    assert deliver() == 1
    keys = [message["Message-ID"] for message in postbox.messages]
    assert (len(keys), len(set(keys))) == (3, 2)
    assert Counter(keys).most_common(1)[0][1] == 2
    doubtful = mails().get(doubtful=True)
    assert postbox.addressees[0] in REPORTED
    log = Attempt.objects.filter(notice=doubtful).order_by("pk").values_list("outcome", flat=True)
    assert list(log) == [Outcome.DOUBTFUL, Outcome.SENT]
    assert Notice.objects.filter(case=case, channel=Channel.IN_APP).count() == 3


def nobody_holds(table) -> bool:
    """Say whether the killed worker's locks are gone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE relation = %s::regclass"
            " AND pid <> pg_backend_pid()",
            [table],
        )
        return cursor.fetchone()[0] == 0
