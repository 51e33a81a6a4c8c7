"""What the loop asks for now, and of whom: 大理文旅, three neighbours about 物业服务 (重大投诉)."""

from datetime import timedelta

import pytest

from complaints.actions import actions_of
from complaints.histories import history_of, verdict_of
from complaints.lifecycle import Kind as K
from complaints.people import who
from records import clock
from tests.loop import LATE_DELIVERY, Loop

pytestmark = pytest.mark.django_db

PLAN = (K.PLAN_SUBMITTED, "zhaogang", {"option": "进行更换"}, {"measures": "更换主板"})


def actions(loop, case, username):
    events = list(case.events.order_by("seq"))
    verdict = verdict_of(case, history_of(events), clock.now())
    return actions_of(loop.actor(username), case, verdict, events), verdict


def leading(loop, case, username):
    return [action.label for action in actions(loop, case, username)[0].leading]


def awaited(loop, case, username):
    found, verdict = actions(loop, case, username)
    return [(who(needed[0], case, kind, verdict), kind.label) for kind, needed in found.awaited]


def take(loop, case, *steps):
    for kind, by, data, texts in steps:
        case = loop.do(case, kind, by, data, **texts)
    return case


def test_at_the_start_the_owner_judges_tells_and_assigns():
    loop = Loop.new()
    case = loop.register()
    # 7.2 validity first; 4.1.1 a response within 24 hours; 8.1 the report within two; 4.1.1 a task.
    assert leading(loop, case, "zhoumin") == ["判定有效性", "响应客户", "上报传递", "分派"]
    assert awaited(loop, case, "zhoumin") == []
    others = {action.label for action in actions(loop, case, "zhoumin")[0].others}
    courts = {"登记判决或调解书送达", "登记客户手续办结"}  # 3.6.3
    handling = {
        "人工定级",
        "更正事实",
        "核查",
        "告知客户结果",
        "撤诉",
        "备注",
        "登记违规",
        "督办",
        "上传附件",
        "登记来文",
        "完成制度事项",  # 6.1.2 末: a 重大投诉 is reported to the meeting
        "关联案件",
        "并案",
        "登记回避",
        "交办事项",
    }
    assert others == handling | courts
    case = take(
        loop,
        case,
        (K.JUDGED, "zhoumin", {"valid": True}, {}),
        (K.TRANSFERRED, "zhoumin", {"to": "人力运营副总"}, {}),
        (K.RESPONDED, "zhoumin", {}, {}),
    )
    assert leading(loop, case, "zhoumin") == ["分派"]


def test_a_new_task_waits_for_the_department_s_head():
    loop = Loop.new()
    case = loop.to("assigned")
    assert leading(loop, case, "duanhongwei") == ["接单", "退单", "责任部门响应"]
    assert leading(loop, case, "linxiaoyun") == []
    assert ("物业公司的部门负责人", "接单") in awaited(loop, case, "linxiaoyun")


def test_a_plan_is_asked_for_once_and_then_its_signature():
    loop = Loop.new()
    case = loop.to("resolving")
    case = loop.do(case, K.DEPARTMENT_RESPONDED, "zhaogang")
    assert leading(loop, case, "zhaogang") == ["提交处理方案"]
    offered = actions(loop, case, "linxiaoyun")[0]
    assert offered.leading == []  # nothing to sign yet, nothing to close
    assert [one.kind for one in offered.others] == [
        K.OFFENCE,
        K.PRESSED,
        K.ORDER_RECEIVED,
        K.TASK_DONE,
        K.RECUSED,
        K.SUBTASK_GIVEN,
    ]
    case = take(loop, case, PLAN)
    assert leading(loop, case, "zhaogang") == ["与客户沟通"]
    assert leading(loop, case, "linxiaoyun") == ["批准处理方案", "退回处理方案"]  # 8.3
    assert ("客服部负责人", "批准处理方案") in awaited(loop, case, "zhaogang")
    blocked = actions(loop, case, "zhaogang")[0].blocked
    assert blocked.label == "处理完成"
    assert {gate.what for gate in blocked.gates} == {"approval", "agreement"}


@pytest.mark.parametrize(
    "refusal",
    [
        (K.PLAN_REJECTED, "linxiaoyun", {}, {"reason": "费用不清"}),
        (K.CUSTOMER_TALKED, "zhoumin", {"opinion": "拒绝"}, {}),
    ],
    ids=["by the signer", "by the customer"],
)
def test_a_refused_plan_asks_for_another(refusal):
    loop = Loop.new()
    case = loop.do(loop.to("resolving"), K.DEPARTMENT_RESPONDED, "zhaogang")
    case = take(loop, case, PLAN, refusal)
    assert leading(loop, case, "zhaogang") == ["提交处理方案"]
    assert "批准处理方案" not in leading(loop, case, "linxiaoyun")


def test_handled_means_told_confirmed_followed_up_reviewed_closed_archived():
    loop = Loop.new()
    case = take(
        loop,
        loop.to("feedback"),
        (K.RESPONDED, "zhoumin", {}, {}),
        (K.TRANSFERRED, "zhoumin", {"to": "人力运营副总"}, {}),
    )
    seen = []
    for kind, by, data, texts in [
        step for _state, steps in loop.steps("feedback") for step in steps
    ]:
        seen.append((leading(loop, case, by), kind.label))
        case = loop.do(case, kind, by, data, **texts)
    assert [next_step for (next_step, *_), _act in seen] == [act for _leading, act in seen]
    assert leading(loop, case, "zhoumin") == []


def test_an_invalid_complaint_is_explained_and_closed():
    loop = Loop.new()
    case = take(
        loop, loop.register(), (K.JUDGED, "zhoumin", {"valid": False, "reason": "DALI-17"}, {})
    )
    assert "分派" not in leading(loop, case, "zhoumin")
    assert "告知客户结果" in leading(loop, case, "zhoumin")
    assert leading(loop, case, "linxiaoyun") == []  # not before the customer was told
    case = loop.do(case, K.CUSTOMER_INFORMED, "zhoumin", note="已解释")
    assert leading(loop, case, "linxiaoyun") == ["关闭"]


def test_a_step_back_asks_anew():
    loop = Loop.new()
    case = loop.do(loop.to("review"), K.RESPONDED, "zhaogang")
    case = loop.do(case, K.REVIEWED, "linxiaoyun", {"passed": False}, note="门锁仍失灵")
    assert leading(loop, case, "zhaogang") == ["提交处理方案", "处理完成"]


def test_an_extension_that_was_asked_for_waits_for_its_signature(clock):
    loop = Loop.new()
    case = loop.do(loop.to("resolving"), K.DEPARTMENT_RESPONDED, "zhaogang")
    until = (clock.now().replace(microsecond=0) + timedelta(days=9)).isoformat()
    data = {"source": "DALI-117", "stage": "close", "until": until}
    case = loop.do(case, K.EXTENSION_ASKED, "zhaogang", data, reason="配件到货延迟")
    assert leading(loop, case, "chenglixin") == ["批准延期"]  # 8.2.3 分管副总


def test_a_regulation_without_invalid_complaints_asks_for_no_judging():
    loop = Loop.new()
    case = loop.register(LATE_DELIVERY, code="tobacco-2026", by="xujing")
    # 第八条 a first response within an hour, 第十条 a task within a working day.
    assert leading(loop, case, "xujing") == ["响应客户", "分派"]
