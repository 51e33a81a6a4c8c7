"""Complaints of 营销部 and 品管部, for the tests of that regulation."""

from tests.engine import asking
from tests.engine.cases import event, history

CODE = "qe-manufacturing"
ORDINARY = {"grade": "一般投诉", "reason": "1"}
MAJOR = {"grade": "重大投诉", "reason": "1"}


def judged(told, now, **chosen):
    return asking.judged(CODE, told, now, **chosen)


def signed(when, *more, **graded):
    """Return a case whose sheet 品管部 signed at a moment, received at 00:10 that day."""
    day = when.split()[0]
    grading = [event(f"{day} 00:20 graded", **graded)] if graded else []
    return history(
        f"{day} 00:10 received",
        f"{day} 00:10 registered",
        *grading,
        f"{day} 00:30 sheet_issued",
        event(f"{when} accepted", handler="1"),
        *more,
    )
