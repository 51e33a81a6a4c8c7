"""Half an operation never shows: a process is killed at each named point of its work (INV-10).

Twenty times each under `-m long`, once in CI. What is checked is asked of the database anew.
"""

import os
import signal

import pytest

from audits.verification import differences
from complaints.models import Attachment, CaseEvent, Complaint, NumberSeries
from complaints.tasks import sweep_leftovers
from notices.models import Notice
from penalties.models import Entry
from sla import tasks
from sla.models import Clock
from tests.engine.cases import at
from tests.faults import dying
from tests.loop import Loop
from tests.penalties.house import prepared
from tests.reports import books

TIMES = [
    pytest.param(1, id="once"),
    pytest.param(20, id="twenty-times", marks=pytest.mark.long),
]
TABLES = (Complaint, CaseEvent, Clock, Notice, Entry, NumberSeries)


def die(point: str, work: str, **environment: str) -> None:
    """Let a process of its own die at a point of some work."""
    status, said = dying.server().die(point, work, environment)
    assert status == -signal.SIGKILL, (point, said)


def everything() -> dict:
    rows = {model.__name__: list(model.objects.order_by("pk").values()) for model in TABLES}
    for row in rows["Complaint"]:
        row.pop("settled_at")
    return rows


@pytest.mark.parametrize("times", TIMES)
@pytest.mark.parametrize(
    ("point", "work"),
    [
        pytest.param("complaints.intake:issue_number:after:1", "register", id="number-taken"),
        pytest.param("complaints.pipeline:_store:before:1", "register", id="before-the-case-row"),
        pytest.param("penalties.settle:settle:after:1", "register", id="before-commit"),
        pytest.param("complaints.effects:follow:after:1", "note", id="act-half-taken"),
        pytest.param("complaints.pipeline:insert:after:1", "note", id="events-before-the-case"),
        pytest.param("complaints.pipeline:enter_due:after:1", "sweep", id="claimed"),
        pytest.param("sla.settle:settle:after:1", "sweep", id="clocks-before-notices"),
        pytest.param("notices.settle:settle:after:1", "sweep", id="notices-before-the-ledger"),
        pytest.param("penalties.settle:settle:after:1", "sweep", id="before-the-sweeps-commit"),
    ],
)
def test_inv_10_a_process_killed_before_its_commit_leaves_nothing(
    point, work, times, fresh_db, clock
):
    loop = Loop.new()
    prepared(loop)
    clock.set(at("03-08 12:00"))
    before = everything()
    for _time in range(times):
        die(point, work)
        assert everything() == before
    assert list(differences()) == []
    tasks.sweep()
    assert Entry.objects.count() == 3  # three days late: 100 yuan each
    assert list(differences()) == []


@pytest.mark.parametrize("times", TIMES)
def test_inv_10_a_sweep_killed_between_two_batches_is_taken_up_again(times, fresh_db, clock):
    loop = Loop.new()
    for _time in range(times):
        cases = [prepared(loop) for _case in range(3)]
        clock.set(at("03-08 12:00"))
        # The second batch is claimed and dies; what the first one settled stands.
        die("complaints.pipeline:enter_due:after:2", "sweep")
        tasks.sweep()
        for case in cases:
            assert Entry.objects.filter(case=case).count() == 3
    assert list(differences()) == []


@pytest.mark.parametrize("times", TIMES)
def test_inv_10_an_import_killed_in_its_middle_leaves_nothing(times, fresh_db, clock, tmp_path):
    Loop.new()
    clock.set(at("03-09 12:00"))
    rows = [books.row(number=f"2025-{place:03}") for place in range(20)]
    ledger = books.write(tmp_path / "历史.xlsx", rows, books.HEADER)
    plan = books.write_map(tmp_path / "map.yaml", books.MAP)
    before = everything()
    for _time in range(times):
        for point in ("begin:after:10", "settle:after:1"):
            die(
                f"complaints.pipeline:{point}",
                "import",
                LEDGER=str(ledger),
                LEDGER_MAP=str(plan),
            )
            assert everything() == before


@pytest.mark.parametrize("times", TIMES)
@pytest.mark.parametrize(
    ("point", "lying"),
    [
        pytest.param("complaints.attachments.keeping:_keep:before:1", 0, id="before-the-file"),
        pytest.param("complaints.attachments.storage:_to_disk:before:1", 1, id="file-written"),
        pytest.param("complaints.attachments.keeping:_keep:after:1", 2, id="before-the-row"),
        pytest.param("complaints.pipeline:attach:after:1", 2, id="row-written"),
        pytest.param("complaints.pipeline:settle:after:1", 2, id="before-commit"),
    ],
)
def test_inv_7_an_upload_killed_on_its_way_leaves_a_file_at_most(
    point, lying, times, fresh_db, clock, own_vault
):
    """No row without its file; the file, and of a picture its copy, goes with the next sweep."""
    Loop.new().register()
    before = everything()
    for _time in range(times):
        die(point, "attach", MEDIA_ROOT=str(own_vault.parent))
        assert everything() == before
        assert Attachment.objects.count() == 0
        left = list(own_vault.glob("*/*"))
        assert len(left) == lying
        for one in left:
            os.utime(one, (0, 0))
        sweep_leftovers()
        assert list(own_vault.glob("*/*")) == []
    assert list(differences()) == []


def test_inv_7_an_upload_killed_after_its_commit_is_whole(fresh_db, clock, own_vault):
    case = Loop.new().register()
    die("complaints.pipeline:act:after:1", "attach", MEDIA_ROOT=str(own_vault.parent))
    row = Attachment.objects.get(case=case)
    assert {one.name for one in own_vault.glob("*/*")} == {
        name.rpartition("/")[2] for name in (row.key, row.shown_key)
    }
    assert list(differences()) == []
