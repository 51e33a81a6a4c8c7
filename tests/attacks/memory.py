"""How much memory the web server's processes hold while something is done to it."""

from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

import psutil

EACH_SECONDS = 0.05


class Memory:
    """Watches a process and all it starts: `worker` and `child` are peaks of single processes.

    A worker is the process itself or one that it started; a child is one further down, as the one
    that parses a workbook. `together` is the most that all held at one moment; shared pages count
    for each. All in bytes.
    """

    def __init__(self, pid: int):
        self.top = psutil.Process(pid)
        self.worker = self.child = self.together = 0
        self._over = Event()
        self._thread = Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Memory":
        for process in self._all():
            # "5" lets the kernel begin its count of the peak anew.
            with suppress(OSError):
                Path(f"/proc/{process.pid}/clear_refs").write_text("5")
        self._thread.start()
        return self

    def __exit__(self, *trouble) -> None:
        self._over.set()
        self._thread.join()

    def _all(self) -> list[psutil.Process]:
        return [self.top, *self.top.children(recursive=True)]

    def _watch(self) -> None:
        while not self._over.wait(EACH_SECONDS):
            now = 0
            for process in self._all():
                with suppress(psutil.NoSuchProcess, OSError):
                    near = self.top.pid in (process.pid, process.ppid())
                    now += process.memory_info().rss
                    self._note(near, _peak(process.pid))
            self.together = max(self.together, now)

    def _note(self, near: bool, peak: int) -> None:
        if near:
            self.worker = max(self.worker, peak)
        else:
            self.child = max(self.child, peak)


def _peak(pid: int) -> int:
    """Return the most memory that a process has held since its count began, in bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0
