"""Who is meant by a grantee of the policy in one case, in words."""

from django.utils.translation import gettext as _

from accounts import access
from accounts.models import Department, Role
from complaints.histories import situation_of
from complaints.joining import listed
from complaints.models import Complaint
from complaints.signatures import SIGNS
from regulations.engine.verdict import Verdict


def who(grantee: str, case: Complaint, kind: str, verdict: Verdict) -> str:
    """Return who may record an act: the handler by name, a post, or a role in its department."""
    if grantee == access.SIGNER:
        return _signers(kind, verdict) or _("制度指定的签批人")
    if grantee == access.HANDLER:
        return case.handler.name if case.handler else _("本案承办人")
    if grantee == access.SOMEBODY_ELSE:
        return _("与投诉对象无关的人员")
    role, _at, scope = grantee.partition("@")
    if scope == access.ASSISTING:
        return _assisting(role, case, verdict)
    place = {
        "owner": case.owner_department,
        access.OWN: case.owner_department,
        "responsible": case.department,
        "unit": case.unit,
    }
    name = place[scope].name if place[scope] else _("责任部门")
    return _("%(department)s的%(role)s") % {"department": name, "role": Role(role).label}


def _assisting(role: str, case: Complaint, verdict: Verdict) -> str:
    """Return whose sub-task waits for an answer."""
    waiting = Department.objects.filter(pk__in=situation_of(case, verdict).assisting)
    names = listed(one.name for one in waiting.order_by("pk")) or _("承办交办的部门")
    return _("%(department)s的%(role)s") % {"department": names, "role": Role(role).label}


def _signers(kind: str, verdict: Verdict) -> str:
    """Return the posts whose signature of this kind is open."""
    wanted = (row.by for row in verdict.approvals if row.at is None and row.what in SIGNS[kind])
    return listed(dict.fromkeys(wanted))
