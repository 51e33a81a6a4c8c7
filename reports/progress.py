"""A bar in the terminal while rows go by; silence where nobody is looking."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


@contextmanager
def progress(stdout, label: str, total: int) -> Iterator[Callable[..., None]]:
    """Yield a function to call with how many of `total` rows are done, 1 by default; `stdout` is the command's own."""
    if not stdout.isatty():
        yield lambda count=1: None
        return
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(file=stdout._out),
    )
    with bar:
        task = bar.add_task(label, total=total)
        yield lambda count=1: bar.advance(task, count)
