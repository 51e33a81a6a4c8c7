"""Processes that die at a named point of their work: `python -m tests.faults.dying`.

A point is `module:name:before|after:N`: the Nth call of that function is the last thing a process
does (SIGKILL). It is told apart from a crash of its own by the signal that it ends with.

A server that has everything imported and no connection open reads one line for each that is to
die, and forks it: each has a memory, connections and settings of its own.
"""

import atexit
import json
import os
import signal
import subprocess
import sys
import tempfile
import traceback
from functools import cache, wraps
from pathlib import Path

import django
from django.utils.module_loading import import_string

ROOT = Path(__file__).resolve().parents[2]
# What a test sets for itself, and the process has to be told.
TOLD = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "ANCHOR_FOLDER", "MEDIA_ROOT")


class Server:
    """The parent of those that die."""

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.dying"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"},
            text=True,
        )
        atexit.register(self.process.kill)

    def die(self, point: str, work: str, environment: dict[str, str]) -> tuple[int, str]:
        """Let a process die; return its exit status, negative for a signal, and what it said."""
        known = {name: os.environ[name] for name in TOLD if name in os.environ}
        order = {"point": point, "work": work, "environment": known | environment}
        self.process.stdin.write(f"{json.dumps(order)}\n")
        self.process.stdin.flush()
        status, said = json.loads(self.process.stdout.readline())
        return status, said


@cache
def server() -> Server:
    """Return this process's server; it ends with the process."""
    return Server()


def die_at(point: str) -> None:
    """Replace a function by one that kills this process before or after its Nth call."""
    module, name, when, nth = point.split(":")
    holder = import_string(module) if "." in name else __import__(module, fromlist=["_"])
    *path, last = name.split(".")
    for part in path:
        holder = getattr(holder, part)
    real, calls = getattr(holder, last), []

    @wraps(real)
    def dying(*given, **named):
        calls.append(1)
        if len(calls) == int(nth) and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        found = real(*given, **named)
        if len(calls) == int(nth):
            os.kill(os.getpid(), signal.SIGKILL)
        return found

    setattr(holder, last, dying)


def register() -> None:
    from tests.loop import Loop

    Loop.new().register()


def note() -> None:
    from complaints.models import Complaint
    from tests.loop import Loop

    Loop.new().do(Complaint.objects.latest("pk"), "noted", "zhoumin", note="已电话联系")


def sweep() -> None:
    from sla import tasks

    tasks.sweep()


def deliver() -> None:
    from notices import tasks

    tasks.deliver()


def import_history() -> None:
    from django.core.management import call_command

    call_command("import_ledger", os.environ["LEDGER"], map=os.environ["LEDGER_MAP"])


def attach() -> None:
    from complaints import pipeline
    from complaints.attachments import keeping
    from complaints.models import Complaint
    from complaints.pipeline import Act
    from tests.complaints import files
    from tests.loop import Loop

    case, actor = Complaint.objects.latest("pk"), Loop.new().actor("zhoumin")
    with keeping.kept([keeping.check(files.sent("现场.jpg", files.photo()))]) as new:
        pipeline.act(case.pk, [Act("attached", files=new)], actor=actor)


def sample() -> None:
    from django.core.management import call_command

    call_command("sample", regulation="dali-tourism", quarter="2026Q1", seed=7)


WORK = {
    "sample": sample,
    "attach": attach,
    "register": register,
    "note": note,
    "sweep": sweep,
    "deliver": deliver,
    "import": import_history,
}


def obey(order: dict) -> tuple[int, str]:
    """Fork a process that does the work and dies; return its exit status and what it said."""
    with tempfile.TemporaryFile("w+") as said:
        child = os.fork()
        if not child:
            os.dup2(said.fileno(), sys.stdout.fileno())
            os.dup2(said.fileno(), sys.stderr.fileno())
            do(order)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        said.seek(0)
        return status, said.read()


def do(order: dict) -> None:
    """Do the work in the place that the test has named, up to the point; never return."""
    status = 1
    try:
        os.environ.update(order["environment"])
        move()
        die_at(order["point"])
        WORK[order["work"]]()
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def move() -> None:
    """Read the settings anew that name databases and folders; nothing has been opened yet."""
    from django.conf import settings
    from django.db import connections

    from config import environment

    connections["default"].settings_dict.update(environment.database(os.environ["DATABASE_URL"]))
    attachments = settings.STORAGES["attachments"]
    folder = Path(os.environ["MEDIA_ROOT"]) / "attachments"
    settings.STORAGES["attachments"] = attachments | {"OPTIONS": {"location": folder}}


if __name__ == "__main__":
    django.setup()
    __import__("config.urls")
    for line in sys.stdin:
        sys.stdout.write(f"{json.dumps(obey(json.loads(line)))}\n")
        sys.stdout.flush()
