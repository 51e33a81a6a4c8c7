"""A table that somebody sent, row after row: parsed in a child process with bounded memory and time.

What comes over are plain values in batches, so neither side ever holds the whole file.
"""

import pickle
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import Any

from reports.importing import gate
from reports.importing.gate import Unreadable
from reports.importing.hearing import heard
from reports.importing.tables import Peek, Row, Sheet

HOUSE = Path(__file__).resolve().parents[2]
# Somebody waits for a survey, and so does a whole web process: shorter than the web server's patience.
SURVEY_SECONDS = 15.0


@contextmanager
def opened(path: Path, name: str | None = None, header_row: int = 1) -> Iterator[Sheet]:
    """Yield a sheet of a file, the first where no name is given; its rows can be read once.

    Raises Unreadable for a file that is hostile, damaged, too large or without that sheet, also
    while the rows are read.
    """
    kind = gate.check(path)
    with _child("sheet", kind, path, name or "", header_row) as said:
        sheet = next(said)
        yield Sheet(sheet.name, sheet.head, sheet.header, _rows(said))


def survey(path: Path) -> list[Peek]:
    """Return the beginning of every sheet of a checked file. Raises Unreadable."""
    with _child("survey", gate.check(path), path, seconds=SURVEY_SECONDS) as said:
        return list(said)


def _rows(said: Iterator[Any]) -> Iterator[Row]:
    for batch in said:
        yield from batch


@contextmanager
def _child(task: str, *words: Any, seconds: float | None = None) -> Iterator[Iterator[Any]]:
    """Yield what a child says of a file; one that takes longer than `seconds` is ended."""
    command = [sys.executable, "-m", "reports.importing.child", task, *map(str, words)]
    child = subprocess.Popen(
        command,
        cwd=HOUSE,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    limit = Timer(seconds, child.kill) if seconds else None
    try:
        if limit:
            limit.start()
        yield _said(child)
    finally:
        if limit:
            limit.cancel()
        child.kill()
        child.stdout.close()
        child.wait()


def _said(child: subprocess.Popen) -> Iterator[Any]:
    """Yield what the child says until it says that it is done; a child that died was too heavy."""
    while True:
        try:
            said = heard(child.stdout)
        except (EOFError, pickle.UnpicklingError):
            raise Unreadable("too_heavy") from None
        if said is None:
            return
        if isinstance(said, Unreadable):
            raise said
        yield said
