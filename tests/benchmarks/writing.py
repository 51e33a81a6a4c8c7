"""One way of writing a large workbook, in a process of its own: WAY FILE COUNT COLUMNS.

Prints the seconds of the writing alone, those of the process's own work in it, and the process's peak memory.
"""

import json
import re
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

MOMENT = datetime(2026, 3, 9, 10, 5)  # noqa: DTZ001


def cells(count: int, columns: int):
    """Yield rows like those of the ledger: texts, moments and numbers."""
    for number in range(count):
        row = [f"LY{number}", MOMENT, number % 7, "投诉内容：送货晚了三天，店里断货。"]
        yield (row * (columns // 4 + 1))[:columns]


def bare_openpyxl() -> Callable[[str, int, int], None]:
    from openpyxl import Workbook

    def write(path: str, count: int, columns: int) -> None:
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        for row in cells(count, columns):
            sheet.append(row)
        book.save(path)

    return write


def fastest() -> Callable[[str, int, int], None]:
    from rustpy_xlsxwriter import write_worksheet

    def write(path: str, count: int, columns: int) -> None:
        titles = [f"列{number}" for number in range(columns)]
        rows = (dict(zip(titles, row, strict=True)) for row in cells(count, columns))
        write_worksheet(rows, path)

    return write


def ledger() -> Callable[[str, int, int], None]:
    import django

    django.setup()
    from complaints.models import Complaint
    from reports.resources import ComplaintResource, LedgerXlsx

    def write(path: str, count: int, columns: int) -> None:
        cases = Complaint.objects.all()
        resource = ComplaintResource.for_cases(cases)
        resource.columns = resource.columns[:columns]
        with Path(path).open("wb") as file:
            LedgerXlsx(resource.columns).write(resource.rows(cases), file)

    return write


WAYS = {"ledger": ledger, "openpyxl": bare_openpyxl, "fastest": fastest}


def peak_mb() -> int:
    """Return the most memory that this program had; not what it was forked from."""
    found = re.search(r"VmHWM:\s+([0-9]+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) // 1024 if found else 0


if __name__ == "__main__":
    way, path, count, columns = sys.argv[1:]
    write = WAYS[way]()
    begun, worked = time.perf_counter(), time.process_time()
    write(path, int(count), int(columns))
    took, worked = time.perf_counter() - begun, time.process_time() - worked
    figures = {"seconds": round(took, 2), "own_s": round(worked, 2), "peak_mb": peak_mb()}
    sys.stdout.write(json.dumps(figures))
