"""The import of one file: every fault of every row, then all cases in one transaction.

A file is read twice, row after row, so that no more of it is held than the faults and the keys.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from django.db import transaction
from django.utils.timezone import localdate

from complaints.intake import Intake, register_history
from complaints.models import Complaint
from complaints.models.numbering import PERIODS, continue_after
from records import clock
from regulations.engine.calendar import CalendarGap
from reports.importing.comparing import Difference, differences
from reports.importing.faults import Fault
from reports.importing.history import Reader
from reports.importing.maps import FIRST, Map
from reports.importing.marking import write_marked
from reports.importing.tables import Row
from reports.importing.workbooks import opened

AT_ONCE = 500
# So many cases are stored and settled together.
TOGETHER = 100
# So many new rows are tried against the regulation before somebody decides to import them.
TRIED = 100
# Reading stops after so many faults: nobody mends more by hand.
MOST_FAULTS = 100_000
MOST_TERMS = 200

# Told how many rows are done, now and then none, so that nobody takes the work for dead.
Advance = Callable[[int], Any]


def silent(count: int) -> None:
    """Go on without telling anybody."""


@dataclass
class Checked:
    """What a file holds: how many of its rows are new, stored already, or differ from what is stored."""

    rows: int = 0
    new: int = 0
    same: int = 0
    repeated: int = 0
    different: list[Difference] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    stopped: bool = False
    # Field → what the file says that the regulation does not know → in how many rows.
    unknown: dict[str, dict[str, int]] = field(default_factory=dict)


def check(path: Path, plan: Map, *, skip_known: bool = False, advance: Advance = silent) -> Checked:
    """Read and check a whole file; nothing is stored. Raises Unreadable or BadMap.

    With `skip_known` a row whose number is a case's of the same regulation is compared with it and
    left out; without, it is a fault. The first new rows are tried against the regulation too.
    """
    found, tried = Checked(), []
    with _pass(path, plan, skip_known, advance) as reading:
        for row, intake in reading.news():
            found.new += 1
            if len(tried) < TRIED:
                tried.append((row, intake))
            if len(reading.reader.faults) > MOST_FAULTS:
                found.stopped = True
                break
        _try(tried, reading.reader)
    found.rows, found.same, found.repeated = reading.rows, reading.same, reading.repeated
    found.different = reading.different
    found.faults = _in_order(reading.reader.faults)
    found.unknown = _unknown(reading.reader)
    return found


def store(
    path: Path, plan: Map, *, skip_known: bool = False, advance: Advance = silent
) -> tuple[int, list[Fault]]:
    """Store all new rows of a file; return how many, and the faults.

    With a fault nothing is stored and the number is 0. A row that the regulation refuses is a
    fault too; the others are still tried, so that all such rows are found at once.
    """
    count = 0
    with transaction.atomic():
        with _pass(path, plan, skip_known, lambda _rows: advance(0)) as reading:
            news = reading.news()
            while rows := list(islice(news, TOGETHER)):
                count += _stored(rows, reading.reader)
                advance(len(rows))
        if reading.reader.faults:
            transaction.set_rollback(True)
            return 0, _in_order(reading.reader.faults)
        _continue_series(reading.reader)
    return count, []


def mark(path: Path, plan: Map, faults: list[Fault], out: Path | BinaryIO) -> None:
    """Write a copy of the file's sheet in which the faults are marked."""
    with opened(path, plan.sheet, plan.header_row) as sheet:
        write_marked(out, sheet, faults)


class _Pass:
    """One reading of a file: which rows are new, and what there is to say about the others."""

    def __init__(self, sheet, reader: Reader, skip_known: bool, advance: Advance):
        self.sheet, self.reader, self.skip_known = sheet, reader, skip_known
        self.advance = advance
        self.rows = self.same = self.repeated = 0
        self.different: list[Difference] = []
        self.first: dict[str, tuple[int, bytes]] = {}

    def news(self) -> Iterator[tuple[Row, Intake]]:
        """Yield the rows without a fault that are no case yet."""
        remaining = iter(self.sheet.rows)
        while rows := list(islice(remaining, AT_ONCE)):
            self.rows += len(rows)
            once = [(row, one) for row in rows if (one := self._read(row)) is not None]
            stored = _stored_cases(one.number for _row, one in once)
            for row, intake in once:
                case = stored.get(intake.number)
                if case is None:
                    yield row, intake
                else:
                    self._known(row, intake, case)
            self.advance(len(rows))

    def _read(self, row: Row) -> Intake | None:
        """Return the intake of a row, None where it has a fault or its number stood before."""
        intake, number = self.reader.read(row), self.reader.number
        if number is None:
            return intake
        content = blake2b(repr(row.cells).encode(errors="replace"), digest_size=12).digest()
        first, known = self.first.setdefault(number, (row.number, content))
        if first == row.number:
            return intake
        if self.reader.plan.repeated == FIRST or (known == content and self.skip_known):
            self.repeated += 1
        else:
            self.reader.fault(row, "number", "duplicate_number", value=number, row=first)
        return None

    def _known(self, row: Row, intake: Intake, case: Complaint) -> None:
        ours = case.version.regulation_id == intake.version.regulation_id
        if not (self.skip_known and ours):
            self.reader.fault(row, "number", "number_taken", value=intake.number)
            return
        found = differences(row.number, intake, case)
        if found is None:
            self.same += 1
        else:
            self.different.append(found)


@contextmanager
def _pass(path: Path, plan: Map, skip_known: bool, advance: Advance) -> Iterator[_Pass]:
    with opened(path, plan.sheet, plan.header_row) as sheet:
        yield _Pass(sheet, Reader(plan, sheet, clock.now()), skip_known, advance)


def _stored_cases(numbers: Iterator[str | None]) -> Mapping[str, Complaint]:
    cases = Complaint.objects.filter(number__in=list(numbers))
    return {case.number: case for case in cases.select_related("particulars", "version")}


def _stored(rows: list[tuple[Row, Intake]], reader: Reader) -> int:
    """Store some rows as cases; return how many, the others are faults."""
    count = 0
    why = register_history([intake for _row, intake in rows])
    for (row, intake), refused in zip(rows, why, strict=True):
        if refused is None:
            count += 1
        elif isinstance(refused, CalendarGap):
            reader.fault(row, "received_at", "calendar_gap")
        else:
            reasons = [asdict(reason) for reason in refused.reasons]
            reader.fault(row, "", "refused", reasons=reasons, version=intake.version)
    return count


def _continue_series(reader: Reader) -> None:
    if reader.serial:
        newest = reader.versions[-1]
        period = PERIODS[newest.pack.numbering.reset](localdate(reader.now))
        continue_after(newest.regulation, period, reader.serial)


def _try(rows: list[tuple[Row, Intake]], reader: Reader) -> None:
    """Find what the regulation refuses in some rows; nothing of them stays."""
    with transaction.atomic():
        if rows:
            _stored(rows, reader)
        transaction.set_rollback(True)


def _in_order(faults: list[Fault]) -> list[Fault]:
    """Return the faults in the order in which one reads the sheet."""
    return sorted(faults, key=lambda f: (f.row, len(f.column), f.column, f.code))


def _unknown(reader: Reader) -> dict[str, dict[str, int]]:
    names = {header: name for name, header in reader.plan.columns.items()}
    found: dict[str, dict[str, int]] = {}
    for fault in reader.faults:
        if fault.code == "unknown_term" and fault.header in names:
            seen = found.setdefault(names[fault.header], {})
            value = fault.params["value"]
            if value in seen or len(seen) < MOST_TERMS:
                seen[value] = seen.get(value, 0) + 1
    return found
