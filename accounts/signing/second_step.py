"""The second step of signing in: a code, a passkey, or a recovery code."""

from django.conf import settings
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts.models import Factor, FactorKind, User
from accounts.signing import devices, entering, factors, guessing, passkeys, totp
from accounts.signing.views import failed, told_to_wait
from records import clock

TEMPLATE = "registration/second_step.html"


@sensitive_post_parameters()
@never_cache
def second_step(request):
    """Ask whoever has shown a password for what they have beside it; guesses wait as passwords do."""
    signed_in = request.user.is_authenticated
    if signed_in and (factors.shown_in(request.session) or not factors.has(request.user)):
        return redirect(settings.LOGIN_REDIRECT_URL)
    person = request.user if signed_in else entering.pending(request)
    if person is None:
        return render(request, TEMPLATE, {"over": True})
    if request.method != "POST":
        return render(request, TEMPLATE, _context(request, person))
    one = guessing.attempt(f"{person.username}#factor", devices.known(request, person.username))
    if one.until is not None:
        return told_to_wait(request, TEMPLATE, _context(request, person), one.until)
    kind = _shown(request, person)
    if kind is None:
        failed(request, person, step="factor")
        return render(request, TEMPLATE, _context(request, person) | {"wrong": True})
    guessing.succeeded(one)
    if not signed_in:
        return entering.complete(request, person, kind)
    request.session.cycle_key()
    factors.mark(request.session, kind)
    return redirect(settings.LOGIN_REDIRECT_URL)


def _shown(request, person: User) -> str | None:
    """Return what kind of factor was shown, None where it is none of the person's or was used before."""
    if answer := request.POST.get("passkey"):
        return FactorKind.PASSKEY if passkeys.use(request, person, answer) else None
    return factors.use_code(person, request.POST.get("code", ""))


def _context(request, person: User) -> dict:
    kinds = set(Factor.objects.filter(person=person).values_list("kind", flat=True))
    here = FactorKind.PASSKEY in kinds and passkeys.possible(request)
    return {
        "person": person,
        "has_application": FactorKind.TOTP in kinds,
        "has_passkey": FactorKind.PASSKEY in kinds,
        "options": passkeys.to_use(request, person) if here else "",
        "demo_code": _demo_code(person),
    }


def _demo_code(person: User) -> str:
    """Return a demo person's next code; elsewhere nobody's secret is in the settings."""
    known = {one["username"]: one.get("totp") for one in settings.DEMO_LOGINS}
    secret = known.get(person.username)
    own = Factor.objects.filter(person=person, kind=FactorKind.TOTP).select_related("use").first()
    if not secret or own is None:
        return ""
    return totp.code_at(secret, max(totp.step_at(clock.now()), own.use.counter + 1))
