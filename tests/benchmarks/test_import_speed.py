"""A large ledger comes in: seconds, and how much memory more than at its beginning.

`-m long -s` reads 100,000 rows and prints the figures; the short form holds that memory stays flat.
"""

import csv
import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from complaints.models import Complaint
from reports.importing import run
from reports.importing.maps import read_map
from tests.benchmarks.report import measured
from tests.loop import Loop
from tests.reports import books

# Each tenth row was answered and goes round the whole loop; the others stay open.
ANSWERED = 10
# A row's number and the digest of its cells are kept, to find it a second time in the file.
BYTES_OF_A_ROW = 500
SLACK_BYTES = 40 * 2**20


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def write(path, count):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(books.HEADER)
        for number in range(count):
            answered = number % ANSWERED == 0
            changes = {} if answered else {"答复": "", "答复时间": ""}
            writer.writerow(books.row(number, 客户=f"客户{number}", **changes))


@pytest.mark.parametrize(
    "count", [1_500, *(pytest.param(n, marks=pytest.mark.long) for n in (10_000, 100_000))]
)
def test_inv_33_a_large_ledger_comes_in_with_flat_memory(fresh_db, clock, tmp_path, capsys, count):
    clock.set(datetime(2026, 3, 9, 4, 0, tzinfo=UTC))
    Loop.new()
    path = tmp_path / "ledger.csv"
    write(path, count)
    plan = read_map(
        books.write_map(tmp_path / "map.yaml", books.MAP + "optional: [answer, answered_at]\n")
    )
    resident: list[int] = []

    def advance(_rows):
        resident.append(resident_bytes())

    begun, worked = time.perf_counter(), time.process_time()
    checked = run.check(path, plan, advance=advance)
    read = time.perf_counter()
    stored, faults = run.store(path, plan, advance=advance)
    done, worked = time.perf_counter(), time.process_time() - worked
    assert (checked.new, checked.faults, stored, faults) == (count, [], count, [])
    assert Complaint.objects.count() == count
    # The first batch has loaded what a row needs at all.
    grown = max(resident) - resident[0]
    figures = {
        "rows": count,
        "check_s": round(read - begun, 1),
        "store_s": round(done - read, 1),
        "own_s": round(worked, 1),
        "rows_per_s": round(count / (done - read)),
        "begun_mb": resident[0] // 2**20,
        "peak_mb": max(resident) // 2**20,
        "grown_mb": round(grown / 2**20, 1),
        "file_mb": round(path.stat().st_size / 2**20, 1),
    }
    measured(capsys, json.dumps(figures))
    assert grown < SLACK_BYTES + 2 * count * BYTES_OF_A_ROW
