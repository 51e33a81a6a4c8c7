"""The demo's one terminal: every line with the name of who said it; silent once it is closed."""

import contextlib
import os
import sys
from collections.abc import Iterable
from unicodedata import east_asian_width

COLOURS = {"web": 36, "worker": 35, "beat": 33, "migrate": 34, "static": 34, "seed": 34}
NAME_WIDTH = 7


class Terminal:
    """Writes lines; colours only where somebody looks."""

    def __init__(self):
        with contextlib.suppress(AttributeError):
            sys.stdout.reconfigure(errors="replace", line_buffering=True)
        self.coloured = sys.stdout.isatty() and "NO_COLOR" not in os.environ

    def say(self, name: str, line: str) -> None:
        """Write one line of a program's output."""
        label = f"{name:<{NAME_WIDTH}} |"
        if self.coloured:
            label = f"\x1b[{COLOURS.get(name, 37)}m{label}\x1b[0m"
        self.write(f"{label} {line}")

    def write(self, line: str = "") -> None:
        try:
            print(line, flush=True)  # noqa: T201 - this is the terminal
        except (OSError, ValueError):
            # Nobody reads any more; what follows, and Python's own last flush, goes nowhere.
            sys.stdout = open(os.devnull, "w")  # noqa: SIM115

    def table(self, rows: Iterable[Iterable[str]]) -> None:
        """Write rows in columns; a Chinese character takes two places."""
        rows = [[str(cell) for cell in row] for row in rows]
        widths = [max(map(_places, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = (
                cell + " " * (width - _places(cell))
                for cell, width in zip(row, widths, strict=True)
            )
            self.write("  " + "  ".join(cells).rstrip())


def _places(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
