"""A process that dies at a named point of its work: `python -m tests.faults.dying POINT WORK`.

POINT is `module:name:before|after:N`: the Nth call of that function is the last thing it does
(SIGKILL). It is told apart from a crash of its own by the signal that it ends with.
"""

import os
import signal
import sys
from functools import wraps

import django
from django.utils.module_loading import import_string


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

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    die_at(sys.argv[1])
    WORK[sys.argv[2]]()
