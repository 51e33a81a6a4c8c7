"""Parts of the running system are killed at random under load: nothing is lost, nothing doubled.

The long form kills a hundred times and writes its table to `docs/measured/`.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from datetime import date
from pathlib import Path
from random import Random
from threading import Event

import pytest

from tests import embedded
from tests.benchmarks.report import measured
from tests.canaries import found_in, in_redis
from tests.faults.staff import Clerk, Journal
from tests.faults.stand import PARTS, Stand
from tests.waiting import until

pytestmark = pytest.mark.race
CLERKS = 3
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def stand():
    """Not in pytest's own folder: another run would close that to PostgreSQL's account."""
    root = Path(tempfile.mkdtemp(prefix="bihuan-stand-", dir=embedded.quick()))
    one = Stand(root)
    try:
        one.start()
        yield one
    finally:
        one.end()
        shutil.rmtree(root, ignore_errors=True)


@pytest.mark.parametrize(
    "kills",
    [
        pytest.param(len(PARTS), id="short"),
        pytest.param(100, id="long", marks=pytest.mark.long),
    ],
)
def test_inv_1_2_4_5_37_killed_parts_lose_and_double_nothing(kills, stand, capsys, tmp_path):
    random, journal = Random(20260301), Journal()
    clerks = at_work(stand, journal)
    parts = list(PARTS) + random.choices(PARTS, k=kills - len(PARTS))
    for part in parts:
        before = len(journal.cases)
        until(lambda before=before: len(journal.cases) > before or journal.strange, 60)
        assert journal.strange == []
        Event().wait(random.random())  # the kill may come at any point of what is going on
        stand.kill(part)
        Event().wait(random.random())
        stand.begin(part)
        stand.await_answer()
    for clerk in clerks:
        clerk.going_home.set()
    for clerk in clerks:
        clerk.join(60)
    until(lambda: backlog(stand) == 0, 120)
    found = checked(stand, journal, tmp_path)
    table = report(parts, journal, found)
    measured(capsys, table)
    if kills >= 100:
        report_file = ROOT / "docs" / "measured" / f"kills-{date.today()}.md"  # noqa: DTZ011
        report_file.parent.mkdir(exist_ok=True)
        report_file.write_text(table)
    assert journal.strange == []
    assert len(journal.cases) > kills
    assert found == {}
    assert leaks(stand) == []


def leaks(stand: Stand) -> list[str]:
    """Return the logs of the system's parts, and Redis, where a word of a complainant stands (INV-37)."""
    logs = list(stand.folder.root.rglob("*.log"))
    assert {f"{part}.log" for part in PARTS} <= {path.name for path in logs}
    texts = {path.name: path.read_text(errors="replace") for path in logs}
    texts["redis"] = in_redis(stand.environment["REDIS_URL"])
    return [name for name, text in texts.items() if found_in(text)]


def at_work(stand: Stand, journal: Journal) -> list[Clerk]:
    logins = json.loads((stand.folder.root / "logins.json").read_text())
    login = next(one for one in logins if one["username"] == "zhoumin")
    asked = "SELECT id::text FROM regulations_regulation WHERE code = 'dali-tourism'"
    regulation = stand.asked(asked)
    clerks = [Clerk(stand.address, login, regulation, n, journal) for n in range(CLERKS)]
    for clerk in clerks:
        clerk.start()
    return clerks


def backlog(stand: Stand) -> int:
    """Return how many cases wait for the sweep."""
    return stand.asked("SELECT count(*) FROM complaints_complaint WHERE next_moment <= app_now()")


def checked(stand: Stand, journal: Journal, tmp_path: Path) -> dict:
    file = tmp_path / "journal.json"
    file.write_text(journal.as_json())
    command = [sys.executable, "-m", "tests.faults.checker", str(file)]
    done = subprocess.run(
        command, env=stand.environment, capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.strip().splitlines()[-1])


def report(parts: list[str], journal: Journal, found: dict) -> str:
    lines = [
        f"# {len(parts)} kills under load, {date.today()}",  # noqa: DTZ011
        "",
        "| part | killed |",
        "|---|---|",
        *(f"| {part} | {count} |" for part, count in sorted(Counter(parts).items())),
        "",
        f"Acknowledged: {len(journal.cases)} cases, {len(journal.notes)} notes; "
        f"{journal.retries} sends were repeated with the same form.",
        f"Findings: {found or 'none'}.",
        "",
    ]
    return "\n".join(lines)
