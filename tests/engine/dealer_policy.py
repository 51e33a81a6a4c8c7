"""Complaints under 经销商制度: of Monday 9 March 2026, graded by hand."""

from tests.engine.cases import event, history

CODE = "dealer-policy"
NOW = "03-12 12:00"
GRADED = event("03-09 09:00 graded", grade="一般", reason="客户关系经理判定")
MAJOR = event("03-09 09:00 graded", grade="重大", reason="客户关系经理判定")
UNGRADED = event("03-09 09:00 transferred")
ASSIGNED = event("03-09 11:00 assigned", department="售后部")
PLAN = event("03-10 10:00 plan_submitted")
APPROVED = event("03-10 15:00 plan_approved", by="总经理")


def complaint(*more, grade=GRADED, **facts):
    return history("03-09 09:00 received", "03-09 09:00 registered", grade, *more, **facts)
