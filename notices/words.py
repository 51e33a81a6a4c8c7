"""The words of a notice, made when it is read or sent, in the reader's language."""

from datetime import datetime, timedelta

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.wording import moment_words
from notices.models import Notice, Topic
from regulations.words import STAGES, WHATS

# A sweep comes every few seconds; a notice that is later than this was held up.
WORTH_SAYING = timedelta(minutes=5)

TITLES = {
    Topic.REPORT: gettext_lazy("%(number)s 须上报%(to)s：%(grade)s"),
    Topic.WARNED: gettext_lazy("%(number)s %(stage)s即将到期"),
    Topic.OVERDUE: gettext_lazy("%(number)s %(stage)s已逾期"),
    Topic.UPGRADED: gettext_lazy("%(number)s 等级已自动升级"),
    Topic.ASSIGNED: gettext_lazy("%(number)s 有新的处理任务"),
    Topic.RETURNED: gettext_lazy("%(number)s 被责任部门退回"),
    Topic.SIGNATURE: gettext_lazy("%(number)s %(what)s待您签批"),
    Topic.PRESSED: gettext_lazy("%(number)s 被督办，请回复"),
    Topic.PRESS_ANSWERED: gettext_lazy("%(number)s 的督办已回复"),
    Topic.OWED: gettext_lazy("%(number)s 须办理：%(task)s"),
    Topic.ORDERED: gettext_lazy("%(number)s 收到来文，须按期答复"),
    Topic.PENALTY: gettext_lazy("%(number)s 有一项考核涉及您，可在期限内提出异议"),
    Topic.DECISION: gettext_lazy("%(number)s 有一项考核按制度待您裁定"),
    Topic.AUDIT: gettext_lazy("%(number)s 的审计发现有新进展，请查看"),
}


def title(notice: Notice) -> str:
    """Return one line that says what has happened to which case."""
    data = notice.data
    return TITLES[Topic(notice.topic)] % {
        "number": notice.case.number,
        "to": data.get("to", ""),
        "grade": data.get("grade") or "",
        "stage": STAGES.get(data.get("stage"), _("时限")),
        "task": data.get("task", ""),
        "what": WHATS.get(data.get("what"), ""),
    }


def body(notice: Notice) -> str:
    """Return the clause and the moments: when it fell due, and how late this notice is."""
    data = notice.data
    lines = []
    if source := data.get("source"):
        lines.append(notice.case.version.pack.basis(tuple(source)))
    if late := _lateness(notice):
        lines.append(late)
    if due := data.get("due_at"):
        due_at = localtime(datetime.fromisoformat(due))
        said = _("异议期至：%(due)s") if notice.topic == Topic.PENALTY else _("到期时间：%(due)s")
        lines.append(said % {"due": moment_words(due_at)})
    return "\n".join(lines)


def _lateness(notice: Notice) -> str:
    """Say how much later than it came true a thing is told, after a silence."""
    came = notice.data.get("at")
    if came is None:
        return ""
    late = notice.created_at - datetime.fromisoformat(came)
    if late < WORTH_SAYING:
        return ""
    minutes = int(late.total_seconds()) // 60
    return _("系统停摆后补发，晚%(hours)s小时%(minutes)s分") % {
        "hours": minutes // 60,
        "minutes": minutes % 60,
    }
