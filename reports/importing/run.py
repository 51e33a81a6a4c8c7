"""The import of one file: every fault of every row, then all cases in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from complaints.intake import Intake, register
from complaints.models import Complaint
from complaints.refusals import Refused
from complaints.wording import refusal
from records import clock
from regulations.engine.calendar import CalendarGap
from reports.importing.faults import Fault
from reports.importing.history import Reader
from reports.importing.maps import Map
from reports.importing.workbooks import Row, Sheet, read_sheet

NUMBERS_AT_ONCE = 1_000


@dataclass
class Batch:
    """The rows of a file that were read, and every fault found so far."""

    sheet: Sheet
    rows: list[tuple[Row, Intake]]
    reader: Reader

    @property
    def faults(self) -> list[Fault]:
        """The faults in the order in which one reads the sheet."""
        return sorted(self.reader.faults, key=lambda f: (f.row, len(f.column), f.column, f.code))


def read(path: Path, plan: Map) -> Batch:
    """Read and check a whole file; nothing is stored. Raises Unreadable or BadMap."""
    sheet = read_sheet(path, plan.sheet, plan.header_row)
    reader = Reader(plan, sheet, clock.now())
    rows = [(row, intake) for row in sheet.rows if (intake := reader.read(row)) is not None]
    _check_numbers(reader)
    return Batch(sheet, rows, reader)


def store(batch: Batch, advance: Callable[[], Any] = lambda: None) -> int:
    """Store a batch without faults; return how many cases there are, or 0 with nothing stored.

    A row that the regulation refuses is a fault too; the others are still tried, so that all
    such rows are found at once.
    """
    with transaction.atomic():
        for row, intake in batch.rows:
            try:
                register(intake, actor=None)
            except Refused as refused:
                words = [refusal(reason, intake.version.pack) for reason in refused.reasons]
                batch.reader.fault(row, "", "refused", reason="".join(words))
            except CalendarGap:
                batch.reader.fault(row, "received_at", "calendar_gap")
            advance()
        if batch.reader.faults:
            transaction.set_rollback(True)
            return 0
    return len(batch.rows)


def _check_numbers(reader: Reader) -> None:
    """Note numbers that stand twice in the file, or are in the database already."""
    first: dict[str, Row] = {}
    for row, number in reader.numbers:
        earlier = first.setdefault(number, row)
        if earlier is not row:
            reader.fault(row, "number", "duplicate_number", value=number, row=earlier.number)
    numbers = list(first)
    for start in range(0, len(numbers), NUMBERS_AT_ONCE):
        part = numbers[start : start + NUMBERS_AT_ONCE]
        taken = Complaint.objects.filter(number__in=part).values_list("number", flat=True)
        for number in taken:
            reader.fault(first[number], "number", "number_taken", value=number)
