"""A case of 大理文旅 that becomes late, and the ledger that follows from it."""

from datetime import datetime
from decimal import Decimal

from complaints import pipeline
from complaints.lifecycle import Kind
from complaints.models import Complaint
from penalties.items import Item, items_of
from penalties.models import Entry
from tests.clock import Clock
from tests.engine.cases import at
from tests.loop import GROUP_OF_THREE, Loop

ONE = {
    "category": "物业服务",
    "channel": "电话",
    "customer_kind": "业主",
    "receiving_department": "客户服务部",
    "project": "实力北岸",
}


def stand(text: str) -> datetime:
    """Let the database's clock stand at a moment of 2026 written as `03-02 09:00`."""
    return Clock().set(at(text))


def prepared(loop: Loop, received: datetime | None = None) -> Complaint:
    """Return a 物业类 case in time as far as it is, by default of Monday 2 March 09:00.

    It is due at the end of the third day after.
    """
    Clock().set(received or at("03-02 09:00"))
    case = loop.register(ONE)
    loop.do(case, Kind.TRANSFERRED, "zhoumin", {"to": "部门负责人"})
    loop.assign(case)
    loop.accept(case)
    loop.do(case, Kind.DEPARTMENT_RESPONDED, "zhaogang")
    loop.do(case, Kind.INVESTIGATED, "zhaogang", {"conclusion": "属实"}, findings="核实")
    loop.do(case, Kind.PLAN_SUBMITTED, "zhaogang", {"option": "进行更换"}, measures="更换主板")
    loop.do(case, Kind.PLAN_APPROVED, "duanhongwei")
    return loop.do(case, Kind.CUSTOMER_TALKED, "zhoumin", {"opinion": "接受"})


def sweep(case: Complaint, moment: str) -> None:
    stand(moment)
    pipeline.sweep(case.pk)


def late(loop: Loop, days: int) -> Complaint:
    """Return a prepared case that is so many days late at noon."""
    case = prepared(loop)
    sweep(case, f"03-{5 + days:02d} 12:00")
    return case


def entries(case: Complaint) -> list[Entry]:
    return list(Entry.objects.filter(case=case).order_by("seq"))


def items(case: Complaint) -> list[Item]:
    return items_of(entries(case))


def total(case: Complaint) -> Decimal:
    return sum((item.balance for item in items(case)), Decimal(0))


def offence(loop: Loop, case: Complaint, source: str, by="zhoumin", **data) -> Item:
    """Record an offence against the 物业公司; return its newest item."""
    place = loop.department("物业公司").pk
    data = {"source": source, "department_id": place} | data
    loop.do(case, Kind.OFFENCE, by, data, evidence="通话录音")
    return items(case)[-1]


def followed(loop: Loop, score: int) -> Complaint:
    """Return a case of the 物业公司 that a customer has answered with one score on all of Q3 to Q5."""
    stand("03-02 09:00")
    case = loop.to("feedback", GROUP_OF_THREE)
    loop.do(case, Kind.CUSTOMER_INFORMED, "zhoumin", note="已告知")
    loop.do(case, Kind.CONFIRMED, "zhoumin", {"by": "customer", "form": "written"})
    answers = {"Q1": True, "Q2": True, "Q3": score, "Q4": score, "Q5": score}
    loop.do(case, Kind.FOLLOWED_UP, "zhoumin", {"satisfaction": "满意", "scores": answers})
    return case
