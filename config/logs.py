"""Lines of the log without a person's values: what an exception says may hold them, where it came from does not.

PostgreSQL tells the row that it refuses, Python the text that is no number. So the log has the kind of
an exception, its SQLSTATE and constraint, and the lines of code; never local variables, and its words
only where the house's own machines are the matter.
"""

import logging
import traceback

from django.db import InterfaceError, OperationalError

# Their words are of servers, sockets and files with names of our own making.
OF_MACHINES = (OperationalError, InterfaceError, ConnectionError, TimeoutError, FileNotFoundError)
# Celery puts an exception's words into the message of its own line.
OF_TASKS = "celery.app.trace"


class Line(logging.Formatter):
    """A formatter that leaves out what exceptions say."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; a task that failed is told by its name and id."""
        if record.name == OF_TASKS and record.exc_info and isinstance(record.args, dict):
            told = f"task {record.args.get('name')}[{record.args.get('id')}] failed"
            record = logging.makeLogRecord(record.__dict__ | {"msg": told, "args": ()})
        return super().format(record)

    def formatException(self, ei) -> str:
        """Return where an exception and those behind it came from, without what they say."""
        lines = []
        problem = ei[1]
        while problem is not None:
            frames = "".join(traceback.format_tb(problem.__traceback__)).rstrip()
            lines.append(f"Traceback (most recent call last):\n{frames}\n{_named(problem)}")
            behind = None if problem.__suppress_context__ else problem.__context__
            problem = problem.__cause__ or behind
        return "\n\nbehind it:\n\n".join(lines)


def _named(problem: BaseException) -> str:
    kind = f"{type(problem).__module__}.{type(problem).__qualname__}"
    if isinstance(problem, OF_MACHINES):
        return f"{kind}: {problem}"
    told = getattr(problem, "diag", None)
    parts = (getattr(problem, "sqlstate", None), getattr(told, "constraint_name", None))
    return " ".join(filter(None, (kind, *parts)))
