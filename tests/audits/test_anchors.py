"""Anchors: what they hold, who makes them and when, keys, and the root of a day."""

import json
import os
import subprocess
import sys
from datetime import datetime, timedelta

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import transaction

from accounts import access_log
from audits import anchoring, chains, keys, outside, tasks
from audits.models import Anchor
from config import queue
from records import chain
from tests.audits.test_verify import verify
from tests.engine.cases import at
from tests.loop import Loop


@pytest.fixture
def loop(fresh_db, clock, settings, tmp_path):
    settings.ANCHOR_FOLDER = tmp_path / "anchors"
    clock.set(at("03-02 09:00"))
    return Loop.new()


def ends(anchor: Anchor) -> list[tuple]:
    """Return what an anchor holds; the changes that made the organisation are not asked about."""
    rows = anchor.ends.exclude(chain="changes").order_by("place")
    return [(end.chain, end.key, end.since, end.count) for end in rows]


def test_an_anchor_holds_the_chains_that_have_grown_since_the_one_before(loop, clock):
    one, other = loop.register(), loop.register(phone="13000000002")
    first = anchoring.anchor()
    assert ends(first) == [("case", one.pk, 0, 2), ("case", other.pk, 0, 2)]
    clock.advance(timedelta(minutes=4))
    loop.assign(other)
    access_log.refused(actor=loop.user("zhoumin"))
    other.refresh_from_db()
    second = anchoring.anchor()
    assert ends(second) == [("case", other.pk, 2, other.event_count), ("access", 0, 0, 1)]
    assert second.totals["case"] == {"chains": 2, "rows": 2 + other.event_count}
    assert (second.previous_hash, second.seq) == (first.hash, 2)
    assert ends(anchoring.anchor()) == []


def test_a_row_that_was_stored_late_is_anchored_with_its_case(loop, clock):
    """Ids are given before a transaction is stored: an hour of ids is looked at again."""
    late, other = loop.register(), loop.register(phone="13000000002")
    anchoring.anchor()
    mark = Anchor.objects.get().marks["case"]
    assert mark >= late.events.order_by("pk").last().pk
    clock.advance(timedelta(minutes=30))
    loop.assign(late)
    found = anchoring.anchor()
    assert [key for _chain, key, *_rest in ends(found) if _chain == "case"] == [late.pk]
    clock.advance(timedelta(minutes=90))
    loop.assign(other)
    assert other.pk in [key for _chain, key, *_rest in ends(anchoring.anchor())]


def test_the_stream_hashes_what_the_pipeline_hashed(loop):
    """The bytes of an event, written out for speed, are those of its canonical content."""
    case = loop.to("archived")
    with transaction.atomic():
        rows = [row for row in chains._streamed(chains.EVENTS, "", case.pk) if row[0] == case.pk]
    events = list(case.events.order_by("seq"))
    assert [chains.event_text(row).encode() for row in rows] == [
        chain.canonical(event.content()) for event in events
    ]
    assert len({event.kind for event in events}) > 10


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2026-03-02 01:00:00+00", "2026-03-02T01:00:00+00:00"),
        ("2026-03-02 01:00:00.5+00", "2026-03-02T01:00:00.500000+00:00"),
    ],
)
def test_a_moment_is_written_as_it_was_hashed(text, iso):
    assert chains.moment(text) == datetime.fromisoformat(iso).isoformat() == iso


def test_beat_anchors_at_least_every_ten_minutes_even_when_one_message_is_lost(loop):
    entry = queue.beat_schedule["anchor"]
    assert 2 * entry["schedule"] <= 600
    assert entry["task"] == tasks.anchor.name
    assert tasks.anchor() == 1


def test_the_log_outside_grows_by_a_line_and_catches_up(loop):
    loop.register()
    anchoring.anchor()
    anchoring.anchor()
    path = django_settings.ANCHOR_FOLDER / "anchors-2026-03.jsonl"
    both = path.read_bytes()
    path.write_bytes(both.splitlines(keepends=True)[0])  # killed between the table and the log
    anchoring.carry_out()
    assert path.read_bytes() == both
    assert [line.seq for line in outside.lines()] == [1, 2]


def test_nothing_personal_is_in_the_log_outside(loop):
    loop.register()
    anchoring.anchor()
    text = (django_settings.ANCHOR_FOLDER / "anchors-2026-03.jsonl").read_text()
    for value in ("李建国", "13000000001", "门禁"):
        assert value not in text


def test_without_a_key_nothing_is_anchored_and_the_message_says_what_to_do(loop, settings):
    settings.ANCHOR_KEY_FILE = ""
    with pytest.raises(keys.NoKey, match=r"manage\.py anchor --new-key FILE"):
        anchoring.anchor()
    assert not Anchor.objects.exists()


@pytest.mark.parametrize("file", ["", "/nonexistent/key", "/etc/hostname"])
def test_the_web_server_refuses_to_start_without_its_key(file, fresh_db):
    ended = subprocess.run(
        [sys.executable, "-c", "import config.wsgi"],
        cwd=django_settings.BASE_DIR,
        env={**os.environ, "ANCHOR_KEY_FILE": file},
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 1
    last = ended.stderr.splitlines()[-1]
    assert "NoKey" in last
    assert ("ANCHOR_KEY_FILE" in last) if not file else (file in last)


def test_the_web_server_starts_with_the_public_key_alone(fresh_db, tmp_path):
    keys.create(tmp_path / "key")
    (tmp_path / "key").unlink()
    ended = subprocess.run(
        [sys.executable, "-c", "import config.wsgi"],
        cwd=django_settings.BASE_DIR,
        env={**os.environ, "ANCHOR_KEY_FILE": str(tmp_path / "key")},
        capture_output=True,
        text=True,
    )
    # The key is asked for first; then the tests' server is too forgetful for production.
    assert "fsync" in ended.stderr.splitlines()[-1]


def test_the_private_key_is_its_owners_and_is_never_replaced(tmp_path):
    file = tmp_path / "new" / "key"
    keys.create(file)
    before = file.read_bytes()
    keys.create(file)
    assert file.read_bytes() == before
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_days_root_is_checked_with_the_public_key_alone(loop, clock, tmp_path, capsys):
    loop.register()
    anchoring.anchor()
    clock.set(at("03-03 09:00"))
    anchoring.anchor()
    out = tmp_path / "day.json"
    call_command("anchor", export=out, day=at("03-02 09:00").date())
    body = json.loads(out.read_text())["body"]
    assert (body["day"], body["first"], body["last"]) == ("2026-03-02", 1, 1)
    public = keys.public_file(keys.required())
    call_command("anchor", check=out, public_key=public)
    assert verify(capsys, root=out) == (0, [])
    keys.create(tmp_path / "other")
    with pytest.raises(SystemExit) as ended:
        call_command("anchor", check=out, public_key=tmp_path / "other.pub")
    assert ended.value.code == 1
    out.write_text(out.read_text().replace('"last": 1', '"last": 2'))
    with pytest.raises(SystemExit) as ended:
        call_command("anchor", check=out, public_key=public)
    assert ended.value.code == 1


def test_a_day_without_anchors_has_no_root(loop, tmp_path):
    with pytest.raises(CommandError, match="没有锚点"):
        call_command("anchor", export=tmp_path / "day.json")


def test_a_number_that_the_quick_reader_writes_otherwise_holds_all_the_same():
    row = (1, "N", 1, "", 1, 1, "p", "", "noted", "2026-03-02 01:00:00+00")
    row += ("2026-03-02 01:00:00+00", None, "", "received", '{"n": 100000000000000000000}', None)
    content = {
        "actor": None,
        "at": "2026-03-02T01:00:00+00:00",
        "case": 1,
        "data": {"n": 10**20},
        "kind": "noted",
        "once": None,
        "post": "",
        "recorded_at": "2026-03-02T01:00:00+00:00",
        "seq": 1,
        "state": "received",
    }
    own = chain.link("p", content)
    assert chains.event_text(row).encode() != chain.canonical(content)
    assert chains._holds(own, "p", row)
    assert not chains._holds(own, "q", row)
