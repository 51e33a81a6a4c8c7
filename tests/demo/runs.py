"""Starting the real `manage.py demo` and seeing what it says and leaves behind."""

import os
import queue
import re
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread

import psutil

MANAGE = Path(__file__).resolve().parents[2] / "manage.py"
START_SECONDS = 240  # patience with a busy machine
STOP_SECONDS = 30
ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/")
SERVERS = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "MEDIA_ROOT")


class Demo:
    """A running demo: its process, its lines, its address once it is up."""

    def __init__(self, folder: Path, *options: str):
        environment = {key: os.environ[key] for key in os.environ if key not in SERVERS}
        command = [sys.executable, str(MANAGE), "demo", "--data", str(folder), "--port", "0"]
        self.process = subprocess.Popen(
            [*command, *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
            text=True,
            encoding="utf-8",
        )
        self.said: list[str] = []
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))

    def await_line(self, pattern: re.Pattern[str]) -> re.Match[str]:
        """Return the first match in what the demo says; fail with all of it after a while."""
        end = time.monotonic() + START_SECONDS
        while (left := end - time.monotonic()) > 0:
            try:
                self.said.append(self._lines.get(timeout=min(left, 0.5)))
            except queue.Empty:
                if self.process.poll() is not None:
                    break
                continue
            if match := pattern.search(self.said[-1]):
                return match
        raise AssertionError("\n".join(self.said))

    def await_address(self) -> str:
        return self.await_line(ADDRESS).group(0).rstrip("/")

    def so_far(self) -> list[str]:
        """Return everything that the demo has said until now."""
        self.said += [self._lines.get() for _ in range(self._lines.qsize())]
        return self.said

    def rest(self) -> list[str]:
        """Return what an ended demo has said that nobody has waited for."""
        self._reader.join(STOP_SECONDS)
        return [self._lines.get() for _ in range(self._lines.qsize())]

    def family(self) -> list[psutil.Process]:
        """Return the demo's process with all that come from it."""
        own = psutil.Process(self.process.pid)
        return [own, *own.children(recursive=True)]

    def end(self) -> None:
        """Make sure that a failed test leaves nothing running."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(STOP_SECONDS)


def survivors(family: list[psutil.Process]) -> list[psutil.Process]:
    """Return those that still run after a bounded wait; a zombie runs no more."""
    _gone, alive = psutil.wait_procs(
        [one for one in family if not _zombie(one)], timeout=STOP_SECONDS
    )
    return [one for one in alive if not _zombie(one)]


def _zombie(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def refusal(folder: Path, *options: str) -> tuple[int, str]:
    """Return exit status and words of a demo that cannot start."""
    demo = Demo(folder, *options)
    try:
        demo.process.wait(START_SECONDS)
    finally:
        demo.end()
    return demo.process.returncode, "\n".join(demo.rest())
