"""What is missing in the cases of a report, before somebody signs it."""

from django.utils.translation import gettext as _

from regulations.models import RegulationVersion
from reports.briefing.scope import Scope


def faults(scope: Scope, version: RegulationVersion) -> list[dict]:
    """Return how many cases of a scope lack something, each kind with the address of its cases."""
    checks = [
        (_("没有责任部门"), {"what": "valid", "of": None}),
        (_("没有类别"), {"what": "valid", "category": ""}),
        (_("没有查明根本原因"), {"what": "closed", "cause": ""}),
        (_("已关闭而没有客户评价"), {"what": "unanswered"}),
        (_("结束早于收到"), {"what": "impossible"}),
        (_("仍在办"), {"what": "open"}),
    ]
    if version.pack.projects:
        checks.insert(2, (_("没有项目"), {"what": "valid", "project": ""}))
    found = []
    for words, asked in checks:
        names = {key: "0" if value is None else value for key, value in asked.items()}
        count = scope.figures(names).count()
        found.append({"name": words, "count": count, "url": scope.link(**asked)})
    return found
