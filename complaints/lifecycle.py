"""The closed loop on one screen: which act moves a case from which state to which.

The table is the same for all regulations. What a pack adds are the gates that a move must pass.
django-fsm enforces it (`complaints.models.complaint`), the database checks it again by trigger,
and `docs/lifecycle.md` is printed from it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    # Chinese has one word for an act and the state it leads to; the context tells them apart.
    RECEIVED = "received", _("接收")
    ASSIGNED = "assigned", pgettext_lazy("state", "分派")
    INVESTIGATING = "investigating", _("调查")
    RESOLVING = "resolving", _("处理")
    FEEDBACK = "feedback", _("反馈")
    REVIEW = "review", _("复核")
    ARCHIVED = "archived", pgettext_lazy("state", "归档")
    ANSWERED = "answered", _("已答复")
    INVALID = "invalid", _("无效")
    WITHDRAWN = "withdrawn", pgettext_lazy("state", "撤诉")
    MERGED = "merged", pgettext_lazy("state", "并案")


LOOP = (
    State.RECEIVED,
    State.ASSIGNED,
    State.INVESTIGATING,
    State.RESOLVING,
    State.FEEDBACK,
    State.REVIEW,
    State.ARCHIVED,
)
OPEN = LOOP[:-1]
AT_DEPARTMENT = (State.ASSIGNED, State.INVESTIGATING, State.RESOLVING)


class Kind(models.TextChoices):
    """Kinds of events that people record. Retired codes stay and are never used again."""

    RECEIVED = "received", _("收到投诉")
    REGISTERED = "registered", _("完成登记")
    RESPONDED = "responded", _("响应客户")
    TRANSFERRED = "transferred", _("上报传递")
    JUDGED = "judged", _("判定有效性")
    GRADED = "graded", _("人工定级")
    FACTS_CHANGED = "facts_changed", _("更正事实")
    ASSIGNED = "assigned", _("分派")
    ACCEPTED = "accepted", _("接单")
    RETURNED = "returned", _("退单")
    DEPARTMENT_RESPONDED = "department_responded", _("责任部门响应")
    VISITED = "visited", _("上门查看")
    SAMPLED = "sampled", _("取样")
    REPORT_ISSUED = "report_issued", _("出具检测报告")
    VERIFIED = "verified", _("核查")
    STAFF_PLAN_SUBMITTED = "staff_plan_submitted", _("提交人员处理方案")
    STAFF_PLAN_CONFIRMED = "staff_plan_confirmed", _("确认人员处理方案")
    INVESTIGATED = "investigated", _("完成调查")
    PLAN_SUBMITTED = "plan_submitted", _("提交处理方案")
    PLAN_APPROVED = "plan_approved", _("批准处理方案")
    PLAN_REJECTED = "plan_rejected", _("退回处理方案")
    APPROVED = "approved", _("会签审批")
    CUSTOMER_TALKED = "customer_talked", _("与客户沟通")
    EXECUTED = "executed", _("处理完成")
    RESULT_RETURNED = "result_returned", _("反馈处理结果")
    CUSTOMER_INFORMED = "customer_informed", _("告知客户结果")
    CONFIRMED = "confirmed", _("确认结果")
    FOLLOWED_UP = "followed_up", _("回访")
    REVIEWED = "reviewed", _("复核")
    CLOSED = "closed", _("关闭")
    ARCHIVED = "archived", _("归档")
    REOPENED = "reopened", _("重新打开")
    WITHDRAWN = "withdrawn", _("撤诉")
    MERGED = "merged", _("并案")
    EXTENSION_ASKED = "extension_asked", _("申请延期")
    EXTENDED = "extended", _("批准延期")
    OFFENCE = "offence", _("登记违规")
    SHEET_ISSUED = "sheet_issued", _("开出处理单")
    TEMPORARY_MEASURE = "temporary_measure", _("落实临时措施")
    PERMANENT_MEASURE = "permanent_measure", _("落实永久措施")
    JUDGMENT = "judgment", _("登记判决或调解书送达")
    FORMALITIES_DONE = "formalities_done", _("登记客户手续办结")
    ANSWERED = "answered", _("答复并结束")
    PAUSED = "paused", _("暂停计时")
    RESUMED = "resumed", _("恢复计时")
    CALENDAR_CHANGED = "calendar_changed", _("启用新日历")
    NOTED = "noted", _("备注")
    PRESSED = "pressed", _("督办")
    PRESS_ANSWERED = "press_answered", _("回复督办")
    ATTACHED = "attached", _("上传附件")
    ORDER_RECEIVED = "order_received", _("登记来文")
    ORDER_ANSWERED = "order_answered", _("答复来文")
    TASK_DONE = "task_done", _("完成制度事项")
    LINKED = "linked", _("关联案件")
    UNLINKED = "unlinked", _("解除关联")
    RECUSED = "recused", _("登记回避")
    HANDED_OVER = "handed_over", _("转交承办人")
    SCREENED = "screened", _("初判有效性")
    RECORDED = "recorded", _("登记记录")
    SUBTASK_GIVEN = "subtask_given", _("交办事项")
    SUBTASK_SIGNED = "subtask_signed", _("签收交办事项")
    SUBTASK_ANSWERED = "subtask_answered", _("回复交办事项")
    SUBTASK_CHECKED = "subtask_checked", _("检查交办效果")


# Acts that only this system knows; the engine is not shown them.
OURS_ALONE = frozenset(
    {
        Kind.NOTED,
        Kind.PRESSED,
        Kind.PRESS_ANSWERED,
        Kind.ATTACHED,
        Kind.LINKED,
        Kind.UNLINKED,
        Kind.RECUSED,
        Kind.HANDED_OVER,
    }
)

DISSATISFIED = "不满意"


def _always(data: Mapping[str, Any]) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Move:
    """One line of the lifecycle: an act, the states it may come in, the state it leads to.

    `target` None leaves the state. `when` tells apart moves of the same kind by their data.
    """

    name: str
    kind: Kind
    sources: tuple[State, ...]
    target: State | None = None
    when: Callable[[Mapping[str, Any]], bool] = _always

    def pairs(self) -> list[tuple[State, State]]:
        """Return the (before, after) pairs of states that the move allows."""
        return [(source, self.target or source) for source in self.sources]


def _ends_invalid(data: Mapping[str, Any]) -> bool:
    return data.get("mode") == "invalid"


def _dissatisfied(data: Mapping[str, Any]) -> bool:
    return data.get("satisfaction") == DISSATISFIED


def _failed(data: Mapping[str, Any]) -> bool:
    return data.get("passed") is False


S, K = State, Kind
# Of two moves of the same kind the first whose `when` holds is taken.
MOVES = (
    Move("registered", K.REGISTERED, (S.RECEIVED,)),
    Move("assigned", K.ASSIGNED, (S.RECEIVED,), S.ASSIGNED),
    Move("returned", K.RETURNED, (S.ASSIGNED,), S.RECEIVED),
    Move("accepted", K.ACCEPTED, (S.ASSIGNED,), S.INVESTIGATING),
    Move("investigated", K.INVESTIGATED, (S.INVESTIGATING,), S.RESOLVING),
    Move("executed", K.EXECUTED, (S.RESOLVING,)),
    Move("result_returned", K.RESULT_RETURNED, (S.RESOLVING,), S.FEEDBACK),
    Move("dissatisfied", K.FOLLOWED_UP, (S.FEEDBACK,), S.RESOLVING, _dissatisfied),
    Move("followed_up", K.FOLLOWED_UP, (S.FEEDBACK,), S.REVIEW),
    Move("review_failed", K.REVIEWED, (S.REVIEW,), S.RESOLVING, _failed),
    Move("reviewed", K.REVIEWED, (S.REVIEW,)),
    Move(
        "found_invalid",
        K.CLOSED,
        (S.RECEIVED, *AT_DEPARTMENT),
        S.INVALID,
        _ends_invalid,
    ),
    Move("closed", K.CLOSED, (S.REVIEW,)),
    Move("answered", K.ANSWERED, (S.RECEIVED, *AT_DEPARTMENT, S.FEEDBACK), S.ANSWERED),
    Move("archived", K.ARCHIVED, (S.REVIEW,), S.ARCHIVED),
    Move("reopened", K.REOPENED, (S.ARCHIVED,), S.INVESTIGATING),
    Move("withdrawn", K.WITHDRAWN, OPEN, S.WITHDRAWN),
    Move("merged", K.MERGED, OPEN, S.MERGED),
    # Acts in a state: they are recorded and judged, and the case stays where it is.
    Move("responded", K.RESPONDED, OPEN),
    Move("transferred", K.TRANSFERRED, OPEN),
    Move("judged", K.JUDGED, (S.RECEIVED, S.ASSIGNED, S.INVESTIGATING)),
    Move("graded", K.GRADED, OPEN),
    Move("facts_changed", K.FACTS_CHANGED, OPEN),
    Move("verified", K.VERIFIED, (S.RECEIVED, *AT_DEPARTMENT)),
    Move("sheet_issued", K.SHEET_ISSUED, (S.RECEIVED, *AT_DEPARTMENT)),
    Move("temporary_measure", K.TEMPORARY_MEASURE, (S.RECEIVED, *AT_DEPARTMENT)),
    Move("permanent_measure", K.PERMANENT_MEASURE, (*AT_DEPARTMENT, S.FEEDBACK, S.REVIEW)),
    Move("judgment", K.JUDGMENT, OPEN),
    Move("formalities_done", K.FORMALITIES_DONE, OPEN),
    Move("paused", K.PAUSED, OPEN),
    Move("resumed", K.RESUMED, OPEN),
    Move("department_responded", K.DEPARTMENT_RESPONDED, AT_DEPARTMENT),
    Move("visited", K.VISITED, AT_DEPARTMENT),
    Move("sampled", K.SAMPLED, AT_DEPARTMENT),
    Move("report_issued", K.REPORT_ISSUED, AT_DEPARTMENT),
    Move("staff_plan_submitted", K.STAFF_PLAN_SUBMITTED, AT_DEPARTMENT),
    Move("staff_plan_confirmed", K.STAFF_PLAN_CONFIRMED, AT_DEPARTMENT),
    Move("plan_submitted", K.PLAN_SUBMITTED, (S.INVESTIGATING, S.RESOLVING)),
    Move("plan_approved", K.PLAN_APPROVED, (S.INVESTIGATING, S.RESOLVING)),
    Move("plan_rejected", K.PLAN_REJECTED, (S.INVESTIGATING, S.RESOLVING)),
    Move("approved", K.APPROVED, OPEN),
    Move("customer_talked", K.CUSTOMER_TALKED, (S.INVESTIGATING, S.RESOLVING, S.FEEDBACK)),
    Move("customer_informed", K.CUSTOMER_INFORMED, (S.RECEIVED, S.RESOLVING, S.FEEDBACK)),
    Move("confirmed", K.CONFIRMED, (S.RESOLVING, S.FEEDBACK, S.REVIEW)),
    Move("extension_asked", K.EXTENSION_ASKED, OPEN),
    Move("extended", K.EXTENDED, OPEN),
    Move("offence", K.OFFENCE, (*OPEN, S.ARCHIVED)),
    Move("noted", K.NOTED, OPEN),
    Move("pressed", K.PRESSED, OPEN),
    Move("press_answered", K.PRESS_ANSWERED, OPEN),
    Move("order_received", K.ORDER_RECEIVED, OPEN),
    Move("order_answered", K.ORDER_ANSWERED, OPEN),
    Move("task_done", K.TASK_DONE, OPEN),
    Move("attached", K.ATTACHED, OPEN),
    Move("linked", K.LINKED, OPEN),
    Move("unlinked", K.UNLINKED, OPEN),
    Move("recused", K.RECUSED, OPEN),
    Move("handed_over", K.HANDED_OVER, (S.INVESTIGATING, S.RESOLVING)),
    Move("screened", K.SCREENED, (S.RECEIVED, S.ASSIGNED)),
    Move("recorded", K.RECORDED, OPEN),
    Move("subtask_given", K.SUBTASK_GIVEN, OPEN),
    Move("subtask_signed", K.SUBTASK_SIGNED, OPEN),
    Move("subtask_answered", K.SUBTASK_ANSWERED, OPEN),
    Move("subtask_checked", K.SUBTASK_CHECKED, OPEN),
    Move("calendar_changed", K.CALENDAR_CHANGED, OPEN),
)


def move_of(kind: str, data: Mapping[str, Any]) -> Move | None:
    """Return the move that an act of this kind with this data makes, None for an unknown kind."""
    return next((move for move in MOVES if move.kind == kind and move.when(data)), None)


def states_of(kind: str) -> tuple[State, ...]:
    """Return the states in which an act of this kind is possible, in the order of the loop."""
    return tuple(
        state for state in State if any(state in m.sources for m in MOVES if m.kind == kind)
    )


def guarded_moves() -> set[tuple[str, str, str]]:
    """Return the steps as the database's guard keeps them: kind, state before, state after."""
    return {
        (move.kind.value, source.value, target.value)
        for move in MOVES
        for source, target in move.pairs()
    }
