"""The supervisor behind `manage.py demo`: one loop over programs, signals and their output."""

import contextlib
import selectors
import signal
import socket
import time
from collections.abc import Callable, Mapping, Sequence

from django.utils.translation import gettext as _

from demo.programs import Program
from demo.refusal import Refused
from demo.servers import Servers

TICK_SECONDS = 1.0
STOP_SECONDS = 10
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):
    """A person or the system asked for the end."""


class Supervisor:
    """Runs programs beside the embedded servers; leaving the `with` block ends every one."""

    def __init__(self, say: Callable[[str, str], None]):
        self.say = say
        self.servers: Servers | None = None
        self.programs: list[Program] = []
        self.asked = False
        self._selector = selectors.DefaultSelector()
        self._bell, self._ringer = socket.socketpair()

    def __enter__(self) -> "Supervisor":
        for end in (self._bell, self._ringer):
            end.setblocking(False)
        self._selector.register(self._bell, selectors.EVENT_READ)
        signal.set_wakeup_fd(self._ringer.fileno(), warn_on_full_buffer=False)
        self._before = {number: signal.signal(number, self._ask) for number in SIGNALS}
        return self

    def __exit__(self, *_exception: object) -> None:
        try:
            self._stop()
        finally:
            signal.set_wakeup_fd(-1)
            for number, handler in self._before.items():
                signal.signal(number, handler)
            for item in (self._selector, self._bell, self._ringer):
                item.close()

    def launch(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], **options
    ) -> Program:
        """Start a program whose output goes to the terminal under its name."""
        self.check()
        program = Program.launch(name, command, environment, **options)
        self._selector.register(program.process.stdout, selectors.EVENT_READ, program)
        self.programs.append(program)
        return program

    def finish(self, program: Program) -> None:
        """Wait for a program that is to end by itself; refuse to go on when it failed."""
        while program.running():
            self.turn()
        self.check()
        self._read(program)
        self._forget(program)
        program.end()
        self.programs.remove(program)

    def await_answer(self, address: tuple[str, int], path: str, seconds: float) -> int:
        """Return the status with which the web server answers a first request."""
        end = time.monotonic() + seconds
        with socket.create_connection(address) as client:
            host = ":".join(map(str, address))
            client.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            client.setblocking(False)
            self._selector.register(client, selectors.EVENT_READ)
            try:
                while time.monotonic() < end:
                    self.turn()
                    with contextlib.suppress(BlockingIOError):
                        return int(client.recv(64).split()[1:2][0])
            except (IndexError, ValueError, ConnectionError):
                return 0
            finally:
                self._selector.unregister(client)
        return 0

    def watch(self) -> None:
        """Go on until a signal comes (Stopped) or a part has died (Refused)."""
        while True:
            self.turn()

    def turn(self) -> None:
        """Pass on what has been said, then see whether everything still runs."""
        self._pass_on(TICK_SECONDS)
        self.check()

    def check(self) -> None:
        """Raise Stopped when asked to stop, Refused when a part is gone."""
        if self.asked:
            raise Stopped
        for program in self.programs:
            if program.died():
                self._read(program)
                raise Refused(
                    _("“%(name)s”意外退出（状态 %(status)s），演示已停止。"),
                    name=program.name,
                    status=program.process.returncode,
                )
        if self.servers and not self.servers.running():
            raise Refused(
                _("内置数据库或 Redis 意外退出，演示已停止。日志在 %(folder)s。"),
                folder=self.servers.folder.root,
            )

    def _ask(self, number: int, _frame: object) -> None:
        self.asked = True

    def _pass_on(self, seconds: float) -> None:
        for key, _events in self._selector.select(seconds):
            if key.fileobj is self._bell:
                with contextlib.suppress(BlockingIOError):
                    self._bell.recv(4096)
            elif isinstance(key.data, Program):
                self._read(key.data)

    def _read(self, program: Program) -> None:
        for line in program.lines():
            self.say(program.name, line)
        if program.closed:
            self._forget(program)

    def _forget(self, program: Program) -> None:
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(program.process.stdout)

    def _stop(self) -> None:
        """Ask all programs to stop, kill those that take too long, let go of the servers."""
        self.asked = False  # a second signal ends the patience
        for program in self.programs:
            program.ask_to_stop()
        end = time.monotonic() + STOP_SECONDS
        while any(one.running() for one in self.programs) and time.monotonic() < end:
            self._pass_on(0.1)
            if self.asked:
                break
        for program in list(self.programs):
            self._forget(program)
            program.end()
        self.programs.clear()
        if self.servers:
            self.servers.release()
