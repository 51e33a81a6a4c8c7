"""The ledger of many cases: seconds and peak memory beside a bare loop and the fastest writer.

`-m long -s` writes 100,000 cases; each way runs in a process of its own, in the same run.
"""

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from complaints.models import Complaint
from demo.filling import fill
from tests.benchmarks.report import measured
from tests.loop import LATE_DELIVERY, Loop

# What `-m tests.benchmarks.test_export_speed WAY FILE COUNT COLUMNS` does, in a fresh process.
WAYS = ("ledger", "openpyxl", "fastest")


def cells(count: int, columns: int):
    """Yield rows like those of the ledger: texts, moments and numbers."""
    from datetime import datetime

    moment = datetime(2026, 3, 9, 10, 5)  # noqa: DTZ001
    for number in range(count):
        row = [f"LY{number}", moment, number % 7, "投诉内容：送货晚了三天，店里断货。"]
        yield (row * (columns // 4 + 1))[:columns]


def bare_openpyxl(path: str, count: int, columns: int) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in cells(count, columns):
        sheet.append(row)
    book.save(path)


def fastest(path: str, count: int, columns: int) -> None:
    from rustpy_xlsxwriter import write_worksheet

    titles = [f"列{number}" for number in range(columns)]
    write_worksheet((dict(zip(titles, row, strict=True)) for row in cells(count, columns)), path)


def ledger(path: str, count: int, columns: int) -> None:
    import django

    django.setup()
    from complaints.models import Complaint
    from reports.resources import write_ledger

    with Path(path).open("wb") as file:
        write_ledger(Complaint.objects.all(), file)


def measure(way: str, path: Path, count: int, columns: int) -> dict:
    command = [sys.executable, "-m", "tests.benchmarks.test_export_speed"]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(
        [*command, way, str(path), str(count), str(columns)],
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
    from reports.columns import columns as of
    from reports.entries import shape_of

    columns = len(of(shape_of(Complaint.objects.all())))
    tenth = measure("ledger", tmp_path / "tenth.xlsx", count // 10, columns)
    fill(molds, count - count // 10, lambda done: None)
    assert Complaint.objects.count() == count
    found = {way: measure(way, tmp_path / f"{way}.xlsx", count, columns) for way in WAYS}
    ratios = {
        way: {
            "seconds": round(found["ledger"]["seconds"] / found[way]["seconds"], 2),
            "memory": round(found["ledger"]["peak_mb"] / found[way]["peak_mb"], 2),
        }
        for way in ("openpyxl", "fastest")
    }
    figures = {"cases": count, "columns": columns, "tenth": tenth, **found, "ratios": ratios}
    measured(capsys, json.dumps(figures, ensure_ascii=False))
    # Ten times the cases: the same memory, but for what the zip holds back.
    assert found["ledger"]["peak_mb"] < tenth["peak_mb"] + 60


if __name__ == "__main__":
    way, path, count, columns = sys.argv[1:]
    begun = time.perf_counter()
    {"ledger": ledger, "openpyxl": bare_openpyxl, "fastest": fastest}[way](
        path, int(count), int(columns)
    )
    took = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"seconds": round(took, 1), "peak_mb": peak}))
