"""What administrators and monitoring see of the sweep: its lag, its silence, what it set aside."""

from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from django.urls import reverse
from django.utils.html import escape

from audits import anchoring
from config import watching
from sla import tasks
from sla.models import ClockAlarm, SetAside
from tests.engine.cases import at
from tests.loop import Loop
from tests.sla.silent import RECEIVED
from tests.sla.test_batches import poison


@pytest.fixture
def loop(db, clock) -> Loop:
    clock.set(RECEIVED)
    return Loop.new()


def values() -> dict[str, float]:
    return {one.name: one.value for one in watching.figures()}


def test_the_figures_say_how_far_the_sweep_is_behind(loop, clock):
    tasks.sweep()
    poison(loop.register())
    loop.register()
    clock.set(at("03-02 10:40"))
    found = values()
    assert found["bihuan_seconds_since_sweep"] == 100 * 60
    assert found["bihuan_sweep_backlog"] == 2
    assert found["bihuan_sweep_lag_seconds"] == 10 * 60  # warned at 10:30
    tasks.sweep()
    found = values()
    assert (found["bihuan_sweep_backlog"], found["bihuan_set_aside"]) == (1, 1)
    assert found["bihuan_outbox_waiting"] > 0


def test_the_age_of_the_newest_anchor_is_told_and_is_bad_after_ten_minutes(
    loop, clock, settings, tmp_path
):
    settings.ANCHOR_FOLDER = tmp_path
    anchoring.anchor()
    for minutes, is_bad in ((10, False), (1, True)):
        clock.advance(timedelta(minutes=minutes))
        (age,) = (one for one in watching.figures() if one.name == "bihuan_anchor_age_seconds")
        assert age.is_bad == is_bad
    assert age.value == 11 * 60


def test_metrics_answer_whoever_knows_the_token(loop, client, settings):
    tasks.sweep()
    page = reverse("metrics")
    assert client.get(page).status_code == 404
    settings.METRICS_TOKEN = "a-long-secret"
    assert client.get(page).status_code == 404
    assert client.get(page, headers={"Authorization": "Bearer wrong"}).status_code == 404
    answer = client.get(page, headers={"Authorization": "Bearer a-long-secret"})
    assert answer.status_code == 200
    assert b"bihuan_set_aside 0.0" in answer.content
    assert answer.content.count(b"# TYPE ") == len(list(watching.figures()))


def test_the_status_page_names_what_is_set_aside(loop, client, clock):
    case = loop.register()
    poison(case)
    clock.set(at("03-02 11:20"))
    tasks.sweep()
    client.force_login(loop.user("fangzhou"))
    page = client.get(reverse("status")).content.decode()
    assert case.number in page
    assert escape(SetAside.objects.get().problem) in page
    client.force_login(loop.user("zhoumin"))
    assert client.get(reverse("status")).status_code == 403


def test_inv_15_a_silent_sweep_shows_on_every_page_of_an_administrator(loop, client, clock):
    tasks.sweep()
    client.force_login(loop.user("fangzhou"))
    clock.advance(timedelta(minutes=5))
    assert "时限巡检已超过五分钟" not in client.get(reverse("desk")).content.decode()
    clock.advance(timedelta(seconds=1))
    assert "时限巡检已超过五分钟" in client.get(reverse("desk")).content.decode()
    client.force_login(loop.user("zhoumin"))
    assert "时限巡检已超过五分钟" not in client.get(reverse("desk")).content.decode()


@pytest.fixture
def watcher():
    """A watcher outside: counts the signs of life that it gets."""

    class Handler(BaseHTTPRequestHandler):
        signs = 0

        def do_POST(self):
            Handler.signs += 1
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            """Keep the test's output clean."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server, Handler
    server.shutdown()
    server.server_close()


def test_inv_15_the_outside_hears_of_a_living_sweep_alone(loop, clock, settings, watcher):
    server, heard = watcher
    settings.DEADMAN_URL = f"http://127.0.0.1:{server.server_port}/"
    assert not watching.signal_life()
    tasks.sweep()
    assert watching.signal_life()
    assert heard.signs == 1
    clock.advance(timedelta(minutes=5, seconds=1))
    assert not watching.signal_life()
    tasks.sweep()
    now = clock.now()
    ClockAlarm.objects.create(before=now, found=now, off_by=90)
    assert not watching.signal_life()
    assert heard.signs == 1
