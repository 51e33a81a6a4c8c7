"""What the child process says, heard without trusting it: a hostile file may have taken it over.

Pickle can name any function to be called while it is read; here only our own kinds of values are known.
"""

import pickle
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import IO, Any

from reports.importing import gate, tables

KNOWN = {
    (kind.__module__, kind.__qualname__): kind
    for kind in (
        *(date, datetime, time, timedelta, Decimal),
        *(tables.Cell, tables.Row, tables.Sheet, tables.Peek, gate._unreadable),
    )
}


class Hearing(pickle.Unpickler):
    """Reads one value after the other. Raises UnpicklingError where it names anything else."""

    def find_class(self, module: str, name: str) -> Any:
        try:
            return KNOWN[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name}") from None


def heard(stream: IO[bytes]) -> Any:
    """Return the next value of a stream. Raises EOFError at its end, UnpicklingError for no value."""
    try:
        return Hearing(stream).load()
    except (EOFError, pickle.UnpicklingError):
        raise
    except Exception as problem:  # what is no pickle may fail in any way
        raise pickle.UnpicklingError from problem
