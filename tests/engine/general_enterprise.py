"""A complaint of 通用企业 on its whole way, for the tests of that regulation."""

from tests.engine import asking
from tests.engine.cases import event, history

CODE = "general-enterprise"
ORDINARY = {
    "category": "产品质量缺陷",
    "amount": "1200.00",
    "complainants": 1,
    "spread": False,
    "routine_solvable": True,
    "legal": "none",
    "authority": False,
    "business_affected": False,
}
# Tuesday 10 March 2026; 受理 is 09:00. Each step keeps its figure.
COURSE = {
    "assigned": event("03-10 09:30 assigned", department="品控部"),
    "accepted": event("03-10 09:50 accepted", handler="1"),
    "investigated": event("03-10 12:00 investigated", conclusion="属实"),
    "plan_submitted": event("03-10 14:00 plan_submitted"),
    "plan_approved": event("03-10 15:00 plan_approved", by="部门负责人"),
    "customer_talked": event("03-10 18:00 customer_talked", opinion="接受"),
    "executed": event("03-11 08:00 executed"),
    "result_returned": event("03-11 08:30 result_returned"),
    "followed_up": event("03-11 10:00 followed_up", satisfaction="满意"),
}


def complaint(*more, **facts):
    """Return an ordinary case received at 08:40 and accepted (受理) at 09:00."""
    told = ("03-10 08:40 received", "03-10 09:00 registered", *more)
    return history(*told, **{**ORDINARY, **facts})


def judged(told, now, **chosen):
    return asking.judged(CODE, told, now, **chosen)
