"""Every request goes past the policy file: an unlisted URL or method opens for nobody."""

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed

from accounts import access_log
from accounts.acting import acting
from accounts.policy import policy

# Methods that change nothing.
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class PolicyMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Answer the request; what it changes is recorded as done by the person who sent it."""
        if request.method in SAFE or not request.user.is_authenticated:
            return self.get_response(request)
        with acting(request.user, address_of(request)):
            return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """Let the request pass, send it to the login page, or refuse it and log that."""
        name = request.resolver_match.view_name
        signed_in = request.user.is_authenticated
        roles = request.user.actor.roles if signed_in else None
        if policy().allows(name, request.method, roles):
            return None
        methods = policy().page(name)
        if methods is not None and request.method not in {*methods, "HEAD"}:
            return HttpResponseNotAllowed(sorted(methods))
        if not signed_in:
            return redirect_to_login(request.get_full_path())
        access_log.refused(
            actor=request.user,
            address=address_of(request),
            page=name,
            method=request.method,
        )
        raise PermissionDenied


def address_of(request) -> str:
    """Return the peer's address as the web server saw it; forwarding headers are not believed."""
    return request.META.get("REMOTE_ADDR", "")
