"""A year of late cases of one department, as molds for many, and what their proposals add up to."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db.models import Sum

from complaints.models import Complaint
from penalties import procedure
from penalties.models import Entry
from tests.clock import Clock
from tests.engine.cases import at
from tests.loop import Loop
from tests.penalties.house import items, offence, prepared

OWNER = "linxiaoyun"
# The first Monday of each month of 2026, but for holidays the Monday after.
MONDAYS = [
    "01-12",
    "02-02",
    "03-02",
    "04-13",
    "05-11",
    "06-01",
    "07-06",
    "08-03",
    "09-07",
    "10-12",
    "11-02",
    "12-07",
]


def year(loop: Loop) -> list[Complaint]:
    """Return cases of every month: late by 3, 10 and 16 days, one objected to, one in time."""
    return [case for monday in MONDAYS for case in month(loop, at(f"{monday} 09:00"))]


def month(loop: Loop, monday: datetime) -> Iterator[Complaint]:
    for days in (3, 10, 16, 0):
        case = prepared(loop, monday)
        Clock().set(monday + timedelta(days=3 + days, hours=3))
        loop.do(case, "noted", "zhoumin", note="催办")
        if days == 3:
            _object(loop, case)
        if days == 16:
            offence(loop, case, "DALI-32")
        case.refresh_from_db()
        yield case


def _object(loop: Loop, case: Complaint) -> None:
    for item in items(case):
        procedure.confirm(item.root.pk, actor=loop.actor(OWNER))
    first, second, _third = items(case)[:3]
    for item in (first, second):
        procedure.appeal(item.root.pk, actor=loop.actor("zhaogang"), reason="设备待件")
    judge = loop.actor("chenglixin")
    procedure.review(first.root.pk, actor=judge, amount=Decimal("33.33"), reason="部分属实")
    procedure.review(second.root.pk, actor=judge, amount=Decimal(0), reason="属实")


def proposed() -> Decimal:
    """Add up in SQL what all proposals ask for; none of them is reversed."""
    return Entry.objects.items().aggregate(sum=Sum("amount"))["sum"]


def verified(capsys) -> tuple[list[str], list[str]]:
    """Verify everything; return the lines of the answer and of the progress."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        call_command("verify")
    told = capsys.readouterr()
    assert ended.value.code == 0
    return told.out.splitlines(), told.err.splitlines()
