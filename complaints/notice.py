"""What a complainant is told about the use of their data, and that they were: recorded at registration.

The version and how it was told stand in the case's first event. A complainant under 14 needs a guardian's
consent (个人信息保护法第三十一条).
"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.joining import listed
from complaints.personal import SORTS
from regulations.engine.pack import Pack

# Raised with every change of what `lines` says.
VERSION = "2026-1"


class How(models.TextChoices):
    LATER = "later", gettext_lazy("尚未告知，首次联系时告知")
    TOLD = "told", gettext_lazy("已口头告知")
    WRITTEN = "written", gettext_lazy("已书面或短信告知")
    POSTED = "posted", gettext_lazy("来源渠道已公示")
    # Only by whoever complains, on the page on which they do.
    AGREED = "agreed", gettext_lazy("本人提交前已阅读并同意")


# What somebody of the house can say of it.
BY_STAFF = [choice for choice in How.choices if choice[0] != How.AGREED]


def lines(pack: Pack) -> list[tuple[str, str]]:
    """Return the notice as (what, words): purpose, kinds, retention, rights."""
    kinds = listed(field.label for field in pack.intake if field.key in SORTS)
    months = {"months": settings.RETENTION_MONTHS}
    return [
        (_("用途"), _("受理、处理、回访本次投诉，以及内部质量审计；不作他用。")),
        (_("种类"), kinds),
        (
            _("保存"),
            _("自投诉关闭起%(months)s个月，制度另有更长规定的从其规定；到期删除。") % months,
        ),
        (_("权利"), _("可随时请求查阅、复制、更正、删除，我们说明理由答复。")),
    ]


def told(how: str, *, minor: bool, guardian: bool) -> dict[str, Any]:
    """Return what the first event keeps: codes, no personal value."""
    record: dict[str, Any] = {"version": VERSION, "how": how}
    return record | ({"minor": True, "guardian": guardian} if minor else {})


def words(data: Mapping[str, Any]) -> str:
    """Return in words what a first event says of the notice, empty where it says nothing."""
    kept = data.get("notice")
    if not kept:
        return ""
    said = _("%(how)s（第%(version)s版）") % {
        "how": How(kept["how"]).label,
        "version": kept["version"],
    }
    return f"{said}；{_('未满14周岁，监护人已同意')}" if kept.get("minor") else said
