"""The whole system on servers of its own, so that any part of it can be killed and started again."""

import os
import socket
import subprocess
import sys
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path
from signal import SIGQUIT
from typing import Any

import psutil
import psycopg

from demo import children, postgres, redis
from demo.folder import Folder
from demo.run import MANAGE, ROOT_IS_FINE_HERE
from demo.servers import PROJECT, Servers
from tests.waiting import until

PARTS = ("postgres", "redis", "web", "worker", "beat")
START_SECONDS = 90


class Stand:
    """PostgreSQL, Redis, web, worker and beat in one folder; `address` is (host, port)."""

    def __init__(self, root: Path):
        self.folder = Folder.at(root)
        self.folder.prepare()
        self.servers: dict[str, subprocess.Popen] = {}
        self.programs: dict[str, subprocess.Popen] = {}
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(128)
        self.address = self.listener.getsockname()
        self.environment = {
            **os.environ,
            **Servers(self.folder, None).environment(),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "STATIC_ROOT": str(self.folder.root / "static"),
        }

    def start(self) -> None:
        """Start everything on a migrated database with the demo's people."""
        self.begin("postgres")
        self.begin("redis")
        self.manage("migrate", "--noinput", "--verbosity", "0")
        self.manage("collectstatic", "--noinput", "--verbosity", "0")
        self.manage("seed", "--people", "--logins", str(self.folder.root / "logins.json"))
        for part in ("web", "worker", "beat"):
            self.begin(part)
        self.await_answer()

    def manage(self, *words: str) -> str:
        """Run a command of `manage.py`; return what it said, fail with it where it failed."""
        done = subprocess.run(
            (*MANAGE, *words), env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def asked(self, query: str) -> Any:
        """Return the one value that a query finds in the database."""
        with psycopg.connect(self.environment["DATABASE_URL"]) as connection:
            return connection.execute(query).fetchone()[0]

    def begin(self, part: str) -> None:
        """Start a part that is down."""
        if part == "postgres":
            self.servers[part] = postgres.start(self.folder)
        elif part == "redis":
            self.servers[part] = redis.start(self.folder)
        else:
            with (self.folder.root / f"{part}.log").open("ab") as log:
                self.programs[part] = subprocess.Popen(
                    self._command(part),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd=PROJECT,
                    env=self._rights(),
                    pass_fds=[self.listener.fileno()] if part == "web" else [],
                    preexec_fn=children.bound(SIGQUIT),
                    start_new_session=True,
                )

    def kill(self, part: str) -> None:
        """Kill a part with everything that it started (SIGKILL)."""
        if program := self.programs.pop(part, None):
            children.kill_group(program.pid)
            program.wait()
            return
        server = self.servers.pop(part)
        own = psutil.Process(server.pid)
        for process in [own, *own.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        server.wait()

    def await_answer(self) -> None:
        """Wait until the site answers with everything in its place."""
        try:
            until(lambda: self.get("/healthz") == 200, START_SECONDS)
        except AssertionError as silence:
            logs = (path.read_text(errors="replace") for path in self.folder.root.glob("*.log"))
            raise AssertionError("\n".join(log[-1500:] for log in logs)) from silence

    def get(self, path: str) -> int | None:
        """Return the status of a page, None where nobody answers."""
        connection = HTTPConnection(*self.address, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except OSError:
            return None
        finally:
            connection.close()

    def end(self) -> None:
        """Stop what is left."""
        for part in (*list(self.programs), *list(self.servers)):
            self.kill(part)
        self.listener.close()

    def _rights(self) -> dict[str, str]:
        return {k: v for k, v in self.environment.items() if k != "DATABASE_OWNER_URL"}

    def _command(self, part: str) -> tuple[str, ...]:
        celery = (sys.executable, "-W", ROOT_IS_FINE_HERE, "-m", "celery", "-q", "-A", "config")
        worker = (*celery, "worker", "--pool", "threads", "--concurrency", "2", "-l", "ERROR")
        return {
            "web": (
                *(sys.executable, "-m", "gunicorn", "config.wsgi", "--workers", "2"),
                *("--bind", f"fd://{self.listener.fileno()}", "--log-level", "critical"),
            ),
            "worker": (*worker, "--without-gossip", "--without-mingle"),
            "beat": (*celery, "beat", "-l", "ERROR"),
        }[part]
