"""INV-42: the build stops on each planted example; exceptions are dated, and expire."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from django.conf import settings
from django.core.management import call_command

from jobs.models import Job
from tools import invariants

ROOT = Path(__file__).resolve().parents[1]
# What somebody might write, each with what has to be said of it.
PLANTED = {
    "config/shell.py": (
        "import subprocess\n\n\ndef run(words):\n    subprocess.Popen(words, shell=True)\n",
        "bandit: B602 in config/shell.py:5",
    ),
    "complaints/views/open.py": (
        "from complaints.models import Complaint\n\n\n"
        "def page(request, pk):\n    return Complaint.objects.get(pk=pk)\n",
        "semgrep: case-past-the-access-module in complaints/views/open.py:5",
    ),
    "penalties/page.py": (
        "from django.utils.safestring import mark_safe\n\n\n"
        "def words(text):\n    return mark_safe(text)\n",
        "semgrep: markup-by-hand in penalties/page.py:5",
    ),
    "sla/quick.py": (
        'def moved(cursor, table):\n    cursor.execute(f"DELETE FROM {table}")\n',
        "semgrep: sql-put-together in sla/quick.py:2",
    ),
    "sla/past.py": (
        "from complaints.models import CaseEvent\n\n\n"
        "def late(case):\n    CaseEvent.objects.create(case=case)\n",
        "semgrep: state-past-the-pipeline in sla/past.py:5",
    ),
    "notices/slow.py": (
        "from urllib.request import urlopen\n\n\ndef post(request):\n    return urlopen(request)\n",
        "semgrep: request-without-end in notices/slow.py:5",
    ),
    "reports/sums.py": (
        "def total(text):\n    return eval(text)\n",
        "semgrep: code-from-text in reports/sums.py:2",
    ),
}
# The key that Amazon's own documentation shows, put together so that this file holds none.
KEY = "AKIA" + "IOSFODNN7EXAMPLE"
LOCK = """version = 1
requires-python = ">=3.11"

[[package]]
name = "known"
version = "1.0"
source = { registry = "x" }
wheels = [{ url = "x", hash = "sha256:00" }]

[[package]]
name = "loose"
version = "1.0"
source = { registry = "x" }
wheels = [{ url = "x" }]

[[package]]
name = "wild"
version = "1.0"
source = { git = "x" }
"""
EXPIRED = """
[[exception]]
check = "bandit"
what = "B602"
where = "config/shell.py"
why = "It was to be mended."
until = 2026-01-31

[[exception]]
check = "semgrep"
what = "code-from-text"
where = "reports/gone.py"
why = "It was mended."
until = 2999-01-31
"""


def supply(*words: str) -> tuple[int, str]:
    """Run the build's safety checks in their own environment; return the status and what they say."""
    where = Path(tempfile.gettempdir()) / f"bihuan-supply-{os.getuid()}"
    said = subprocess.run(
        [
            *("uv", "run", "--locked", "--only-group", "supply"),
            *("python", "-m", "tools.supply", *words),
        ],
        cwd=ROOT,
        env=os.environ
        | {"UV_PROJECT_ENVIRONMENT": os.environ.get("SUPPLY_ENVIRONMENT", str(where))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in said.stderr, said.stderr
    return said.returncode, said.stdout


@pytest.fixture
def planted(tmp_path) -> Path:
    """Make a project in which somebody has done everything wrong; a secret only in its history."""
    for name, (text, _said) in PLANTED.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "uv.lock").write_text(LOCK)
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "exceptions.toml").write_text(EXPIRED)
    (tmp_path / "keys.py").write_text(f'KEY = "{KEY}"\n')
    _git(tmp_path, "init", "-q")
    _commit(tmp_path)
    (tmp_path / "keys.py").unlink()
    _commit(tmp_path)
    return tmp_path


def _git(root: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=root, check=True, capture_output=True)


def _commit(root: Path) -> None:
    _git(root, "add", "-A")
    who = ("-c", "user.name=x", "-c", "user.email=x@example.com")
    _git(root, *who, "commit", "-q", "-m", "x")


def test_inv_42_each_planted_example_stops_the_build(planted):
    status, said = supply("--root", str(planted), "bandit", "semgrep", "secrets", "pins")
    wanted = {
        *(words for _text, words in PLANTED.values()),
        "secrets: AWS Access Key in keys.py",
        "pins: out-of-step in uv.lock",
        "pins: without-checksum in loose",
        "pins: not-from-a-registry in wild",
        "exceptions: expired in config/shell.py bandit B602",
        "exceptions: needless in reports/gone.py semgrep code-from-text",
    }
    stops = [line.removeprefix("STOP ") for line in said.splitlines() if line.startswith("STOP ")]
    assert {one for one in wanted if not any(stop.startswith(one) for stop in stops)} == set()
    assert status == 1


@contextmanager
def advisories(package: str) -> Iterator[str]:
    """Run an advisory service that knows of a hole in one package; yield its address."""
    hole = {
        "id": "PYSEC-2026-1",
        "modified": "2026-01-01T00:00:00Z",
        "affected": [
            {
                "package": {"name": package, "ecosystem": "PyPI"},
                "ranges": [
                    {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "999"}]}
                ],
            }
        ],
    }

    class Service(BaseHTTPRequestHandler):
        def do_POST(self):
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            found = {"vulns": [hole]} if asked["package"]["name"] == package else {}
            body = json.dumps(found).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1/query"
    finally:
        server.shutdown()


def test_inv_42_a_known_hole_in_a_locked_package_stops_the_build():
    with advisories("gunicorn") as address:
        status, said = supply("--advisories-at", address, "advisories")
    stops = [line for line in said.splitlines() if line.startswith("STOP advisories")]
    assert len(stops) == 1
    assert stops[0].startswith("STOP advisories: PYSEC-2026-1 in gunicorn ")
    assert status == 1


@pytest.mark.django_db
def test_inv_42_a_missing_migration_stops_the_build(monkeypatch, capsys):
    call_command("makemigrations", check=True, dry_run=True)
    monkeypatch.setattr(Job._meta.get_field("kind"), "max_length", 33)
    with pytest.raises(SystemExit) as stopped:
        call_command("makemigrations", check=True, dry_run=True)
    assert stopped.value.code == 1
    assert "Alter field kind on job" in capsys.readouterr().out


def test_inv_42_a_warning_of_the_deploy_check_stops_the_build():
    words = ["manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    env = os.environ | {
        "SECURE_COOKIES": "1",
        "SECRET_KEY": "short",
        "ALLOWED_HOSTS": "example.com",
    }
    said = subprocess.run(
        [sys.executable, *words],
        cwd=settings.BASE_DIR,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 1
    assert "security.W009" in said.stderr


def test_inv_43_a_missing_failed_or_skipped_test_of_an_invariant_is_named(tmp_path):
    report = tmp_path / "report.xml"
    cases = [
        f'<testcase name="test_inv_{number}_holds"/>' for number in invariants.PROMISED - {7, 8, 9}
    ]
    cases += [
        '<testcase name="test_inv_7_holds[a]"><failure/></testcase>',
        '<testcase name="test_inv_8_holds"><skipped/></testcase>',
    ]
    report.write_text(f"<testsuite>{''.join(cases)}</testsuite>")
    assert invariants.PROMISED - invariants.shown(report) == {7, 8, 9}
    cases.append('<testcase name="test_inv_7_8_9_hold"/>')
    report.write_text(f"<testsuite>{''.join(cases)}</testsuite>")
    assert invariants.shown(report) == invariants.PROMISED
