"""How a case stands, as its customer may know it: stages and days. No name, no reason, nothing internal."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.histories import history_of, verdict_of
from complaints.lifecycle import OPEN, State
from complaints.models import CaseEvent, Complaint
from complaints.promised import promises
from complaints.wording import moment_words
from portal import codes
from records import clock

REACHED = {
    State.RECEIVED: gettext_lazy("已收到您的投诉"),
    State.ASSIGNED: gettext_lazy("已交责任部门"),
    State.INVESTIGATING: gettext_lazy("正在调查核实"),
    State.RESOLVING: gettext_lazy("已查清，正在处理"),
    State.FEEDBACK: gettext_lazy("已有处理结果，正在向您反馈"),
    State.REVIEW: gettext_lazy("已听取您的意见，正在复核"),
    State.ARCHIVED: gettext_lazy("已办结"),
    State.ANSWERED: gettext_lazy("已答复您"),
    State.INVALID: gettext_lazy("经核实不予处理，已向您说明原因"),
    State.WITHDRAWN: gettext_lazy("已按您的意愿撤回"),
    State.MERGED: gettext_lazy("已与同一事项合并办理"),
}
AGAIN = {
    State.RECEIVED: gettext_lazy("已退回重新分派"),
    State.INVESTIGATING: gettext_lazy("已重新调查"),
    State.RESOLVING: gettext_lazy("已重新处理"),
}
NEXT = {
    State.RECEIVED: gettext_lazy("我们会核对内容，交给负责的部门。"),
    State.ASSIGNED: gettext_lazy("责任部门会指定承办人，开始调查。"),
    State.INVESTIGATING: gettext_lazy("查清情况后，我们会提出处理方案。"),
    State.RESOLVING: gettext_lazy("我们会就处理方案与您沟通，并办理。"),
    State.FEEDBACK: gettext_lazy("我们会告知您结果，并询问您是否满意。"),
    State.REVIEW: gettext_lazy("复核通过后办结。"),
}


@dataclass(frozen=True)
class Progress:
    """What the page says: where the case is, what comes, what is promised, and what was when."""

    number: str
    now: str
    next: str
    promised: list[tuple[str, bool]]
    steps: list[tuple[str, str]]


def find(number: str, code: str) -> Complaint | None:
    """Return the case of a number and its code; one question, whether either of them exists or not."""
    rows = Complaint.objects.filter(
        number=number.strip().upper(), tracking_code__digest__in=codes.digests(code)
    )
    return rows.select_related("version__regulation").first()


def progress(case: Complaint) -> Progress:
    """Return how a case stands in words for its customer."""
    now = clock.now()
    events = list(case.events.order_by("seq"))
    verdict = verdict_of(case, history_of(events), now)
    open_now = case.state in OPEN
    return Progress(
        number=case.number or "",
        now=str(REACHED[State(case.state)]),
        next=str(NEXT.get(State(case.state), "")),
        promised=[(one.words, one.due_at < now) for one in promises(verdict.clocks)]
        if open_now
        else [],
        steps=[(moment_words(at), words) for at, words in _steps(events)],
    )


def _steps(events: list[CaseEvent]) -> Iterator[tuple[datetime, str]]:
    """Yield when which stage was reached; a stage that is reached again says so."""
    state, seen = "", set()
    for event in events:
        if event.state == state or event.is_derived:
            continue
        state = State(event.state)
        words = AGAIN.get(state) if state in seen else None
        yield event.at, str(words or REACHED[state])
        seen.add(state)


def unknown() -> str:
    """Return what is said alike of a wrong number and a wrong code."""
    return _("没有找到。请核对投诉编号和查询码。")
