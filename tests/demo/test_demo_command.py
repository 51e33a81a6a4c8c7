"""`manage.py demo`, started for real: it comes up, refuses clearly, leaves nothing behind."""

import json
import re
import shutil
import signal
import socket
import tempfile
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from demo.folder import Folder
from demo.postgres import OWNER
from demo.stories import book
from demo.stories.times import Times
from tests import embedded
from tests.canaries import in_redis
from tests.demo.runs import STOP_SECONDS, Demo, refusal, survivors
from tests.waiting import until

HEALTHY_SECONDS = 30
PERSONAL = ("customer_name", "phone", "subject", "description", "demand")
MARK = "CREATE TABLE IF NOT EXISTS kept (at timestamptz); INSERT INTO kept VALUES (now())"


@pytest.fixture(scope="module")
def folder():
    """A data folder that the tests of this module use one after the other."""
    path = Path(tempfile.mkdtemp(prefix="bihuan-demo-", dir=embedded.quick()))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="module")
def running(folder):
    demo = Demo(folder)
    try:
        demo.address = demo.await_address()
        yield demo
    finally:
        demo.end()


def _get(url: str) -> tuple[int, str]:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.status, answer.read().decode()


def _health(address: str) -> dict:
    return json.loads(_get(f"{address}/healthz")[1])


def test_the_login_page_answers_with_its_styles(running):
    status, page = _get(f"{running.address}/login/")
    assert status == 200
    sheet = re.search(r'href="(/static/[^"]+\.css)"', page).group(1)
    assert _get(running.address + sheet)[0] == 200


def test_all_parts_are_well_after_the_first_round_of_beat(running):
    until(lambda: _health(running.address)["status"] == "ok", HEALTHY_SECONDS)
    assert _health(running.address)["beat"]["seconds_since_sweep"] is not None


def test_inv_37_no_word_of_a_sample_complainant_is_in_a_log_or_in_redis(running, folder):
    """The worker has swept the cases and sent notices; web has answered."""
    until(lambda: _health(running.address)["beat"]["seconds_since_sweep"] is not None, 30)
    told = {path.name: path.read_text(errors="replace") for path in folder.rglob("*.log")}
    told |= {"redis": in_redis(Folder.at(folder).redis_url()), "said": "\n".join(running.so_far())}
    assert len(told) >= 4
    entered = [story.entered for story in book.stories(Times(datetime.now(UTC)))]
    words = {one[key] for one in entered for key in PERSONAL if key in one}
    assert len(words) > 200
    assert [(name, word) for name, text in told.items() for word in words if word in text] == []


def test_web_worker_and_beat_do_not_know_the_owner(running):
    parts = [one for one in running.family() if {"gunicorn", "celery"} & set(one.cmdline())]
    assert len(parts) >= 3
    assert not [one for one in parts if "DATABASE_OWNER_URL" in one.environ()]


def test_a_second_demo_on_the_same_folder_is_refused(running, folder):
    status, said = refusal(folder)
    assert (status, "已有一个演示在运行" in said, "Traceback" in said) == (2, True, False)


def test_a_port_in_use_is_refused(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        status, said = refusal(tmp_path, "--port", str(taken.getsockname()[1]))
    assert (status, "已被占用" in said, "Traceback" in said) == (2, True, False)


def test_a_folder_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "file").touch()
    status, said = refusal(tmp_path / "file" / "data")
    assert (status, "不能写入" in said, "Traceback" in said) == (2, True, False)


def test_a_half_made_database_folder_is_refused(tmp_path):
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "leftover").touch()
    status, said = refusal(tmp_path)
    assert (status, "--fresh" in said, "Traceback" in said) == (2, True, False)


def test_a_signal_leaves_no_process_behind(running, folder):
    family = running.family()
    assert len(family) > 6
    assert _ended(running, folder) == 0
    assert survivors(family) == []


def test_a_second_start_keeps_the_data_and_a_kill_leaves_no_process_behind(running, folder):
    assert _ended(running, folder) == 0
    second = Demo(folder)
    try:
        second.await_address()
        assert _mark(folder) == 2
        family = second.family()
        second.process.kill()
        assert survivors(family) == []
    finally:
        second.end()


def _ended(running: Demo, folder: Path) -> int:
    """Mark the data and end the demo where it still runs; return the status it ended with."""
    if running.process.poll() is None:
        _mark(folder)
        running.process.send_signal(signal.SIGTERM)
    return running.process.wait(STOP_SECONDS)


def _mark(folder: Path) -> int:
    """Add a row to a table of the test's own; return how many there are."""
    with psycopg.connect(Folder.at(folder).database_url(OWNER)) as connection:
        connection.execute(MARK)
        return connection.execute("SELECT count(*) FROM kept").fetchone()[0]
