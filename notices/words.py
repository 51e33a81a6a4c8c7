"""The words of a notice, made when it is read or sent, in the reader's language."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.promised import Promise
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
    Topic.ENTERED: gettext_lazy("%(number)s 由客户自行提交，请核对并分派"),
    Topic.RECEIPT: gettext_lazy("您的投诉已收到，编号 %(number)s"),
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
    if notice.topic == Topic.RECEIPT:
        return _to_customer(notice)
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


def line(notice: Notice) -> str:
    """Return what a complainant is told in one line: received, its number, what comes first."""
    promised = [Promise.of(one).words for one in notice.data["promised"][:1]]
    unit = _("【%(unit)s】") % {"unit": notice.case.unit.name}
    return unit + "；".join([title(notice), *promised]) + _("。")


def _to_customer(notice: Notice) -> str:
    """Return what a complainant is told: received when, what comes until when and by which clause, whom to ask."""
    case, pack = notice.case, notice.case.version.pack
    received = {"unit": case.unit.name, "at": moment_words(localtime(case.received_at))}
    lines = [_("%(unit)s已于 %(at)s 收到您的投诉，正在受理。") % received, ""]
    if promised := [Promise.of(one) for one in notice.data["promised"]]:
        lines.append(_("按照我们的制度《%(title)s》：") % {"title": pack.title})
        lines += [
            _("%(what)s（依据：%(basis)s）") % {"what": one.words, "basis": one.basis(pack)}
            for one in promised
        ]
        lines.append("")
    whom = {"place": case.owner_department.name, "contact": settings.CUSTOMER_CONTACT}
    lines.append(_("补充情况或询问进展，请联系%(place)s并说明编号。%(contact)s") % whom)
    lines.append(_("这是自动发出的通知，请勿直接回复。"))
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
