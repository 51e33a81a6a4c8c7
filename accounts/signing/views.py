"""Signing in, and the list of one's own sessions."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth import views as auth
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import access_log
from accounts.middleware import address_of
from accounts.models import AccessEntry, Session, User
from accounts.signing import devices, guessing
from records import clock


class SignInView(auth.LoginView):
    """The login page; guesses wait, and each attempt is in the access log."""

    redirect_authenticated_user = True

    def post(self, request, *args, **kwargs):
        username = request.POST.get("username", "")
        one = guessing.attempt(username, devices.known(request, username))
        if one.until is not None:
            return self._must_wait(request, one.until)
        response = super().post(request, *args, **kwargs)
        if request.user.is_authenticated:
            guessing.succeeded(one)
            devices.remember(request, response, request.user)
            _log(AccessEntry.Kind.SIGNED_IN, request, request.user)
            Session.objects.filter(expire_date__lt=clock.now()).delete()
        else:
            _log(
                AccessEntry.Kind.SIGN_IN_FAILED,
                request,
                User.objects.filter(username=username).first(),
            )
        return response

    def _must_wait(self, request, until: datetime):
        seconds = max(1, round((until - clock.now()).total_seconds()))
        words = _("登录失败次数过多，请在 %(wait)s 后再试。以前登录过的设备不受影响。")
        context = self.get_context_data(form=self.get_form_class()(request))
        context |= {"waits": words % {"wait": _span(seconds)}, "typed": request.POST["username"]}
        response = self.render_to_response(context, status=429)
        response["Retry-After"] = str(seconds)
        return response


def _span(seconds: int) -> str:
    if seconds < 60:
        return ngettext("%(count)s 秒", "%(count)s 秒", seconds) % {"count": seconds}
    minutes = -(-seconds // 60)
    return ngettext("%(count)s 分钟", "%(count)s 分钟", minutes) % {"count": minutes}


def _log(kind: str, request, person: User | None) -> None:
    access_log.record(kind, actor=person, address=address_of(request))


def sessions(request):
    """Show where somebody is signed in; a POST ends one of the sessions, or all others."""
    own = Session.objects.filter(person=request.user.pk)
    if request.method == "POST":
        others = own.exclude(pk=request.session.session_key)
        if handle := request.POST.get("session"):
            keys = [row.pk for row in others if row.handle == handle]
            others = others.filter(pk__in=keys)
        count, _rows = others.delete()
        words = ngettext("已结束 %(count)s 处登录。", "已结束 %(count)s 处登录。", count)
        messages.success(request, words % {"count": count})
        return redirect("sessions")
    rows = own.filter(expire_date__gt=clock.now()).order_by("-seen_at")
    context = {"rows": rows, "own": request.session.session_key}
    return render(request, "registration/sessions.html", context)
