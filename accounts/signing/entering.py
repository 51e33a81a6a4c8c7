"""Coming in: a password, or a word of the house's directory, then a second factor where there is one.

Between the two nobody is signed in: the session knows whose second factor it waits for, for a few
minutes, and opens no page.
"""

from datetime import datetime, timedelta

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts import access_log
from accounts.middleware import address_of
from accounts.models import AccessEntry, FactorReset, Session, User
from accounts.signing import devices, factors, passwords, telling
from records import clock

PENDING = "pending"
PENDING_FOR = timedelta(minutes=5)
# Where a session keeps that its person has to change the password first.
DUE = "password_due"
BACKEND = "accounts.backends.PostBackend"


def enter(request: HttpRequest, person: User, after: str, *, local: bool) -> HttpResponse:
    """Sign somebody in who has been recognised, or ask for the second factor they have.

    `after` is where they wanted to go; `local`: by a password that this application keeps.
    """
    if not factors.has(person):
        return sign_in(request, person, after, local=local)
    request.session.flush()
    request.session[PENDING] = {
        "person": person.pk,
        "hash": person.get_session_auth_hash(),
        "at": clock.now().isoformat(),
        "after": after,
        "local": local,
    }
    return redirect("login_factor")


def pending(request: HttpRequest) -> User | None:
    """Return whose second factor the session waits for, None for nobody's or no longer."""
    said = request.session.get(PENDING)
    if said is None or clock.now() - datetime.fromisoformat(said["at"]) > PENDING_FOR:
        return None
    person = User.objects.filter(pk=said["person"], is_active=True).first()
    same = person and constant_time_compare(said["hash"], person.get_session_auth_hash())
    return person if same else None


def complete(request: HttpRequest, person: User, kind: str) -> HttpResponse:
    """Sign somebody in who has shown a factor of a kind after the rest."""
    said = request.session[PENDING]
    return sign_in(request, person, said["after"], local=said["local"], kind=kind)


def sign_in(
    request: HttpRequest, person: User, after: str, *, local: bool, kind: str | None = None
) -> HttpResponse:
    """Begin a session; a password that was kept too long has to be changed in it first."""
    now = clock.now()
    request.session.pop(PENDING, None)
    login(request, person, BACKEND)
    if kind is not None:
        factors.mark(request.session, kind)
    if local and passwords.is_due(person, now):
        request.session[DUE] = True
    _tell_of_reset(request, person)
    telling.tell_at_sign_in(request, person)
    response = redirect(after)
    devices.remember(request, response, person)
    address = address_of(request)
    access_log.record(AccessEntry.Kind.SIGNED_IN, actor=person, address=address)
    Session.objects.filter(expire_date__lt=now).delete()
    return response


def _tell_of_reset(request: HttpRequest, person: User) -> None:
    """Tell somebody that their second factors were taken away since they were here last."""
    row = FactorReset.objects.filter(person=person).select_related("by").order_by("-pk").first()
    if row is None:
        return
    before = AccessEntry.objects.filter(actor=person, kind=AccessEntry.Kind.SIGNED_IN)
    if before.filter(recorded_at__gt=row.at).exists():
        return
    words = _(
        "%(by)s 于 %(at)s 重置了您的第二因素，理由：%(reason)s。若非您本人申请，请立即联系系统管理员。"
    )
    at = f"{localtime(row.at):%Y-%m-%d %H:%M}"
    messages.warning(request, words % {"by": row.by.name, "at": at, "reason": row.reason})
