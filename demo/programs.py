"""Child programs of the demo: started in sessions of their own, their lines passed on."""

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from demo import children
from demo.servers import PROJECT

CHUNK = 64 * 1024


@dataclass
class Program:
    """One running child and what it has said of its last, unfinished line."""

    name: str
    process: subprocess.Popen
    lasting: bool = False
    rest: bytes = b""
    closed: bool = False

    @classmethod
    def launch(
        cls,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        lasting: bool = False,
        on_death: signal.Signals = signal.SIGKILL,
        files: Sequence[int] = (),
    ) -> "Program":
        """Start a command; the kernel sends it `on_death` should this process be killed."""
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=PROJECT,
            env=dict(environment),
            pass_fds=tuple(files),
            preexec_fn=children.bound(on_death),
            start_new_session=True,
        )
        os.set_blocking(process.stdout.fileno(), False)
        return cls(name, process, lasting)

    def lines(self) -> Iterator[str]:
        """Yield the whole lines that can be read now; at the end also the unfinished one."""
        while not self.closed:
            try:
                read = os.read(self.process.stdout.fileno(), CHUNK)
            except BlockingIOError:
                return
            self.closed = not read
            *whole, self.rest = (self.rest + read + (b"\n" if self.closed else b"")).split(b"\n")
            for line in whole:
                if line or not self.closed:
                    yield line.decode("utf-8", "replace").rstrip("\r")

    def running(self) -> bool:
        return self.process.poll() is None

    def died(self) -> bool:
        """Tell whether it ended though it was to last, or failed though it was to end."""
        status = self.process.poll()
        return status is not None and (self.lasting or status != 0)

    def ask_to_stop(self) -> None:
        if self.running():
            self.process.terminate()

    def end(self) -> None:
        """Kill what is left of the program and of its own children."""
        children.kill_group(self.process.pid)
        self.process.wait()
        self.process.stdout.close()
