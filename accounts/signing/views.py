"""Signing in, and the list of one's own sessions."""

from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.password_validation import password_validators_help_texts
from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import redirect, render
from django.template.defaultfilters import linebreaksbr
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import access_log
from accounts.middleware import address_of
from accounts.models import AccessEntry, Session, SignInChange, User
from accounts.signing import confirming, devices, entering, guessing, passwords, telling
from records import clock


class SignInView(auth.LoginView):
    """The login page; guesses wait, and each attempt is in the access log."""

    redirect_authenticated_user = True

    def get_context_data(self, **kwargs):
        here = {
            "single_sign_on": bool(settings.OIDC_ISSUER),
            "unknown": getattr(self.request, "unknown_here", False),
        }
        return super().get_context_data(**kwargs) | here

    def post(self, request, *args, **kwargs):
        # No name has a NUL, and the database cannot be asked for one.
        username = request.POST.get("username", "").replace("\0", "")
        one = guessing.attempt(username, devices.known(request, username))
        if one.until is not None:
            return self._must_wait(request, one.until)
        form = self.get_form()
        if not form.is_valid():
            failed(request, User.objects.filter(username=username).first())
            return self.form_invalid(form)
        person = form.get_user()
        local = person.backend == entering.BACKEND
        if local and passwords.ran_out(person, clock.now()):
            failed(request, person, step="given_password")
            return self.render_to_response(self.get_context_data(form=form, ran_out=True))
        guessing.succeeded(one)
        return entering.enter(request, person, self.get_success_url(), local=local)

    def _must_wait(self, request, until: datetime):
        context = self.get_context_data(form=self.get_form_class()(request))
        return told_to_wait(
            request, self.template_name, context | {"typed": request.POST["username"]}, until
        )


def told_to_wait(request, template: str, context: dict, until: datetime):
    """Return a page on which `waits` says until when no guess is tried."""
    seconds = max(1, round((until - clock.now()).total_seconds()))
    words = _("登录失败次数过多，请在 %(wait)s 后再试。以前登录过的设备不受影响。")
    waits = words % {"wait": _span(seconds)}
    response = render(request, template, context | {"waits": waits}, status=429)
    response["Retry-After"] = str(seconds)
    return response


def failed(request, person: User | None, **data) -> None:
    """Note in the access log that somebody did not get in; `data` holds codes only."""
    access_log.record(
        AccessEntry.Kind.SIGN_IN_FAILED, actor=person, address=address_of(request), data=data
    )


def _span(seconds: int) -> str:
    if seconds < 60:
        return ngettext("%(count)s 秒", "%(count)s 秒", seconds) % {"count": seconds}
    minutes = -(-seconds // 60)
    return ngettext("%(count)s 分钟", "%(count)s 分钟", minutes) % {"count": minutes}


class NewPasswordForm(PasswordChangeForm):
    """The old password and, twice, a new one that is another; one field below the other."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.wide = True
        # Lines of one paragraph: a list in it would end it, and leave the field without a description.
        asked = "\n".join(text for text in password_validators_help_texts() if text)
        self.fields["new_password1"].help_text = linebreaksbr(asked)

    def clean_new_password1(self):
        new = self.cleaned_data["new_password1"]
        if new == self.cleaned_data.get("old_password"):
            raise ValidationError(_("新密码须与原密码不同。"))
        return new


class PasswordView(auth.PasswordChangeView):
    """Changing one's own password, which may be the first thing that has to be done."""

    form_class = NewPasswordForm

    def form_valid(self, form):
        self.request.session.pop(entering.DUE, None)
        with transaction.atomic():
            response = super().form_valid(form)
            telling.note(form.user, SignInChange.Kind.PASSWORD, by=form.user)
        return response

    def get_context_data(self, **kwargs):
        due = entering.DUE in self.request.session
        given = due and passwords.was_given(self.request.user) is not None
        return super().get_context_data(**kwargs) | {"due": due, "given": given}


def sessions(request):
    """Show where somebody is signed in; a POST ends one of the sessions, or all others.

    Whoever found a window open does not end the sessions of its person: the password is asked for again.
    """
    own = Session.objects.filter(person=request.user.pk)
    status = 200
    if request.method == "POST" and not confirming.confirmed(
        request, request.POST.get("password", "")
    ):
        failed(request, request.user, step="sessions")
        messages.error(request, _not_confirmed(request.user))
        status = 422
    elif request.method == "POST":
        others = own.exclude(pk=request.session.session_key)
        if handle := request.POST.get("session"):
            keys = [row.pk for row in others if row.handle == handle]
            others = others.filter(pk__in=keys)
        count, _rows = others.delete()
        words = ngettext("已结束 %(count)s 处登录。", "已结束 %(count)s 处登录。", count)
        messages.success(request, words % {"count": count})
        return redirect("sessions")
    rows = own.filter(expire_date__gt=clock.now()).order_by("-seen_at")
    context = {
        "rows": rows,
        "own": request.session.session_key,
        "asks": confirming.has_password(request.user),
        "changes": telling.newest(request.user),
    }
    return render(request, "registration/sessions.html", context, status=status)


def _not_confirmed(person: User) -> str:
    if confirming.has_password(person):
        return _("密码不正确，或尝试次数过多，没有结束任何登录。请稍后重新输入您的密码。")
    return _("请退出后重新登录，再在 5 分钟内结束其他登录。")
