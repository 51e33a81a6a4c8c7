"""The ledger of many cases: seconds and peak memory beside a bare loop and the fastest writer.

`-m long -s` writes 100,000 cases; each way runs in a process of its own, in the same run.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from complaints.models import Complaint
from demo.filling import fill
from tests.benchmarks.report import measured
from tests.benchmarks.writing import WAYS
from tests.loop import LATE_DELIVERY, Loop

COLUMNS = 40


def measure(way: str, path: Path, count: int) -> dict:
    command = [sys.executable, "-m", "tests.benchmarks.writing"]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(
        [*command, way, str(path), str(count), str(COLUMNS)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("count", [1_000, pytest.param(100_000, marks=pytest.mark.long)])
def test_the_ledger_is_written_fast_and_with_flat_memory(fresh_db, clock, tmp_path, capsys, count):
    clock.real()
    loop = Loop.new()
    molds = [
        loop.to("archived"),
        loop.to("feedback"),
        loop.register(),
        loop.register(LATE_DELIVERY, code="tobacco-2026", by="xujing"),
    ]
    fill(molds, count // 10 - len(molds), lambda done: None)
    tenth = measure("ledger", tmp_path / "tenth.xlsx", count // 10)
    fill(molds, count - count // 10, lambda done: None)
    assert Complaint.objects.count() == count
    found = {way: measure(way, tmp_path / f"{way}.xlsx", count) for way in WAYS}
    ratios = {
        way: {
            name: round(found["ledger"][name] / found[way][name], 2)
            for name in ("seconds", "own_s", "peak_mb")
        }
        for way in ("openpyxl", "fastest")
    }
    figures = {"cases": count, "columns": COLUMNS, "tenth": tenth, **found, "ratios": ratios}
    measured(capsys, json.dumps(figures, ensure_ascii=False))
    # Ten times the cases: the same memory, but for what the zip holds back.
    assert found["ledger"]["peak_mb"] < tenth["peak_mb"] + 60
