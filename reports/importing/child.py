"""The process that parses a file somebody sent: bounded, without the project's settings or rights.

    python -m reports.importing.child sheet KIND PATH NAME HEADER_ROW
    python -m reports.importing.child survey KIND PATH

Pickled values go to standard output: the sheet without its rows, then batches of rows; or one
`Peek` for each sheet. None says that all is said, an Unreadable that the file is refused.
"""

import pickle
import sys
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

from reports.importing.gate import Unreadable
from reports.importing.tables import Sheet, peeks, sheet_of

MEMORY_BYTES = 2**30
SECONDS = {"sheet": 300, "survey": 20}
BATCH = 200


def main(task: str, *words: str) -> None:
    _limit(SECONDS[task])
    said = _sheet(*words) if task == "sheet" else peeks(words[0], Path(words[1]))
    try:
        for one in said:
            _say(one)
    except Unreadable as refused:
        _say(refused)
    except MemoryError:
        _say(Unreadable("too_heavy"))
    else:
        _say(None)


def _sheet(kind: str, path: str, name: str, header_row: str) -> Iterator[Any]:
    sheet = sheet_of(kind, Path(path), name or None, int(header_row))
    yield Sheet(sheet.name, sheet.head, sheet.header, ())
    rows = iter(sheet.rows)
    while batch := list(islice(rows, BATCH)):
        yield batch


def _say(what: Any) -> None:
    pickle.dump(what, sys.stdout.buffer, protocol=5)
    sys.stdout.buffer.flush()


def _limit(seconds: int) -> None:
    """Bound this process's memory and processor time, where the system can."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


if __name__ == "__main__":
    main(*sys.argv[1:])
