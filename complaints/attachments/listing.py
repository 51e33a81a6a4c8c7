"""A case's files as its page lists them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import access
from accounts.actors import Actor
from accounts.models import Role
from complaints.models import Attachment, Complaint
from complaints.personal import Veil
from complaints.wording import moment_words


@dataclass(frozen=True)
class Line:
    """One file; `url` and `original` are empty where this person may not open them."""

    name: str
    purpose: str
    size: int
    sha256: str
    scan: str
    is_safe: bool
    uploader: str
    at: str
    url: str
    original: str


def files_of_case(case: Complaint, actor: Actor, veil: Veil) -> list[Line]:
    """Return the files that everybody sees who sees the case, newest first (one query)."""
    rows = case.attachments.of_case().select_related("uploader").order_by("-pk")
    found = lines(rows, actor, lambda row: reverse("attachment", args=[case.number, row.pk]))
    return [replace(line, name=veil.text(line.name)) for line in found]


def lines(
    rows: Iterable[Attachment], actor: Actor, address: Callable[[Attachment], str]
) -> list[Line]:
    return [_line(row, actor, address(row)) for row in rows]


def _line(row: Attachment, actor: Actor, address: str) -> Line:
    opens = access.may_open(actor, row)
    original = opens and row.copied and Role.AUDITOR in actor.roles
    return Line(
        name=row.name,
        purpose=str(row.get_purpose_display()),
        size=row.size,
        sha256=row.sha256,
        scan=_("未扫描") if row.unscanned else str(row.get_scan_display()),
        is_safe=row.is_safe,
        uploader=row.uploader.name if row.uploader else _("系统"),
        at=moment_words(row.uploaded_at),
        url=address if opens else "",
        original=f"{address}original/" if original else "",
    )
