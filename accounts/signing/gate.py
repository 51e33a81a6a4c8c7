"""What has to be done first: nothing else opens until a second factor was shown and an old password changed."""

from django.shortcuts import redirect

from accounts.signing import entering, factors

# Open to whoever has to show a second factor first, or to set one up.
TO_FACTORS = frozenset({"factors", "factor_application", "factor_passkey", "login_factor"})
TO_PASSWORD = frozenset({"password_change"})
ALWAYS = frozenset({"logout", "set_language", "healthz", "metrics", "login"})


class FirstThings:
    """Sends a session to what it lacks, before any page or act."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        name = request.resolver_match.view_name
        if not request.user.is_authenticated or name in ALWAYS:
            return None
        if factors.must_have(request.user.actor) and not factors.shown_in(request.session):
            if factors.has(request.user):
                return None if name == "login_factor" else redirect("login_factor")
            return None if name in TO_FACTORS else redirect("factors")
        if entering.DUE in request.session and name not in TO_PASSWORD:
            return redirect("password_change")
        return None
