"""Complaints of the 4S店, for the tests of that regulation."""

from tests.engine import asking
from tests.engine.cases import event, history

CODE = "auto-4s"
HANDOVER, DISPATCH = "handover", "sheet-to-manager"
TO_OWNER = {"to": "客户部"}
ON_SITE = {"category": "维修", "tags": ["A4S-06"], "receiving_department": "维修部"}


def judged(told, now, **chosen):
    return asking.judged(CODE, told, now, **chosen)


def received(when, *more, **facts):
    """Return a case that came in at a moment, not urgent unless the facts say so."""
    return history(f"{when} received", *more, **{"urgency": "一般", **facts})


def passed_on(*more, **facts):
    """Return a case of Tuesday 10 March, handed over at 09:10 and registered at 09:15."""
    return received(
        "03-10 09:00",
        event("03-10 09:10 transferred", **TO_OWNER),
        "03-10 09:15 registered",
        *more,
        **facts,
    )
