"""INV-31: only a clean verdict is clean; whatever else the scanner says or fails to say opens nothing."""

import os
import socket
import subprocess
import sys
from datetime import timedelta
from io import BytesIO

import pytest
from django.conf import settings as django_settings
from django.urls import reverse

from complaints import tasks
from complaints.attachments import scanner
from complaints.attachments.storage import vault
from complaints.models import Attachment, Scan
from tests.complaints import clamd, files
from tests.complaints.sending import signed_in
from tests.complaints.test_attachments import opened, send
from tests.engine.cases import at
from tests.loop import Loop

ANSWERS = {
    clamd.OK: Scan.CLEAN,
    clamd.FOUND: Scan.INFECTED,
    b"INSTREAM size limit exceeded. ERROR\0": Scan.ERROR,
    b"stream: Can't allocate memory ERROR\0": Scan.ERROR,
    b"UNKNOWN COMMAND\0": Scan.ERROR,
    b"": Scan.ERROR,
    b"stream: O": Scan.ERROR,
    b"stream: OK": Scan.ERROR,
    b"stream: OK\0stream: OK\0": Scan.ERROR,
    b"stream: OK\n": Scan.ERROR,
    b" stream: OK\0": Scan.ERROR,
    b"stream: ok\0": Scan.ERROR,
    b"OK\0": Scan.ERROR,
    b"PONG\0": Scan.ERROR,
    b"HTTP/1.1 200 OK\r\n\r\n": Scan.ERROR,
    b"\xff\xfe\0\1" * 4000: Scan.ERROR,
    b"stream: OK\0" + b"x" * 5000: Scan.ERROR,
}


@pytest.fixture
def daemon(settings):
    with clamd.running() as running:
        settings.CLAMD = running.url
        yield running


@pytest.fixture
def loop(db, clock, own_vault, settings) -> Loop:
    settings.NO_SCANNER = False
    clock.set(at("03-02 09:00"))
    return Loop.new()


def nowhere() -> str:
    """Return the address of a port at which nobody answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"tcp://127.0.0.1:{free.getsockname()[1]}"


def test_inv_31_of_all_answers_of_a_scanner_one_is_clean(daemon):
    found = {}
    for answer in ANSWERS:
        daemon.answer = lambda content, said=answer: said
        found[answer] = scanner.verdict(BytesIO(files.PDF))
    assert found == ANSWERS


def test_inv_31_a_scanner_finds_eicar_in_a_file_of_many_parts_and_hears_all_of_it(daemon):
    whole = bytes(range(256)) * 1000
    heard = []
    daemon.answer = lambda content: heard.append(content) or clamd.honest(content)
    assert scanner.verdict(BytesIO(whole)) == Scan.CLEAN
    assert scanner.verdict(BytesIO(whole + clamd.EICAR)) == Scan.INFECTED
    assert heard == [whole, whole + clamd.EICAR]


def test_inv_31_a_scanner_that_is_silent_or_praises_what_it_has_not_read_says_nothing(
    daemon, settings
):
    settings.SCAN_SECONDS = 0.3
    daemon.answer = lambda content: None
    assert scanner.verdict(BytesIO(files.PDF)) == Scan.ERROR
    daemon.early = clamd.OK
    assert scanner.verdict(BytesIO(b"x" * 20_000_000)) == Scan.ERROR


def test_inv_31_where_no_scanner_answers_there_is_no_verdict(settings, tmp_path):
    for settings.CLAMD in (nowhere(), f"unix://{tmp_path}/clamd.ctl"):
        with pytest.raises(scanner.Unreachable):
            scanner.verdict(BytesIO(files.PDF))


def test_inv_31_a_file_is_private_until_it_is_found_clean(loop, daemon, settings):
    case, address = loop.register(), settings.CLAMD
    send(loop, case, files.sent("a.pdf", files.PDF))
    case.refresh_from_db()
    send(loop, case, files.sent("b.txt", b"mail: " + clamd.EICAR))
    clean, infected = Attachment.objects.order_by("pk")
    settings.CLAMD = nowhere()
    assert tasks.scan_attachments() == 0
    assert set(Attachment.objects.values_list("scan", flat=True)) == {Scan.PENDING}
    assert opened(loop, clean, "linxiaoyun").status_code == 403
    settings.CLAMD = address
    assert tasks.scan_attachments() == 2
    assert opened(loop, clean, "linxiaoyun").status_code == 200
    assert opened(loop, infected, "linxiaoyun").status_code == 403
    page = signed_in(loop.user("linxiaoyun")).get(reverse("case", args=[case.number]))
    assert "有病毒，已隔离" in page.content.decode()
    assert tasks.scan_attachments() == 0


def test_inv_31_what_could_not_be_scanned_is_tried_again_after_an_hour(loop, daemon, clock):
    case = loop.register()
    send(loop, case, files.sent("a.pdf", files.PDF))
    daemon.answer = lambda content: b"INSTREAM size limit exceeded. ERROR\0"
    assert tasks.scan_attachments() == 1
    daemon.answer = clamd.honest
    clock.advance(timedelta(minutes=59))
    assert tasks.scan_attachments() == 0
    assert opened(loop, Attachment.objects.get(), "linxiaoyun").status_code == 403
    clock.advance(timedelta(minutes=1))
    assert tasks.scan_attachments() == 1
    assert Attachment.objects.get().scan == Scan.CLEAN


def test_a_file_that_is_gone_is_an_error_and_holds_up_no_other(loop, daemon):
    case = loop.register()
    send(loop, case, files.sent("a.pdf", files.PDF), files.sent("b.pdf", files.PDF))
    gone, _other = Attachment.objects.order_by("pk")
    vault().delete(gone.key)
    assert tasks.scan_attachments() == 2
    found = Attachment.objects.order_by("pk").values_list("scan", flat=True)
    assert list(found) == [Scan.ERROR, Scan.CLEAN]


def test_without_a_scanner_nothing_is_scanned_and_nothing_called_clean(loop, settings):
    settings.CLAMD = ""
    case = loop.register()
    send(loop, case, files.sent("a.pdf", files.PDF))
    assert tasks.scan_attachments() == 0
    assert Attachment.objects.get().scan == Scan.PENDING


@pytest.mark.parametrize(
    "wrong", [{"CLAMD": "tcp://a:1", "NO_SCANNER": "1"}, {"CLAMD": "http://a:1"}]
)
def test_a_house_says_either_where_its_scanner_is_or_that_it_has_none(wrong):
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "NO_SCANNER": "0"} | wrong
    said = subprocess.run(
        [sys.executable, "-c", "from django.conf import settings; settings.CLAMD"],
        cwd=django_settings.BASE_DIR,
        env=env,
        capture_output=True,
        text=True,
    )
    assert said.returncode == 1
    assert "CLAMD" in said.stderr.splitlines()[-1]
