"""Signatures that come after the first one: they wait in somebody's list and can be given."""

import pytest

from complaints.lifecycle import Kind
from complaints.models import AwaitedSignature
from tests.loop import GROUP_OF_THREE, Loop

pytestmark = pytest.mark.django_db

ONE_OWNER = GROUP_OF_THREE | {"complainants": 1}


def planned(loop, facts):
    case = loop.to("resolving", facts)
    plan = {"option": "进行更换"}
    return loop.do(case, Kind.PLAN_SUBMITTED, "zhaogang", plan, measures="更换门禁主板")


def test_signatures_beside_the_organisers_go_on_waiting():
    loop = Loop.new()
    case = planned(loop, ONE_OWNER | {"amount_company": "3000"})
    loop.do(case, Kind.PLAN_APPROVED, "linxiaoyun")
    waiting = AwaitedSignature.objects.filter(case=case)
    assert {row.what for row in waiting} == {"cost", "legal", "payment"}


def test_an_upgrade_after_the_plan_was_agreed_can_be_signed():
    loop = Loop.new()
    case = planned(loop, ONE_OWNER)
    loop.do(case, Kind.PLAN_APPROVED, "duanhongwei")
    loop.do(case, Kind.CUSTOMER_TALKED, "zhoumin", {"opinion": "接受"})
    case = loop.do(
        case, Kind.FACTS_CHANGED, "zhoumin", {"authority": True}, reason="已到住建局反映"
    )
    assert case.grade == "重要投诉"
    assert case.awaited.get().title == "客服部负责人"
    loop.do(case, Kind.PLAN_APPROVED, "linxiaoyun")
    loop.do(case, Kind.EXECUTED, "zhaogang")
    assert not case.awaited.filter(what="plan").exists()
