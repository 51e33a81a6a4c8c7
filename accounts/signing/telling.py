"""Telling people what was changed about how they sign in: by mail, at the next sign-in, on their page."""

from functools import partial

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import AccessEntry, SignInChange, User
from accounts.tasks import tell_of_change
from records import clock, sealing

PURPOSE = b"accounts.former_mail"
# How many of the newest changes the page of one's own sign-ins shows.
SHOWN = 20


def note(person: User, kind: str, *, by: User | None = None, former: str = "") -> SignInChange:
    """Write down a change and have its person told; `former` is the mail address before it."""
    with transaction.atomic():
        row = SignInChange.objects.create(
            person=person,
            kind=kind,
            by=by,
            at=clock.now(),
            former=sealing.seal(former, PURPOSE) if former else "",
        )
        transaction.on_commit(partial(tell_of_change.delay, row.pk), robust=True)
    return row


def tell_at_sign_in(request: HttpRequest, person: User) -> None:
    """Say what was changed since somebody was here last; before the new sign-in is in the log."""
    been = AccessEntry.objects.filter(actor=person, kind=AccessEntry.Kind.SIGNED_IN)
    last = been.order_by("-seq").values_list("recorded_at", flat=True).first()
    rows = SignInChange.objects.filter(person=person).select_related("by").order_by("pk")
    for row in (rows.filter(at__gt=last) if last else rows)[:SHOWN]:
        messages.warning(request, words(row))


def newest(person: User) -> list[SignInChange]:
    """Return the newest changes, for the person's own page."""
    return list(person.sign_in_changes.select_related("by").order_by("-pk")[:SHOWN])


def words(row: SignInChange) -> str:
    """Say what was changed, when and by whom, and what to do."""
    said = _("%(at)s %(what)s。操作人：%(by)s。若非您本人所为或知情，请立即联系系统管理员。")
    by = row.by.name if row.by else _("未知")
    at = f"{localtime(row.at):%Y-%m-%d %H:%M}"
    return said % {"at": at, "what": row.get_kind_display(), "by": by}
