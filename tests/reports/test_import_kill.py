"""An import whose process is killed half-way leaves nothing, and can be done again."""

import signal
import subprocess
import sys
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from complaints.models import CaseEvent, Complaint
from tests.loop import Loop
from tests.reports import books
from tests.waiting import until

pytestmark = [pytest.mark.fresh_db, pytest.mark.race]

ROWS = 600


def tried() -> int:
    """Return how many cases an import has got to; a sequence is not taken back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM complaints_complaint_id_seq")
        return cursor.fetchone()[0]


def test_inv_33_an_import_that_is_killed_half_way_leaves_nothing(clock, tmp_path):
    clock.set(datetime(2026, 3, 9, 4, 0, tzinfo=UTC))
    Loop.new()
    rows = [books.row(number, 答复=None, 答复时间=None) for number in range(ROWS)]
    path = books.write(tmp_path / "历史.xlsx", rows)
    plan = books.write_map(tmp_path / "map.yaml", books.MAP + "optional: [answer, answered_at]\n")
    before = tried()
    command = [sys.executable, "manage.py", "import_ledger", str(path), "--map", str(plan)]
    child = subprocess.Popen(command, cwd=settings.BASE_DIR, stdout=subprocess.DEVNULL)
    # A hundred rows are tried in the check and taken back; after them the storing has begun.
    until(lambda: tried() > before + 200 or child.poll() is not None, 60)
    child.send_signal(signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL
    assert not Complaint.objects.exists()
    assert not CaseEvent.objects.exists()
    call_command("import_ledger", str(path), map=str(plan), stdout=StringIO())
    assert Complaint.objects.count() == ROWS
