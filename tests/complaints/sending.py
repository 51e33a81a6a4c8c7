"""Sending the site's forms as a browser does: signed-in clients and what they fill in."""

from dataclasses import dataclass
from uuid import uuid4

from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate, localtime

from complaints.models import Complaint
from records import clock
from tests.loop import Loop

SCORES = {"Q1": "yes", "Q2": "yes", "Q3": "9", "Q4": "9", "Q5": "9"}


def signed_in(user) -> Client:
    """Return a client in which somebody has signed in; a server error is an answer, not a raise."""
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def registration(loop: Loop, **changes) -> dict:
    """Return the filled-in form of a 大理文旅 complaint by three neighbours (重大投诉)."""
    return {
        "key": str(uuid4()),
        "regulation": loop.versions["dali-tourism"].regulation_id,
        "received_at": f"{localtime(clock.now()):%Y-%m-%dT%H:%M}",
        "channel": "电话",
        "receiving_department": "客户服务部",
        "customer_kind": "业主",
        "customer_name": "李建国",
        "room": "3-2-501",
        "phone": "13000000001",
        "project": "实力北岸",
        "subject": "小区门禁长期失灵",
        "description": "三户业主反映单元门禁失灵两周。",
        "demand": "修复门禁",
        "category": "物业服务",
        "complainants": "3",
    } | changes


def fields(loop: Loop, kind: str) -> dict:
    """Return what a person fills in for an act."""
    today = f"{localdate(clock.now())}"
    return {
        "assigned": {"department_id": loop.department("物业公司").pk},
        "subtask_given": {"department_id": loop.department("客户服务部").pk},
        "judged": {"valid": "yes", "judging_basis": "国家法律与地方法规"},
        "returned": {"reason": "不属物业职责"},
        "accepted": {"handler": loop.user("zhaogang").pk},
        "handed_over": {"handler": loop.user("lisongmei").pk},
        "investigated": {"conclusion": "属实", "findings": "门禁主板损坏"},
        "plan_submitted": {
            "option": "进行更换",
            "measures": "更换主板",
            "starts_on": today,
            "finishes_on": today,
        },
        "executed": {"actions": ["进行更换"], "started_on": today, "ended_on": today},
        "plan_rejected": {"reason": "费用不清"},
        "customer_talked": {"opinion": "接受"},
        "result_returned": {"result": "已更换并测试"},
        "confirmed": {"by": "customer", "form": "recorded_call"},
        "followed_up": {"satisfaction": "满意"} | SCORES,
        "reviewed": {"passed": "yes"},
        "closed": {"mode": "agreed"},
        "reopened": {"reason": "问题再次出现"},
        "withdrawn": {"reason": "客户撤诉"},
        "noted": {"note": "已电话联系"},
        "offence": {
            "source": "DALI-160",
            "department_id": loop.department("物业公司").pk,
            "evidence": "通话录音",
        },
    }.get(kind, {"note": "已办理"})


@dataclass(frozen=True)
class Form:
    """A form of an act as it was drawn: who has it on screen, and what they had in front of them."""

    client: Client
    number: str
    kind: str
    data: dict

    def send(self):
        return self.client.post(reverse("case_act", args=[self.number, self.kind]), self.data)


def drawn(
    loop: Loop, case: Complaint, kind: str, by: str, client: Client | None = None, **changes
) -> Form:
    """Return a filled-in form of an act, drawn now by somebody, in a new session by default."""
    data = {"key": str(uuid4()), "seen": case.event_count} | fields(loop, kind) | changes
    return Form(client or signed_in(loop.user(by)), case.number, kind, data)


# The way round the loop: the acts and who may do them, several people where several may.
WAY = (
    ("assigned", ("zhoumin", "hejia", "yangruolan")),
    ("accepted", ("duanhongwei",)),
    ("investigated", ("zhaogang", "duanhongwei")),
    ("plan_submitted", ("zhaogang", "duanhongwei")),
    ("plan_approved", ("linxiaoyun",)),
    ("customer_talked", ("zhoumin", "hejia", "zhaogang")),
    ("executed", ("zhaogang", "duanhongwei")),
    ("result_returned", ("zhaogang", "duanhongwei")),
    ("customer_informed", ("zhoumin", "hejia")),
    ("confirmed", ("zhoumin", "hejia")),
    ("followed_up", ("zhoumin", "hejia", "yangruolan")),
    ("reviewed", ("linxiaoyun",)),
    ("closed", ("linxiaoyun",)),
    ("archived", ("zhoumin", "hejia")),
    ("reopened", ("zhoumin", "hejia")),
)
