"""One's own second factors: what there is, adding one, taking one away, recovery codes."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from accounts.models import FactorKind, Session, SignInChange
from accounts.signing import factors as second
from accounts.signing import passkeys, recovery, telling, totp
from records import clock, sealing

PAGE = "registration/factors.html"
# Where the session keeps, sealed, the secret of an application that has not shown a code yet.
NEW = "new_application"
NAME_LENGTH = 64


def factors(request):
    """Show one's own factors; a POST takes one of them away."""
    if request.method == "POST":
        _remove(request)
        return redirect("factors")
    return render(request, PAGE, _context(request))


@sensitive_post_parameters()
def application(request):
    """Set up an authenticator application: it counts when it has shown a code."""
    if request.user.factors.filter(kind=FactorKind.TOTP).exists():
        return redirect("factors")
    secret = _new_secret(request)
    context = {"picture": totp.picture(secret, request.user), "secret": _grouped(secret)}
    if request.method != "POST":
        return render(request, "registration/factor_application.html", context)
    code = "".join(request.POST.get("code", "").split())
    step = totp.matching_step(secret, code, clock.now())
    if step is None:
        return render(request, "registration/factor_application.html", context | {"wrong": True})
    first = not second.has(request.user)
    totp.add(request.user, secret, _name(request, FactorKind.TOTP), step)
    del request.session[NEW]
    return _added(request, FactorKind.TOTP, first=first)


def passkey(request):
    """Add the passkey that the browser has made."""
    first = not second.has(request.user)
    name, answer = _name(request, FactorKind.PASSKEY), request.POST.get("passkey", "")
    if passkeys.add(request, request.user, answer, name) is None:
        messages.error(request, _("通行密钥没有添加：浏览器的回答无效或已过期，请再试一次。"))
        return redirect("factors")
    return _added(request, FactorKind.PASSKEY, first=first)


def codes(request):
    """Give new recovery codes in place of the old ones, shown this once."""
    if not second.has(request.user):
        return redirect("factors")
    telling.note(request.user, SignInChange.Kind.CODES, by=request.user)
    return _show_codes(request)


def _added(request, kind: str, *, first: bool):
    """Go on after a factor was added: with the first one, sessions without one end, and codes are given."""
    request.session.cycle_key()
    second.mark(request.session, kind)
    telling.note(request.user, SignInChange.Kind.FACTOR_ADDED, by=request.user)
    if not first:
        messages.success(request, _("已添加。"))
        return redirect("factors")
    others = Session.objects.filter(person=request.user.pk)
    others.exclude(pk=request.session.session_key).delete()
    return _show_codes(request)


def _show_codes(request):
    shown = recovery.renew(request.user)
    return render(request, "registration/recovery_codes.html", {"codes": shown})


def _remove(request) -> None:
    wanted = request.POST.get("factor", "")
    factor = next((one for one in request.user.factors.all() if str(one.pk) == wanted), None)
    if factor is None:
        return
    if not second.may_remove(request.user.actor, factor):
        messages.error(request, _("您的岗位须有第二因素：请先添加另一种，再删除这一种。"))
        return
    second.remove(factor)
    telling.note(request.user, SignInChange.Kind.FACTOR_REMOVED, by=request.user)
    messages.success(request, _("已删除。"))


def _context(request) -> dict:
    rows = list(request.user.factors.select_related("use").order_by("pk"))
    possible = passkeys.possible(request)
    return {
        "rows": rows,
        "has_application": any(row.kind == FactorKind.TOTP for row in rows),
        "options": passkeys.to_add(request, request.user) if possible else "",
        "must": second.must_have(request.user.actor),
        "locked": not second.shown_in(request.session) and second.must_have(request.user.actor),
        "codes_left": recovery.left(request.user),
    }


def _new_secret(request) -> str:
    if NEW not in request.session:
        request.session[NEW] = sealing.seal(totp.new_secret(), totp.PURPOSE)
    return sealing.unseal(request.session[NEW], totp.PURPOSE)


def _grouped(secret: str) -> str:
    return " ".join(secret[n : n + 4] for n in range(0, len(secret), 4))


def _name(request, kind: str) -> str:
    return request.POST.get("name", "").strip()[:NAME_LENGTH] or str(FactorKind(kind).label)
