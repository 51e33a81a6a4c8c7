"""The navigation of every page: only what the policy opens for this person."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import limits
from accounts.models import Role
from accounts.policy import policy
from config import watching
from notices.models import Notice

ENTRIES = (
    ("desk", _("工作台"), "layout-dashboard"),
    ("register", _("登记投诉"), "edit"),
    ("case_list", _("案件"), "list-details"),
    ("ledger", _("台账"), "file-text"),
    ("archive", _("归档"), "archive"),
    ("board", _("部门看板"), "sitemap"),
    ("approvals", _("待我签批"), "signature"),
    ("briefing", _("管理简报"), "chart-bar"),
    ("reports", _("报告通报"), "file-text"),
    ("regulations:list", _("制度中心"), "book"),
    ("calendar", _("工作日历"), "calendar"),
    ("penalties", _("考核台账"), "scale"),
    ("verification", _("核验记录"), "shield-check"),
    ("audits", _("审计"), "clipboard-check"),
    ("findings", _("审计发现"), "checklist"),
    ("notices", _("通知"), "bell"),
    ("status", _("运行状况"), "alarm"),
    ("admin:index", _("管理后台"), "settings"),
)
# Pages that lie elsewhere and belong to an entry all the same.
UNDER = {
    "tallies": "case_list",
    "form_templates": "regulations:list",
    "backtest": "regulations:list",
}


# The head of the department that owns complaints comes to the briefing by the reports: whether they
# do would take a question to the database on every page.
OVERSEERS = {Role.MANAGEMENT, Role.AUDITOR}
# Who is told of people that went beyond a day's limit, and on which pages.
ALARMS = {Role.ADMINISTRATOR, Role.AUDITOR}
ALARMED = {"desk", "notices", "status", "audits"}


@dataclass(frozen=True)
class Entry:
    label: str
    url: str
    icon: str
    active: bool
    count: int | None = None


def navigation(request):
    """Return what the base template needs: entries, unread notices, the person's posts."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {"demo_logins": settings.DEMO_LOGINS, "has_portal": bool(settings.PORTAL)}
    roles = request.user.actor.roles
    here = _here(request.path)
    unread = Notice.objects.inbox(request.user).unread().count()
    return {
        "navigation": [
            Entry(
                label,
                reverse(name),
                icon,
                here == name,
                unread if name == "notices" else None,
            )
            for name, label, icon in ENTRIES
            if policy().allows(name, "GET", roles)
            and (name != "briefing" or not OVERSEERS.isdisjoint(roles))
        ],
        "warnings": _warnings(request, here, roles),
        "unread_notices": unread,
        "post_words": "、".join(dict.fromkeys(h.title for h in request.user.actor.holdings)),
        "may_register": policy().allows("register", "GET", roles),
        "may_export": policy().allows("ledger_export", "GET", roles),
        "may_list": policy().allows("case_list", "GET", roles),
    }


def _warnings(request, here: str, roles) -> list[str]:
    """Return what administrators are warned of, and on their first pages, as auditors, who took too much."""
    now = request.user.actor.at
    found = watching.warnings(now) if Role.ADMINISTRATOR in roles else []
    if here in ALARMED and not ALARMS.isdisjoint(roles):
        found = [*found, *limits.warnings(now)]
    return found


def _here(path: str) -> str:
    """Return the name of the entry under which an address lies: of all that it begins with the longest."""
    homes = {reverse(name): name for name, _label, _icon in ENTRIES} | {
        reverse(name): entry for name, entry in UNDER.items()
    }
    start = reverse("desk")
    fitting = [home for home in homes if path.startswith(home) and (home != start or path == start)]
    return homes[max(fitting, key=len)] if fitting else ""
