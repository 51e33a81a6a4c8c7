"""Sessions end: after a while without use, and after a day's work however much they were used."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.utils.translation import gettext as _

from accounts.middleware import address_of
from records import clock

# How exactly the last use is known: a session is written at most so often.
NOTED_EACH = timedelta(minutes=1)
# Pages that ask by themselves; a forgotten window is not used by anybody.
BY_THEMSELVES = frozenset({"notice_badge", "job"})


@receiver(user_logged_in, dispatch_uid="accounts.begin_session")
def begin(sender, request, user, **kwargs):
    """Note when and from where somebody signed in."""
    now = clock.now().isoformat()
    agent = request.META.get("HTTP_USER_AGENT", "")[:200]
    request.session.update(
        {"begun": now, "seen": now, "address": address_of(request), "agent": agent}
    )


class SessionLimits:
    """Signs out whoever has been away too long or signed in too long ago."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not request.user.is_authenticated:
            return
        now = request.user.actor.at
        begun, seen = (_moment(request.session.get(name)) for name in ("begun", "seen"))
        if begun is None or seen is None or over(begun, seen, now):
            logout(request)
            messages.info(request, _("登录已到期，请重新登录。"))
        elif now - seen >= NOTED_EACH and not _asks_by_itself(request):
            request.session["seen"] = now.isoformat()


def over(begun: datetime, seen: datetime, now: datetime) -> bool:
    """Say whether a session that was begun and last used at these moments is over."""
    return now - seen >= settings.SESSION_IDLE or now - begun >= settings.SESSION_LONGEST


def _asks_by_itself(request) -> bool:
    return bool(request.htmx) and request.resolver_match.view_name in BY_THEMSELVES


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
